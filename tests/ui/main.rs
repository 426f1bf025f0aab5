//! What users see on a mistake, and what has to compile: `<macro>/{fail,pass}/<rule>.rs`.
//!
//! One mistake is one error: a `.stderr` has exactly one, unless the first line of its case says
//! `// errors: N`. Texts belong to the compiler in `rustc-version`; under another one errors are
//! counted and not compared. `TRYBUILD=overwrite` rewrites both.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of copied cases, when this program runs itself under another compiler.
const COPIES: &str = "MCP_UI_COPIES";

#[test]
fn mistakes_are_refused_and_the_rest_compiles() -> io::Result<()> {
    let compiler = compiler()?;
    if env::var_os("TRYBUILD").is_some_and(|mode| mode == "overwrite") {
        fs::write(here("rustc-version"), format!("{compiler}\n"))?;
    }
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    if compiler == fs::read_to_string(here("rustc-version"))?.trim() {
        cases.compile_fail("ui/*/fail/*.rs");
        drop(cases);
        assert_one_error_each(&failing()?)
    } else {
        drop(cases);
        assert_one_error_each(&copies(&compiler)?)
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
fn copies(compiler: &str) -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ui-{compiler}"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut copies = Vec::new();
    for case in failing()? {
        let case = case.strip_prefix(here("")).map_err(io::Error::other)?;
        let name: Vec<_> = case.iter().map(|part| part.to_string_lossy()).collect();
        let copy = folder.join(name.join("-"));
        fs::copy(here("").join(case), &copy)?;
        copies.push(copy);
    }
    let run = Command::new(env::current_exe()?)
        .args(["copied_cases", "--exact"])
        .env("TRYBUILD", "overwrite")
        .env(COPIES, &folder)
        .status()?;
    assert!(run.success(), "a case compiles that should not");
    Ok(copies)
}

fn assert_one_error_each(cases: &[PathBuf]) -> io::Result<()> {
    let mut wrong = Vec::new();
    for case in cases {
        let (expected, found) = (expected_errors(case)?, found_errors(case)?);
        if found != expected {
            wrong.push(format!("{}: {found} errors, not {expected}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "one mistake is one error:\n{}", wrong.join("\n"));
    Ok(())
}

fn expected_errors(case: &Path) -> io::Result<usize> {
    let source = fs::read_to_string(case)?;
    match source.lines().next().and_then(|line| line.strip_prefix("// errors: ")) {
        Some(count) => count.parse().map_err(io::Error::other),
        None => Ok(1),
    }
}

fn found_errors(case: &Path) -> io::Result<usize> {
    let stderr = fs::read_to_string(case.with_extension("stderr"))?;
    let is_error = |line: &&str| line.starts_with("error:") || line.starts_with("error[");
    Ok(stderr.lines().filter(is_error).count())
}

fn failing() -> io::Result<Vec<PathBuf>> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(here(""))? {
        let folder = entry?.path().join("fail");
        if folder.is_dir() {
            for file in fs::read_dir(folder)? {
                cases.push(file?.path());
            }
        }
    }
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    cases.sort();
    Ok(cases)
}

/// The version of the compiler that cargo runs here, as in `1.95.0`.
fn compiler() -> io::Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output()?;
    let words = String::from_utf8_lossy(&output.stdout);
    let version = words.split_whitespace().nth(1);
    version.map(str::to_owned).ok_or_else(|| io::Error::other(format!("no version in `{words}`")))
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui").join(path)
}
