//! What has to come out for what goes in, said once more and in the simplest way: by `serde_json`.
//!
//! Everything here is offered to the fuzzer too, which has no test around it.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use mcp_runtime::{Limits, RawCall, Server, Tool};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};

/// Levels that a message may be nested.
const DEPTH: usize = 128;

/// Serves one connection whose input comes in pieces of these sizes, again and again; gives what it
/// has answered.
pub(crate) fn serve(input: &[u8], pieces: &[usize]) -> Vec<u8> {
    let echo = async |call: RawCall| Ok::<_, String>(Value::Object(call.arguments));
    let schema = json!({ "type": "object" });
    let names = ["echo", "get_weather", "say"];
    let tools: Vec<Tool> = names.map(|name| Tool::raw(name, schema.clone(), echo)).into();
    let server: Server = Server::new("oracle", "1.0.0")
        .with(tools)
        .limits(Limits::default().grace(Duration::ZERO).line(64 * 1024));
    let mut output = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime
        .expect("an event loop can be made")
        .block_on(server.state(()).serve(Pieces::new(input, pieces), &mut output));
    served.expect("memory does not fail");
    output
}

/// Serves the lines of the input, each between two pings, and fails if any is not answered as it
/// should be.
pub(crate) fn check(input: &[u8], pieces: &[usize]) {
    let lines: Vec<&[u8]> =
        input.split(|byte| *byte == b'\n').filter(|line| line.len() <= 64 * 1024).collect();
    let mut framed = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        framed.extend_from_slice(line);
        framed.extend_from_slice(format!("\n{}\n", ping(number)).as_bytes());
    }
    let output = serve(&framed, pieces);
    assert!(output.is_empty() || output.ends_with(b"\n"), "the last line has no end");
    let output = str::from_utf8(&output).expect("what is written is UTF-8");
    let said: Vec<String> = output.lines().map(acknowledged_is_answered).collect();
    let mut answers: VecDeque<&str> = said.iter().map(String::as_str).collect();
    for (number, line) in lines.iter().enumerate() {
        let pong = format!(r#"{{"jsonrpc":"2.0","id":"oracle {number}","result":{{}}}}"#);
        let at = answers.iter().position(|answer| *answer == pong);
        let at = at.unwrap_or_else(|| panic!("no pong behind {}", String::from_utf8_lossy(line)));
        let of_line: Vec<&str> = answers.drain(..=at).take(at).collect();
        if let Err(wrong) = judge(line, &of_line) {
            panic!("{wrong}\nsent: {}\ncame: {of_line:#?}", String::from_utf8_lossy(line));
        }
    }
    // Subscriptions that are still open end with the input.
    answers.retain(|answer| !answer.contains(SUBSCRIPTION));
    assert!(answers.is_empty(), "{answers:?}");
}

/// In front of the id of a subscription, in everything that belongs to it.
const SUBSCRIPTION: &str = r#""_meta":{"io.modelcontextprotocol/subscriptionId":"#;

/// A subscription is acknowledged where other requests are answered: the acknowledgement as an
/// answer under the id of its request.
fn acknowledged_is_answered(line: &str) -> String {
    const ACKNOWLEDGED: &str =
        r#"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","#;
    let id = line
        .starts_with(ACKNOWLEDGED)
        .then(|| line.rsplit_once(SUBSCRIPTION)?.1.strip_suffix("}}}"))
        .flatten();
    match id {
        Some(id) => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#),
        None => line.to_owned(),
    }
}

fn ping(number: usize) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":"oracle {number}","method":"ping"}}"#)
}

/// What a line has to be answered with.
enum Due {
    Nothing,
    /// An error with this code, under this id or none.
    Error(i64, Option<String>),
    /// A result or an error under this id.
    Answer(String),
    /// Whatever: the session decides.
    Any,
}

/// Judges the answers to one line.
fn judge(line: &[u8], answers: &[&str]) -> Result<(), String> {
    for answer in answers {
        is_response(answer).map_err(|why| format!("{why}: {answer}"))?;
    }
    let due = due(line);
    match (due, answers) {
        (Due::Any, [] | [_]) | (Due::Nothing, []) => Ok(()),
        (Due::Error(code, id), [answer]) => {
            let [got_code, got_id] = ["code", "id"].map(|what| member(answer, what));
            if got_code != Some(code.to_string()) {
                return Err(format!("expected the error {code}"));
            }
            if same_id(got_id.as_deref(), id.as_deref()) {
                Ok(())
            } else {
                Err(format!("expected the id {id:?}"))
            }
        }
        (Due::Answer(id), [answer]) => {
            if same_id(member(answer, "id").as_deref(), Some(&id)) {
                Ok(())
            } else {
                Err(format!("expected an answer under the id {id}"))
            }
        }
        (Due::Nothing, _) => Err("expected no answer".to_owned()),
        _ => Err("expected one answer".to_owned()),
    }
}

/// The rules of JSON-RPC, and of this server where they leave a choice.
fn due(line: &[u8]) -> Due {
    const PARSE_ERROR: Due = Due::Error(-32_700, None);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Due::Nothing;
    }
    let Ok(line) = str::from_utf8(line) else { return PARSE_ERROR };
    if depth(line) > DEPTH {
        // It may be JSON or not: nobody looks so deep.
        return Due::Any;
    }
    if serde_json::from_str::<IgnoredAny>(line).is_err() {
        return PARSE_ERROR;
    }
    if line.starts_with('[') {
        return Due::Any;
    }
    let refused = |id| Due::Error(-32_600, id);
    let Some(members) = members(line) else { return refused(None) };
    let of = |name: &str| -> Vec<&str> {
        members.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    };
    let [versions, ids, methods, params] = ["jsonrpc", "id", "method", "params"].map(of);
    let answers = of("result").len() + of("error").len();
    if methods.is_empty() && answers > 0 {
        return Due::Nothing;
    }
    let id = match ids[..] {
        [id] if is_id(id) => Some(id.to_owned()),
        _ => None,
    };
    if [versions.len(), ids.len(), methods.len(), params.len(), answers].iter().any(|n| *n > 1)
        || versions.first().and_then(|version| text(version)).as_deref() != Some("2.0")
        || methods.first().and_then(|method| text(method)).is_none()
    {
        return refused(id);
    }
    match (ids.is_empty(), id) {
        (true, _) => Due::Nothing,
        (false, Some(id)) => Due::Answer(id),
        (false, None) => refused(None),
    }
}

/// Whether a line is a response of JSON-RPC, or an array of them.
fn is_response(line: &str) -> Result<(), &'static str> {
    if line.starts_with('[') {
        let responses: Vec<&RawValue> =
            serde_json::from_str(line).map_err(|_| "no JSON came back")?;
        return responses.iter().try_for_each(|response| is_response(response.get()));
    }
    let members = members(line).ok_or("no JSON object came back")?;
    let count = |name: &str| members.iter().filter(|(key, _)| key == name).count();
    match (count("jsonrpc"), count("id"), count("result"), count("error"), members.len()) {
        (1, 1, 1, 0, 3) | (1, 1, 0, 1, 3) | (1, 0, 0, 1, 2) => Ok(()),
        _ => Err("no response came back"),
    }
}

/// The value of a member of the answer, or of its error.
fn member(answer: &str, name: &str) -> Option<String> {
    let find = |json: &str, name: &str| {
        members(json)?.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    };
    find(answer, name).or_else(|| find(&find(answer, "error")?, name))
}

fn is_id(json: &str) -> bool {
    json.starts_with('"')
        || json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
            && !json.contains(['.', 'e', 'E'])
}

fn same_id(one: Option<&str>, other: Option<&str>) -> bool {
    let read = |id: Option<&str>| id.map(|id| text(id).unwrap_or_else(|| id.to_owned()));
    read(one) == read(other)
}

/// The text of a JSON string that is one.
fn text(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

/// How deep a line is nested, if it is JSON.
fn depth(line: &str) -> usize {
    let (mut depth, mut deepest, mut is_text, mut is_escaped) = (0_usize, 0, false, false);
    for byte in line.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' | b'[' if !is_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The members of an object in their order, doubled ones too.
fn members(json: &str) -> Option<Vec<(String, String)>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                let key = text(key.get()).unwrap_or_default();
                members.push((key, value.get().to_owned()));
            }
            Ok(members)
        }
    }

    let mut reader = serde_json::Deserializer::from_str(json);
    let members = reader.deserialize_map(Members).ok()?;
    reader.end().ok()?;
    Some(members)
}

/// A stream that gives its bytes in pieces.
struct Pieces<'a> {
    left: &'a [u8],
    sizes: &'a [usize],
    next: usize,
}

impl<'a> Pieces<'a> {
    fn new(left: &'a [u8], sizes: &'a [usize]) -> Self {
        Self { left, sizes, next: 0 }
    }
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        free: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let size = match self.sizes {
            [] => usize::MAX,
            sizes => sizes[self.next % sizes.len()],
        };
        self.next += 1;
        if size == 0 && self.next < 1000 {
            // Nothing is there yet.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let size = size.max(1).min(self.left.len()).min(free.remaining());
        let (piece, left) = self.left.split_at(size);
        free.put_slice(piece);
        self.left = left;
        Poll::Ready(Ok(()))
    }
}
