//! Behaviour over HTTP as text: what is sent, and what must come back.
//!
//! ```text
//! # A tool that does not exist is an ordinary answer.
//! # Spec: 2026-07-28, server/tools, Error Handling.
//! # Ids: ERR-08
//! > POST /mcp
//! > {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"nope","_meta":…}}
//! < 200
//! < content-type: application/json
//! < {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"…"}}
//! ```
//!
//! | line | means |
//! |---|---|
//! | `# …` | prose; the block at the top says what holds, where, and which requirements it shows |
//! | `! OPTIONS` | the server is started with these options; stands before what happens |
//! | `> METHOD PATH` | a request; a POST has `Host`, `Accept`, `Content-Type` and the headers that repeat parts of its body |
//! | `>- Name` | without this header |
//! | `>= Name: value` | with this value of it |
//! | `>+ Name: value` | with one more header |
//! | `> …` | its body |
//! | `< 200` | the request is sent, and the answer must have this status |
//! | `< name: value` | and this header, whose value may begin or end with `…` |
//! | `<- name` | and not this header |
//! | `< {…}` | and this body, a [`Pattern`]; of a stream, this event |
//! | `< :` | of a stream, a comment |
//!
//! In a body `"_meta":…` stands for the `_meta` of a request, and `"_meta":{…` for its beginning.
//! A body that nothing is said of must be empty. What is JSON is checked against the official
//! schema as well. All of it is sent over one connection, as long as the server keeps it open.

use std::path::{Path, PathBuf};

use mcp_runtime::protocol::ProtocolVersion;
use mcp_tests::json::Pattern;
use mcp_tests::schema::Schemas;
use mcp_tests::transcript::find;
use serde_json::{Value, json};

use crate::client::{Answer, Connection, Event};
use crate::process::Process;
use crate::request::{Request, meta};

#[test]
fn transcripts_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    let failures: Vec<String> = find(&folder).iter().filter_map(|path| play(path).err()).collect();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

/// A transcript as far as it was read.
#[derive(Default)]
struct Reader {
    options: Vec<String>,
    exchanges: Vec<Exchange>,
    ids: bool,
    spec: bool,
}

/// A request and its answer, with the number of the first line.
struct Exchange {
    line: usize,
    request: Vec<Change>,
    expected: Vec<Expected>,
}

enum Change {
    First(String, String),
    Without(String),
    With(String, String),
    Add(String, String),
    Body(String),
}

enum Expected {
    Status(u16),
    Header(String, String),
    NoHeader(String),
    Json(Pattern),
    Comment,
}

fn play(path: &PathBuf) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let at = |line: usize, why: String| format!("{}:{line}: {why}", path.display());
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line).map_err(|why| at(index + 1, why))?;
    }
    if !reader.ids || !reader.spec || reader.exchanges.is_empty() {
        return Err(at(0, "lacks `# Spec: …`, `# Ids: …` or what happens".to_owned()));
    }
    let options: Vec<&str> = reader.options.iter().map(String::as_str).collect();
    let server = Process::start(&options);
    let mut connection = server.connect();
    for exchange in &reader.exchanges {
        exchange.play(&server, &mut connection).map_err(|why| at(exchange.line, why))?;
    }
    Ok(())
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        let header = || {
            let empty = || Some((rest.strip_suffix(':')?, ""));
            let header = rest.split_once(": ").or_else(empty);
            let (name, value) = header.ok_or("expected `Name: value`")?;
            Ok::<_, String>((name.to_owned(), value.to_owned()))
        };
        let change = match kind {
            "" => return Ok(()),
            "#" => {
                self.spec |= rest.starts_with("Spec: ");
                self.ids |= rest.starts_with("Ids: ");
                return Ok(());
            }
            "!" => {
                self.options.extend(rest.split(' ').map(str::to_owned));
                return Ok(());
            }
            "<" | "<-" => {
                let exchange = self.exchanges.last_mut().ok_or("nothing was sent")?;
                exchange.expected.push(expected(kind, rest)?);
                return Ok(());
            }
            ">" if rest.starts_with(|first: char| first.is_ascii_uppercase()) => {
                let (method, path) = rest.split_once(' ').ok_or("expected `METHOD PATH`")?;
                let exchange = Exchange { line: number, request: Vec::new(), expected: Vec::new() };
                self.exchanges.push(exchange);
                Change::First(method.to_owned(), path.to_owned())
            }
            ">" => Change::Body(expand(rest)),
            ">-" => Change::Without(rest.to_owned()),
            ">=" => header().map(|(name, value)| Change::With(name, value))?,
            ">+" => header().map(|(name, value)| Change::Add(name, value))?,
            _ => return Err(format!("no line begins with `{kind}`")),
        };
        let exchange = self.exchanges.last_mut().ok_or("a request begins with `> METHOD PATH`")?;
        exchange.request.push(change);
        Ok(())
    }
}

fn expected(kind: &str, rest: &str) -> Result<Expected, String> {
    if kind == "<-" {
        return Ok(Expected::NoHeader(rest.to_owned()));
    }
    if let Ok(status) = rest.parse() {
        return Ok(Expected::Status(status));
    }
    if rest == ":" {
        return Ok(Expected::Comment);
    }
    if rest.starts_with('{') {
        return Pattern::parse(rest).map(Expected::Json).map_err(|error| error.to_string());
    }
    let (name, value) = rest.split_once(": ").ok_or("expected a status, a header or JSON")?;
    Ok(Expected::Header(name.to_owned(), value.to_owned()))
}

/// Writes out the abbreviated `_meta`.
fn expand(body: &str) -> String {
    let meta = meta(&json!({})).to_string();
    let members = meta.trim_start_matches('{').strip_suffix('}').unwrap();
    body.replace("\"_meta\":…", &format!("\"_meta\":{meta}"))
        .replace("\"_meta\":{…", &format!("\"_meta\":{{{members}"))
}

impl Exchange {
    fn request(&self) -> Request {
        let mut body = "";
        for change in &self.request {
            if let Change::Body(text) = change {
                body = text;
            }
        }
        let mut request = Request::bare("GET", "/mcp");
        for change in &self.request {
            request = match change {
                Change::First(method, path) if method == "POST" => Request::post(path, body),
                Change::First(method, path) => Request::bare(method, path),
                Change::Without(name) => request.without(name),
                Change::With(name, value) => request.with(name, value),
                Change::Add(name, value) => request.header(name, value),
                Change::Body(_) => request,
            };
        }
        request
    }

    fn play(&self, server: &Process, connection: &mut Connection) -> Result<(), String> {
        let request = self.request();
        let answer = connection.ask(&request);
        if answer.head.header("connection") == Some("close") {
            *connection = server.connect();
        }
        self.compare(&answer).map_err(|why| {
            format!("{why}; got {:?} {}", answer.head, String::from_utf8_lossy(&answer.body))
        })?;
        check(&request, &answer)
    }

    fn compare(&self, answer: &Answer) -> Result<(), String> {
        let head = &answer.head;
        let mut messages = messages(answer).into_iter();
        for expected in &self.expected {
            match expected {
                Expected::Status(status) if head.status == *status => {}
                Expected::Status(status) => return Err(format!("expected status {status}")),
                Expected::NoHeader(name) if head.header(name).is_none() => {}
                Expected::NoHeader(name) => return Err(format!("expected no header `{name}`")),
                Expected::Header(name, value) => {
                    if !head.header(name).is_some_and(|actual| fits(value, actual)) {
                        return Err(format!("expected `{name}: {value}`"));
                    }
                }
                Expected::Comment if messages.next() == Some(Event::Comment) => {}
                Expected::Comment => return Err("expected a comment".to_owned()),
                Expected::Json(pattern) => match messages.next() {
                    Some(Event::Data(message)) => {
                        pattern.compare(&message).map_err(|mismatch| format!("{mismatch}"))?;
                    }
                    _ => return Err("expected one more message".to_owned()),
                },
            }
        }
        match messages.next() {
            None => Ok(()),
            Some(message) => Err(format!("expected nothing more: {message:?}")),
        }
    }
}

fn fits(expected: &str, actual: &str) -> bool {
    match (expected.strip_prefix('…'), expected.strip_suffix('…')) {
        (Some(end), _) => actual.ends_with(end),
        (_, Some(start)) => actual.starts_with(start),
        _ => actual == expected,
    }
}

/// What is in the body of an answer.
fn messages(answer: &Answer) -> Vec<Event> {
    match answer.head.header("content-type") {
        Some("application/json") => vec![Event::Data(answer.json())],
        Some("text/event-stream") => answer.events(),
        _ => {
            assert!(answer.body.is_empty() || !answer.body.starts_with(b"{"), "{answer:?}");
            Vec::new()
        }
    }
}

/// Holds what came back against the official schema.
fn check(request: &Request, answer: &Answer) -> Result<(), String> {
    let sent: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let version = ProtocolVersion::V2026_07_28;
    for message in messages(answer) {
        if let Event::Data(message) = message {
            Schemas::official().check_sent(version, sent["method"].as_str(), &message)?;
        }
    }
    Ok(())
}
