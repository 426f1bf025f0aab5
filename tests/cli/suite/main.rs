//! What the commands of a server print, as transcripts.
//!
//! A transcript is a text file. `# …` is prose. `$ …` is a line for `sh`, in a folder of the
//! transcript's own that is its home and holds the fixtures; what follows is what the line printed
//! on stdout, then with `! ` what it printed on stderr, then `= N` if its status was not 0.
//! `SNAPSHOTS=overwrite` writes what was printed into the transcripts.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#![cfg(test)]

mod terminal;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A home with the fixtures in it.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for fixture in fs::read_dir(here().join("fixtures")).unwrap() {
        let fixture = fixture.unwrap();
        fs::copy(fixture.path(), home.path().join(fixture.file_name())).unwrap();
    }
    home
}

/// What a line of the shell prints, in the form of a transcript.
fn run(line: &str, home: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_notes"));
    let programs = program.parent().unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .env_clear()
        .env("HOME", home)
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .current_dir(home)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let text = text.replace(home.to_str().unwrap(), "~");
        text.replace(program.to_str().unwrap(), "/path/to/notes")
    };
    let mut said = text(output.stdout);
    if !said.is_empty() && !said.ends_with('\n') {
        said.push('\n');
    }
    for line in text(output.stderr).lines() {
        said += format!("! {line}").trim_end();
        said.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(status) => writeln!(said, "= {status}").unwrap(),
        None => writeln!(said, "= {}", output.status).unwrap(),
    }
    said
}

/// Runs every line of a transcript, and gives the transcript with what they printed.
fn played(transcript: &str) -> String {
    let home = home();
    let mut played = String::new();
    let mut is_prose = true;
    for line in transcript.lines() {
        if line.starts_with("# ") {
            // An empty line stands before a paragraph of prose, and nowhere else.
            let gap = if is_prose { "" } else { "\n" };
            writeln!(played, "{gap}{line}").unwrap();
            is_prose = true;
        } else if let Some(command) = line.strip_prefix("$ ") {
            writeln!(played, "{line}").unwrap();
            played += &run(command, home.path());
            is_prose = false;
        }
    }
    played
}

fn transcript(name: &str) {
    let path = here().join("transcripts").join(format!("{name}.transcript"));
    let expected = fs::read_to_string(&path).unwrap();
    let played = played(&expected);
    if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&path, played).unwrap();
    } else if played != expected {
        let differs = |(index, (one, other))| (one != other).then_some(index);
        let first = played.lines().zip(expected.lines()).enumerate().find_map(differs);
        panic!("{name}, at line {:?}; it printed:\n{played}", first.map(|line| line + 1));
    }
}

#[test]
fn costs_of_tools() {
    transcript("cost");
}

#[test]
fn contract_of_a_server() {
    transcript("contract");
}

#[test]
fn what_hosts_and_models_stumble_over() {
    transcript("check");
}

#[test]
fn installing_into_hosts() {
    transcript("install");
}

#[test]
fn scripts_of_shells() {
    transcript("shells");
}

#[test]
fn questions_of_tools() {
    transcript("asking");
}

#[test]
fn options_before_and_after_commands() {
    transcript("options");
}
