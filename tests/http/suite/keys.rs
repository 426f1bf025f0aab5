//! The file of keys, as a server that starts sees it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::process::{Process, wait_until};

#[test]
fn servers_that_start_at_once_make_one_file_of_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let options = ["--keys-file", path.to_str().unwrap()];
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_http-probe"));
            // No interface has this address, so the server ends after it has read the keys.
            command.arg("192.0.2.1:1").args(options).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("keys"), "{said}");
    }
    let made = fs::read_to_string(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let server = Process::start(&options);
    assert_eq!(fs::read_to_string(&path).unwrap(), made);
    // Nothing is lost with this process, so nothing is said of it.
    assert_eq!(server.log(), "");
}

#[test]
fn a_server_with_a_key_of_its_own_says_what_ends_with_it() {
    let server = Process::start(&[]);
    let said = "sessions and unanswered questions end with this process";
    wait_until("it says so", || server.log().contains(said));
    assert_eq!(server.log().lines().count(), 1);
}

#[test]
fn keys_that_others_can_read_stop_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    fs::write(&path, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_http-probe"));
    let output = command.args(["127.0.0.1:0", "--keys-file"]).arg(&path).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.trim_end().ends_with(&format!("run `chmod 600 {}`", path.display())), "{said}");
    assert!(!said.contains("AQEB"));
}
