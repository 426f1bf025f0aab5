//! What only a terminal gets: colours, and progress on one line.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Command, Stdio};

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// What a terminal gets when the program writes to it.
fn shown(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(i32::try_from(OFlags::NOCTTY.bits()).unwrap())
        .open(std::ffi::OsStr::from_bytes(name.as_bytes()))
        .unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_notes"));
    program.args(arguments).env_clear().env("TERM", "xterm").envs(variables.iter().copied());
    program.stdin(Stdio::null()).stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = program.spawn().unwrap();
    // The command keeps the terminal open for another start.
    drop(program);
    let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
    let mut controller = File::from(controller);
    // When nobody has the terminal open any more, Linux answers with an error.
    while let Ok(length @ 1..) = controller.read(&mut piece) {
        shown.extend_from_slice(&piece[..length]);
    }
    child.wait().unwrap();
    String::from_utf8(shown).unwrap().replace("\r\n", "\n")
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let painted = shown(&["list"], &[]);
    assert!(painted.starts_with("\u{1b}[1mtools:\u{1b}[0m\n"), "{painted:?}");
    assert!(painted.contains("\u{1b}[36m  add_note\u{1b}[0m    Write"), "{painted:?}");
    for variables in [&[("NO_COLOR", "1")][..], &[("TERM", "dumb")]] {
        let plain = shown(&["list"], variables);
        assert!(plain.starts_with("tools:\n"), "{plain:?}");
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
    }
    let checked = shown(&["check"], &[("NOTES_TOOLS", "fixtures/sloppy.json")]);
    assert!(checked.contains("\u{1b}[1;31merror[argument-name]\u{1b}[0m: "), "{checked:?}");
    assert!(checked.contains("\u{1b}[1;33mwarning[no-title]\u{1b}[0m: "), "{checked:?}");
}

#[test]
fn what_is_offered_is_escaped_before_it_is_painted() {
    let shown = shown(&["list"], &[("NOTES_TOOLS", "fixtures/escapes.json")]);
    assert!(shown.contains("\\u{1b}[2J"), "{shown:?}");
    assert!(!shown.contains("\u{1b}[2J"), "{shown:?}");
}

#[test]
fn progress_is_one_line_that_is_rewritten() {
    let call = ["call", "find_notes", "word=x"];
    let said = shown(&call, &[]);
    let expected = "\r\u{1b}[2K1/2 page 1\r\u{1b}[2K2/2 page 2\r\u{1b}[2K\
                    no note contains `x`\n";
    assert_eq!(said, expected);
    assert_eq!(shown(&call, &[("TERM", "dumb")]), "no note contains `x`\n");
}
