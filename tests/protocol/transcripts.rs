//! The transcripts beside this file, each held against a server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mcp_runtime::ReadyServer;
use mcp_tests::transcript::{self, Transcript};

use crate::{changing, declared, server, telling};

#[test]
fn modern_transcripts_are_followed() {
    follow("modern");
}

#[test]
fn legacy_transcripts_are_followed() {
    follow("legacy");
}

#[test]
fn every_transcript_names_requirements() {
    let is_id = |id: &String| {
        let number =
            id.split_once('-').filter(|(area, _)| area.bytes().all(|b| b.is_ascii_uppercase()));
        number.is_some_and(|(_, number)| number.len() == 2 && number.parse::<u8>().is_ok())
    };
    for path in folders().into_iter().flat_map(|folder| transcript::find(&folder)) {
        let ids = Transcript::parse(&std::fs::read_to_string(&path).unwrap()).unwrap().ids;
        assert!(!ids.is_empty() && ids.iter().all(is_id), "{}: {ids:?}", path.display());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}", path.display());
    }
}

/// Holds every transcript of a folder against its server and fails with all that are not followed.
fn follow(folder: &str) {
    // What handlers panic with is caught, and not for the reader of a test's output.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_of_a_handler = panic.payload_as_str() == Some("the password is 1234");
        if !is_of_a_handler {
            hook(panic);
        }
    }));
    let found = transcript::find(&root().join(folder));
    let failures: Vec<_> =
        found.iter().filter_map(|path| transcript::run(path, server_of(path)).err()).collect();
    assert!(!found.is_empty(), "no transcripts in {folder}");
    assert!(
        failures.is_empty(),
        "{} of {}:\n\n{}",
        failures.len(),
        found.len(),
        failures.join("\n\n")
    );
}

/// The server a transcript is held against, by the folder it lies in.
fn server_of(path: &Path) -> fn() -> ReadyServer {
    match path.parent().and_then(Path::file_name).and_then(|name| name.to_str()) {
        Some("tools_only") => server::tools_only,
        Some("without_tools") => server::without_tools,
        Some("declared") => declared::declared,
        Some("long_list") => declared::long_list,
        Some("changing") => changing::changing,
        Some("told") => changing::told,
        Some("instances") => changing::instances,
        Some("telling") => telling::telling,
        Some("broken_list") => declared::broken_list,
        _ => server::everything,
    }
}

fn folders() -> [PathBuf; 2] {
    ["modern", "legacy"].map(|folder| root().join(folder))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol")
}
