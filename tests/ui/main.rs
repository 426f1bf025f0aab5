//! What users see on a mistake, and what has to compile: `<macro>/{fail,pass}/<rule>.rs`.
//!
//! One mistake is one error: a `.stderr` has exactly one, unless the first line of its case says
//! `// errors: N`. Texts belong to the compiler in `rustc-version`; under another one errors are
//! counted and not compared. `TRYBUILD=overwrite` rewrites both.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of copied cases, when this program runs itself under another compiler.
const COPIES: &str = "MCP_UI_COPIES";

#[test]
fn mistakes_are_refused_and_the_rest_compiles() {
    let compiler = compiler();
    if env::var_os("TRYBUILD").is_some_and(|mode| mode == "overwrite") {
        fs::write(here("rustc-version"), format!("{compiler}\n")).unwrap();
    }
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    if compiler == recorded_compiler() {
        cases.compile_fail("ui/*/fail/*.rs");
        drop(cases);
        assert_one_error_each(&failing());
    } else {
        drop(cases);
        assert_one_error_each(&copies(&compiler));
    }
}

/// Does nothing by itself: [`copies`] runs it in a process with another environment.
#[test]
fn copied_cases() {
    if let Some(folder) = env::var_os(COPIES) {
        trybuild::TestCases::new().compile_fail(Path::new(&folder).join("*.rs"));
    }
}

/// Compiles the failing cases away from their recorded texts, and writes new ones beside the copies.
fn copies(compiler: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ui-{compiler}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let copy = |case: PathBuf| {
        let path = case.strip_prefix(here("")).unwrap().to_str().unwrap().replace(['/', '\\'], "-");
        let copy = folder.join(path);
        fs::copy(case, &copy).unwrap();
        copy
    };
    let copies = failing().into_iter().map(copy).collect();
    let run = Command::new(env::current_exe().unwrap())
        .args(["copied_cases", "--exact"])
        .env("TRYBUILD", "overwrite")
        .env(COPIES, &folder)
        .status();
    assert!(run.unwrap().success(), "a case compiles that should not");
    copies
}

fn assert_one_error_each(cases: &[PathBuf]) {
    let wrong: Vec<String> = cases.iter().filter_map(|case| wrong_count(case)).collect();
    assert!(wrong.is_empty(), "one mistake is one error:\n{}", wrong.join("\n"));
}

/// Says what is wrong with the number of errors, if it is.
fn wrong_count(case: &Path) -> Option<String> {
    let source = fs::read_to_string(case).unwrap();
    let first = source.lines().next().unwrap_or_default();
    let expected = first.strip_prefix("// errors: ").map_or(1, |count| count.parse().unwrap());
    let stderr = fs::read_to_string(case.with_extension("stderr")).unwrap();
    let is_error = |line: &&str| line.starts_with("error:") || line.starts_with("error[");
    let found = stderr.lines().filter(is_error).count();
    (found != expected).then(|| format!("{}: {found} errors, not {expected}", case.display()))
}

fn failing() -> Vec<PathBuf> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(here("")).unwrap() {
        let folder = entry.unwrap().path().join("fail");
        let files = fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
        cases.extend(
            files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")),
        );
    }
    cases.sort();
    cases
}

fn recorded_compiler() -> String {
    fs::read_to_string(here("rustc-version")).unwrap().trim().to_owned()
}

/// The version of the compiler that cargo runs here, as in `1.95.0`.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    version.split_whitespace().nth(1).unwrap().to_owned()
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui").join(path)
}
