//! What is tested is what is shipped: no test dependency switches on a feature that changes values.

use std::process::Command;

use crate::fail;
use crate::source::root;

/// The crates whose features change how a value is read, written or described.
const CRATES: [&str; 2] = ["serde_json", "schemars"];

#[test]
fn tests_run_with_the_features_that_are_shipped() {
    let shipped = ["-p", "mcp-runtime", "--all-features", "-e", "normal"];
    let tested = ["--workspace", "--all-features", "-e", "normal,dev"];
    let mut problems = Vec::new();
    for name in CRATES {
        let (shipped, tested) = (features(name, &shipped), features(name, &tested));
        if shipped != tested {
            problems.push(format!(
                "{name}: shipped with {shipped:?}, tested with {tested:?}; \
                 give mcp-runtime the features that the tests rely on"
            ));
        }
    }
    fail(&problems);
}

/// The features of a crate in the build that `cargo tree` is asked for.
fn features(name: &str, build: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}|{f}"])
        .args(build)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let line = tree.lines().find(|line| line.starts_with(&format!("{name} v"))).unwrap();
    let features = line.split_once('|').unwrap().1.trim_end_matches(" (*)");
    features.split(',').map(str::to_owned).collect()
}
