//! What is said to the server, in both eras.

use serde_json::{Value, json};

use crate::process::{Process, Setup};

/// How a client starts, and what its requests carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Modern,
    Legacy,
}

/// A ping that anybody may send at any time.
pub(crate) const PING: &str = r#"{"jsonrpc":"2.0","id":"ping","method":"ping"}"#;

impl Era {
    pub(crate) const BOTH: [Self; 2] = [Self::Modern, Self::Legacy];

    /// What every request says about itself, behind its other params.
    fn meta(self) -> &'static str {
        match self {
            Self::Modern => {
                r#","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
            }
            Self::Legacy => "",
        }
    }

    /// Starts a server and opens a connection to it.
    pub(crate) fn start(self, setup: Setup) -> Process {
        let mut process = setup.start();
        self.open(&mut process);
        process
    }

    /// Opens a connection, if the era has that.
    pub(crate) fn open(self, process: &mut Process) {
        if self == Self::Legacy {
            initialize(process, "2025-11-25");
        }
    }

    /// A call, as a line without its end. `id` and `arguments` are JSON.
    pub(crate) fn call(self, id: impl std::fmt::Display, tool: &str, arguments: &str) -> String {
        let meta = self.meta();
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}{meta}}}}}"#
        )
    }

    /// Any request without params of its own.
    pub(crate) fn request(self, id: impl std::fmt::Display, method: &str) -> String {
        let meta = self.meta().trim_start_matches(',');
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{meta}}}}}"#)
    }

    pub(crate) fn echo(self, id: impl std::fmt::Display) -> String {
        self.call(id, "echo", r#"{"message":"hello"}"#)
    }

    /// So many small calls, with the ids from `first` on, each with its newline.
    pub(crate) fn echoes(self, first: usize, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for id in first..first + count {
            bytes.extend_from_slice(self.echo(id).as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }
}

/// Opens a legacy session under this version.
pub(crate) fn initialize(process: &mut Process, version: &str) {
    let answer = process.ask(initialize_line(version));
    assert_eq!(answer["result"]["protocolVersion"], version, "{answer}");
    process.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
}

pub(crate) fn initialize_line(version: &str) -> String {
    let params = json!({
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": { "name": "torture", "version": "1.0.0" },
    });
    json!({ "jsonrpc": "2.0", "id": "initialize", "method": "initialize", "params": params })
        .to_string()
}

/// A cancellation of the request with this id, which is JSON.
pub(crate) fn cancel(id: impl std::fmt::Display) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id}}}}}"#
    )
}

/// The first text of a tool's answer.
pub(crate) fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text: {answer}"))
}

/// The code of an error answer.
pub(crate) fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"))
}

/// Fails unless this is the answer to `echo`.
pub(crate) fn assert_echo(answer: &Value, id: impl Into<Value>) {
    assert_eq!(answer["id"], id.into(), "{answer}");
    assert_eq!(text(answer), "hello");
}

/// Fails unless this is a tool error under this id; gives its words.
pub(crate) fn tool_error(answer: &Value, id: impl Into<Value>) -> &str {
    assert_eq!(answer["id"], id.into(), "{answer}");
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    text(answer)
}

/// The id of an answer as it was written, without reading the rest of it.
pub(crate) fn id_of(line: &[u8]) -> Option<&str> {
    let rest = line.strip_prefix(br#"{"jsonrpc":"2.0","id":"#)?;
    let end = rest.iter().position(|byte| *byte == b',')?;
    str::from_utf8(&rest[..end]).ok()
}
