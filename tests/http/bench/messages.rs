//! What is said to the servers: requests with their heads, and what their answers must say.

use serde_json::{Value, json};

/// The text of a small call.
const TEXT: &str = "hello, world!";

/// The version that every request names.
const VERSION: &str = "2026-07-28";

/// The version of sessions.
const OLDER: &str = "2025-11-25";

/// Ids have the same number of digits everywhere, so that all requests are equally long.
pub(crate) const FIRST_ID: u64 = 100_000_000;

/// How many digits an id has.
const DIGITS: usize = 9;

/// A request that is sent many times, each time with another id.
pub(crate) struct Request {
    bytes: Vec<u8>,
    /// Where the id stands.
    id: usize,
    is_met: Expected,
}

/// Whether a result says what it should.
type Expected = Box<dyn Fn(&Value) -> bool>;

/// An answer that was understood: further ones must have the same body, byte for byte, but for the
/// id.
#[derive(Debug)]
pub(crate) struct Pattern {
    before_id: Vec<u8>,
    after_id: Vec<u8>,
}

/// One answer in a buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) head: &'a [u8],
    /// Its message: all of its body, or of its only event.
    pub(crate) body: &'a [u8],
    length: usize,
}

impl Request {
    fn new(
        tool: &str,
        arguments: &Value,
        meta: &str,
        is_met: impl Fn(&Value) -> bool + 'static,
    ) -> Self {
        let meta = [
            &format!(r#""io.modelcontextprotocol/protocolVersion":"{VERSION}""#),
            r#","io.modelcontextprotocol/clientInfo":{"name":"bench-driver","version":"1.0.0"}"#,
            r#","io.modelcontextprotocol/clientCapabilities":{}"#,
            meta,
        ]
        .concat();
        let params = format!(r#"{{"name":"{tool}","arguments":{arguments},"_meta":{{{meta}}}}}"#);
        let headers = format!(
            "MCP-Protocol-Version: {VERSION}\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
        );
        Self::of(&headers, "tools/call", &params, is_met)
    }

    fn of(
        headers: &str,
        method: &str,
        params: &str,
        is_met: impl Fn(&Value) -> bool + 'static,
    ) -> Self {
        let before_id = r#"{"jsonrpc":"2.0","id":"#;
        let body = format!(r#"{before_id}{FIRST_ID},"method":"{method}","params":{params}}}"#);
        let head = head(headers, body.len());
        let id = head.len() + before_id.len();
        Self {
            bytes: [head.into_bytes(), body.into_bytes()].concat(),
            id,
            is_met: Box::new(is_met),
        }
    }

    /// A call of `echo` with a short text.
    pub(crate) fn echo() -> Self {
        Self::echo_of(TEXT.to_owned())
    }

    /// A call of `echo` with this text.
    pub(crate) fn echo_of(message: String) -> Self {
        let arguments = json!({ "message": message });
        Self::new("echo", &arguments, "", move |result| text(result) == Some(&message))
    }

    /// The same in a session of an older version.
    pub(crate) fn echo_in(session: &Session) -> Self {
        let params = json!({ "name": "echo", "arguments": { "message": TEXT } }).to_string();
        Self::of(&session.0, "tools/call", &params, |result| text(result) == Some(TEXT))
    }

    /// What opens a session.
    pub(crate) fn initialize() -> Self {
        let params = json!({
            "protocolVersion": OLDER, "capabilities": {},
            "clientInfo": { "name": "bench-driver", "version": "1.0.0" },
        });
        Self::of("", "initialize", &params.to_string(), |result| result["protocolVersion"] == OLDER)
    }

    pub(crate) fn add() -> Self {
        Self::new("add", &json!({ "a": 20, "b": 22 }), "", |result| {
            let sum = json!({ "sum": 42 });
            let shown = text(result).and_then(|text| serde_json::from_str(text).ok());
            result["structuredContent"] == sum && shown == Some(sum)
        })
    }

    pub(crate) fn sleep(ms: u64) -> Self {
        let slept = format!("slept {ms} ms");
        Self::new("sleep_ms", &json!({ "ms": ms }), "", move |result| text(result) == Some(&slept))
    }

    pub(crate) fn block(ms: u64) -> Self {
        let slept = format!("blocked {ms} ms");
        Self::new("block_ms", &json!({ "ms": ms }), "", move |result| text(result) == Some(&slept))
    }

    /// A call of `count` that asks for progress.
    pub(crate) fn count(to: u64, delay_ms: u64) -> Self {
        let arguments = json!({ "to": to, "delay_ms": delay_ms });
        let counted = format!("counted to {to}");
        let token = r#","progressToken":"token""#;
        Self::new("count", &arguments, token, move |result| text(result) == Some(&counted))
    }

    /// The request after which the connection is closed.
    pub(crate) fn closing(mut self) -> Self {
        let line = b"Connection: close\r\n";
        let at = self.bytes.windows(2).position(|end| end == b"\r\n").map_or(0, |at| at + 2);
        self.bytes.splice(at..at, line.iter().copied());
        self.id += line.len();
        self
    }

    /// Makes the buffer this request, with this id.
    pub(crate) fn write(&self, mut id: u64, out: &mut Vec<u8>) {
        // Most buffers hold this request already, with another id.
        if out.len() != self.bytes.len() {
            out.clear();
            out.extend_from_slice(&self.bytes);
        }
        for digit in out[self.id..self.id + DIGITS].iter_mut().rev() {
            *digit = b'0' + u8::try_from(id % 10).unwrap_or_default();
            id /= 10;
        }
    }

    /// Whether this is the answer to the request with this id.
    pub(crate) fn is_answer(&self, id: u64, message: &Value) -> bool {
        let result = &message["result"];
        message["jsonrpc"] == "2.0"
            && message["id"] == id
            && result["isError"] != true
            && (self.is_met)(result)
    }

    /// Understands the answer to the request with this id.
    ///
    /// # Errors
    /// The answer, if it is not the one that was expected.
    pub(crate) fn pattern(&self, id: u64, answer: Answer<'_>) -> Result<Pattern, String> {
        let value: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        let mark = format!("\"id\":{id}");
        let at = memchr::memmem::find(answer.body, mark.as_bytes());
        let at = at.filter(|_| answer.is_ok() && self.is_answer(id, &value));
        let at = at.ok_or_else(|| answer.wrong())?;
        Ok(Pattern {
            before_id: answer.body[..at + "\"id\":".len()].to_vec(),
            after_id: answer.body[at + mark.len()..].to_vec(),
        })
    }
}

impl Pattern {
    /// Whether this is the answer to the request with this id.
    ///
    /// # Errors
    /// The answer, if it is another one.
    pub(crate) fn check(&self, id: u64, answer: Answer<'_>) -> Result<(), String> {
        let digits = answer.body.strip_prefix(self.before_id.as_slice());
        let digits = digits.and_then(|rest| rest.strip_suffix(self.after_id.as_slice()));
        let is_right = digits.is_some_and(|digits| {
            let number = digits.iter().fold(0, |all, digit| all * 10 + u64::from(digit & 15));
            digits.len() == DIGITS && number == id
        });
        if is_right && answer.is_ok() { Ok(()) } else { Err(answer.wrong()) }
    }
}

/// The headers that name a session.
#[derive(Debug)]
pub(crate) struct Session(String);

impl Session {
    /// The session that an answer has opened.
    ///
    /// # Errors
    /// The answer, if it has opened none.
    pub(crate) fn opened(answer: Answer<'_>) -> Result<Self, String> {
        let id = header(answer.head, b"mcp-session-id: ").ok_or_else(|| answer.wrong())?;
        Ok(Self(format!("MCP-Protocol-Version: {OLDER}\r\nMcp-Session-Id: {id}\r\n")))
    }

    /// What a client says as soon as it has the session.
    pub(crate) fn initialized(&self) -> Vec<u8> {
        let body = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        (head(&self.0, body.len()) + body).into_bytes()
    }

    /// What opens the stream of the session.
    pub(crate) fn get(&self) -> Vec<u8> {
        let headers = &self.0;
        let accept = "Accept: text/event-stream\r\n";
        format!("GET /mcp HTTP/1.1\r\nHost: localhost\r\n{accept}{headers}\r\n").into_bytes()
    }
}

/// The head of a request.
fn head(headers: &str, length: usize) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{headers}Content-Length: {length}\r\n\r\n"
    )
}

impl<'a> Answer<'a> {
    /// The answer that the buffer begins with, once all of it is there.
    ///
    /// # Errors
    /// The head, if it does not say how long the body is.
    pub(crate) fn read(buffer: &'a [u8]) -> Result<Option<Self>, String> {
        let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") else { return Ok(None) };
        let (head, rest) = buffer.split_at(end + 4);
        let length = header(head, b"content-length: ").and_then(|length| length.parse().ok());
        let read = match length {
            Some(length) => rest.get(..length).map(|body| (body, length)),
            None if header(head, b"transfer-encoding: ") == Some("chunked") => only_event(rest),
            None => return Err(Answer { head, body: rest, length: 0 }.wrong()),
        };
        Ok(read.map(|(body, length)| Answer { head, body, length: head.len() + length }))
    }

    /// How many bytes it has.
    pub(crate) fn len(self) -> usize {
        self.length
    }

    fn is_ok(self) -> bool {
        self.head.starts_with(b"HTTP/1.1 200 OK\r\n")
    }

    fn wrong(self) -> String {
        let body = &self.body[..self.body.len().min(500)];
        let [head, body] = [self.head, body].map(String::from_utf8_lossy);
        format!("unexpected answer: {head}{body}")
    }
}

/// The message of a stream of events, and how long the stream is, once all of it is there.
fn only_event(stream: &[u8]) -> Option<(&[u8], usize)> {
    const END: &[u8] = b"\r\n0\r\n\r\n";
    let end = memchr::memmem::find(stream, END)?;
    let mark = b"data: {";
    let start = memchr::memmem::rfind(&stream[..end], mark)? + mark.len() - 1;
    let length = memchr::memchr(b'\n', &stream[start..end])?;
    Some((&stream[start..start + length], end + END.len()))
}

/// The value of a header, whose name is in lower case.
fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let value = lines.find_map(|line| {
        let (start, value) = line.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then_some(value)
    })?;
    Some(str::from_utf8(value).ok()?.trim_ascii())
}

/// The text of a tool's result.
fn text(result: &Value) -> Option<&str> {
    result["content"][0]["text"].as_str()
}
