//! Behaviour on the wire as text: what is sent, and what must come back.
//!
//! ```text
//! # A tool that does not exist is a protocol error.
//! # Spec: 2026-07-28, server/tools, Error Handling.
//! # Ids: ERR-08, BASE-04
//! > {"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"nope","_meta":…}}
//! < {"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"…`nope`…"}}
//! ```
//!
//! | line | means |
//! |---|---|
//! | `# …` | prose; the block at the top says what holds and has a line `Spec: …` for each page and lines `Ids: …` with the requirements |
//! | `> …` | is sent, with a newline |
//! | `>~ …` | is sent, with `\xHH` turned into that byte; a `\c` at the end leaves out the newline |
//! | `< …` | must come next, a [`Pattern`] |
//! | `<* …` | this and the lines of the same kind right below it must come next, in any order |
//! | `! version DATE` | answers to the legacy session are checked against this revision, not against the one that the result of `initialize` names |
//! | `! capabilities JSON` | what the client can do in the `_meta` of the requests below |
//! | `! eof` | the input is closed; what the server still says may follow |
//!
//! In a sent line `"_meta":…` stands for the `_meta` of a modern request, and `"_meta":{…` for
//! the beginning of one that goes on with other keys: `"_meta":{…,"progressToken":1}`.
//!
//! Whatever comes back is checked against the official schema as well: a request that carries
//! modern `_meta` is answered under 2026-07-28. At the end the input is closed; the server must
//! then say nothing more and end.

// In reading order; the empty lines keep rustfmt from sorting them.
mod parse;

mod play;

mod conversation;

use std::fmt;
use std::path::{Path, PathBuf};

use mcp_runtime::ReadyServer;
use mcp_runtime::protocol::ProtocolVersion;

pub use self::play::play;
use crate::json::Pattern;
use crate::peer;

/// A transcript as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// What holds, one entry a line.
    pub prose: Vec<String>,
    /// Where the specification says so.
    pub spec: Vec<String>,
    /// The requirements it shows, such as `BASE-04`.
    pub ids: Vec<String>,
    /// What happens, each with the number of its line, counted from 1.
    pub steps: Vec<(usize, Step)>,
}

/// One thing that happens in a transcript.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// These bytes are sent.
    Send(Vec<u8>),
    /// This line must come next.
    Expect(Pattern),
    /// These lines must come next, in any order; each with the number of its line.
    ExpectInAnyOrder(Vec<(usize, Pattern)>),
    /// From here on the legacy session is checked against this revision.
    Version(ProtocolVersion),
    /// The input is closed.
    Eof,
}

/// A transcript that cannot be read, or a server that does not follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The number of the line, counted from 1; 0 for the whole transcript.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Failure {
    fn new(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for Failure {}

/// Reads the transcript in this file and holds the server against it.
///
/// # Errors
/// The place and what is wrong there, in words for the person who reads the test's output.
pub fn run(path: &Path, server: impl FnOnce() -> ReadyServer) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let follow = || {
        let transcript = Transcript::parse(&text)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|e| Failure::new(0, format!("no runtime: {e}")))?;
        runtime.block_on(async { play(&transcript, peer::connect(server())).await })
    };
    follow().map_err(|failure| format!("{}:{}: {}", path.display(), failure.line, failure.problem))
}

/// The transcripts in a folder and those below it, sorted by path.
///
/// # Panics
/// If the folder cannot be read.
pub fn find(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder);
    let entries = entries.unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display())).path();
        if path.is_dir() {
            found.extend(find(&path));
        } else if path.extension().is_some_and(|extension| extension == "transcript") {
            found.push(path);
        }
    }
    found.sort();
    found
}
