//! What a service has to answer to any header, any `Accept`, any sealed text and any words, said
//! once more and in the simplest way.
//!
//! Everything here is offered to the fuzzer too, which has no test around it.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, HeaderName, HeaderValue};
use http_body::{Body, Frame};
use mcp_runtime::HttpService;
use mcp_runtime::prelude::*;
use serde_json::{Value, json};
use tower_service::Service;

const ORIGIN: &str = "https://app.example.com";
const BOTH: &str = "application/json, text/event-stream";

/// Say a text, which the header repeats.
#[tool(read_only)]
async fn say(#[arg(header = "Text")] text: String) -> String {
    text
}

/// Say a text in every way there is.
#[tool(read_only)]
async fn talk(ctx: &Context, text: String) -> String {
    ctx.log(LoggingLevel::Info, &text);
    ctx.progress(1).message(text.clone());
    text
}

/// Ask before something is done.
#[tool]
async fn ask(ctx: &Context) -> String {
    ctx.confirm("Go on?").await.to_string()
}

/// A service, a session of it, and the state of a question.
pub(crate) struct Oracle {
    runtime: tokio::runtime::Runtime,
    service: HttpService,
    session: String,
    state: String,
    last_id: Cell<u64>,
}

type Headers = [(HeaderName, HeaderValue)];

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: String,
}

impl Oracle {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("an event loop can be made");
        let server: Server = Server::new("oracle", "1.0.0").with(handlers![say, talk, ask]);
        let app = runtime.block_on(server.state(()).build()).expect("it is a server");
        let service = app.into_service().allow_origins([ORIGIN]);
        let (session, state) = (String::new(), String::new());
        let mut oracle = Self { runtime, service, session, state, last_id: Cell::new(0) };
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "oracle", "version": "1.0.0" },
        });
        let opened = oracle.send(&[], &message(&json!(1), "initialize", &params));
        let id = opened.headers.get("mcp-session-id").expect("a session is opened");
        id.to_str().expect("an id is ASCII").clone_into(&mut oracle.session);
        let asked = oracle.ask_again(None).json();
        let state = asked["result"]["requestState"].as_str().expect("a call that asks has one");
        state.clone_into(&mut oracle.state);
        oracle
    }

    /// One header with any value, beside those that a call needs or in place of one of them.
    pub(crate) fn header(&self, input: &[u8]) {
        const NAMES: [&str; 10] = [
            "mcp-method",
            "mcp-name",
            "mcp-param-text",
            "mcp-protocol-version",
            "host",
            "origin",
            "content-type",
            "mcp-session-id",
            "last-event-id",
            "x-other",
        ];
        let [kind, value @ ..] = input else { return };
        let name = NAMES[usize::from(*kind) % NAMES.len()];
        let is_doubled = *kind & 0x80 != 0;
        let Ok(header) = HeaderValue::from_bytes(value) else { return };
        // What the header repeats, so that it may be right.
        let text = match encoded(value) {
            Some(inner) => decode(inner).unwrap_or_default(),
            None => String::from_utf8_lossy(value.trim_ascii()).into_owned(),
        };
        let repeated = format!("=?base64?{}?=", encode(text.as_bytes()));
        let mut headers = vec![
            ("mcp-method", b"tools/call".to_vec()),
            ("mcp-name", b"say".to_vec()),
            ("mcp-param-text", repeated.into_bytes()),
            ("mcp-protocol-version", b"2026-07-28".to_vec()),
            ("host", b"localhost".to_vec()),
            ("content-type", b"application/json".to_vec()),
        ];
        if !is_doubled {
            headers.retain(|(known, _)| *known != name);
        }
        let is_twice = headers.iter().any(|(known, _)| *known == name);
        let mut headers: Vec<_> =
            headers.iter().map(|(name, value)| pair(name, value).expect("it is known")).collect();
        headers.push((HeaderName::from_static(name), header));
        let params = json!({ "name": "say", "arguments": { "text": text }, "_meta": modern() });
        let answer = self.send_bare(&headers, &message(&json!(1), "tools/call", &params));
        let value = value.trim_ascii();
        let expected = match name {
            "content-type" if is_twice || !is_json(value) => 415,
            _ if is_twice => 400,
            "mcp-method" if value != b"tools/call" => 400,
            "mcp-name" if !says(value, "say") => 400,
            "mcp-param-text" if !says(value, &text) => 400,
            "mcp-protocol-version" if value != b"2026-07-28" => 400,
            "host" if !is_host(value) => 403,
            "origin" if !is_origin(value) => 403,
            _ => 200,
        };
        assert_eq!(answer.status, expected, "{name}: {answer:?}");
        let message = answer.json();
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        if expected == 200 {
            assert_eq!(message["result"]["content"][0]["text"], text, "{message}");
        } else {
            assert!(message["error"]["message"].is_string(), "{message}");
        }
        let shared = answer.headers.get("access-control-allow-origin");
        assert_eq!(shared.is_some(), name == "origin" && expected == 200, "{answer:?}");
    }

    /// `Accept` with any values, a line each.
    pub(crate) fn accept(&self, input: &[u8]) {
        let values = input.split(|byte| *byte == b'\n').map(HeaderValue::from_bytes);
        let Ok(values) = values.collect::<Result<Vec<_>, _>>() else { return };
        let (mut json, mut events, mut is_empty) = (false, false, true);
        for range in values.iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
            let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            is_empty &= kind.is_empty();
            let is_refused = parts.any(|part| {
                let weight = part.strip_prefix(b"q=").or_else(|| part.strip_prefix(b"Q="));
                weight.is_some_and(|it| !it.is_empty() && it.iter().all(|it| b"0.".contains(it)))
            });
            let takes = |kinds: [&[u8]; 3]| !is_refused && kinds.contains(&&*kind);
            json |= takes([b"application/json", b"application/*", b"*/*"]);
            events |= takes([b"text/event-stream", b"text/*", b"*/*"]);
        }
        let headers: Vec<_> = values.into_iter().map(|value| (ACCEPT, value)).collect();
        let (json, events) = (json || is_empty, events || is_empty);
        let params = json!({ "name": "say", "arguments": { "text": "a" }, "_meta": modern() });
        let answer = self.send_modern(&headers, &json!(1), "tools/call", &params, Some("a"));
        assert_eq!(answer.status, if json || events { 200 } else { 406 }, "{answer:?}");
        let message = match (json, events) {
            (false, true) => answer.only_event(),
            _ => answer.json(),
        };
        assert_eq!(message["result"].is_object(), json || events, "{message}");
    }

    /// The id of a session or the state of a question, any text or a changed one.
    pub(crate) fn sealed(&self, input: &[u8]) {
        let [kind, input @ ..] = input else { return };
        let is_session = *kind & 1 == 0;
        let right = if is_session { &self.session } else { &self.state };
        let text = if *kind & 2 == 0 {
            String::from_utf8_lossy(input).into_owned()
        } else {
            let mut text = right.clone().into_bytes();
            for edit in input.chunks_exact(3) {
                let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % (text.len() + 1);
                match edit[2] {
                    0xff => text.truncate(at),
                    byte if byte & 0x80 != 0 => text.insert(at, byte & 0x7f),
                    byte if at < text.len() => text[at] = byte,
                    byte => text.push(byte),
                }
            }
            String::from_utf8(text).expect("ASCII was changed to ASCII")
        };
        if !is_session {
            let message = self.ask_again(Some(&text)).json();
            let is_asked = message["result"]["resultType"] == "input_required";
            assert_eq!(is_asked, text == *right, "{message}");
            assert_eq!(message["error"]["code"] == -32602, text != *right, "{message}");
            return;
        }
        let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { return };
        let session = [(HeaderName::from_static("mcp-session-id"), value)];
        let answer = self.send(&session, &message(&json!(1), "ping", &json!({})));
        let is_right = text.as_bytes().trim_ascii() == right.as_bytes();
        assert_eq!(answer.status, if is_right { 200 } else { 404 }, "{answer:?}");
        assert_eq!(answer.json()["error"]["message"].is_string(), !is_right, "{answer:?}");
    }

    /// Any words, as the id of a request, a token, a log message, progress and a result: they
    /// arrive as they are, in events as a client reads them.
    pub(crate) fn words(&self, input: &[u8]) {
        let text = String::from_utf8_lossy(input);
        let mut meta = modern();
        meta["progressToken"] = json!(text);
        meta["io.modelcontextprotocol/logLevel"] = json!("debug");
        let arguments = json!({ "text": text });
        let params = json!({ "name": "talk", "arguments": arguments, "_meta": meta });
        let accept = [(ACCEPT, HeaderValue::from_static(BOTH))];
        let answer = self.send_modern(&accept, &json!(text), "tools/call", &params, None);
        check_words(&text, &json!(text), &answer.events());
        // In a session, under an id that no other call can have.
        self.last_id.set(self.last_id.get() + 1);
        let id = json!(format!("{text}{}", self.last_id.get()));
        let meta = json!({ "progressToken": text });
        let params = json!({ "name": "talk", "arguments": arguments, "_meta": meta });
        let session = HeaderValue::from_str(&self.session).expect("an id is ASCII");
        let headers = [(HeaderName::from_static("mcp-session-id"), session)];
        let answer = self.send(&headers, &message(&id, "tools/call", &params));
        check_words(&text, &id, &answer.events());
    }

    /// The call of a tool that asks, with a state.
    fn ask_again(&self, state: Option<&str>) -> Answer {
        let mut meta = modern();
        let able = json!({ "elicitation": {} });
        meta["io.modelcontextprotocol/clientCapabilities"] = able;
        let mut params = json!({ "name": "ask", "arguments": {}, "_meta": meta });
        if let Some(state) = state {
            params["requestState"] = json!(state);
        }
        let accept = [(ACCEPT, HeaderValue::from_static(BOTH))];
        self.send_modern(&accept, &json!(1), "tools/call", &params, None)
    }

    fn send_modern(
        &self,
        headers: &Headers,
        id: &Value,
        method: &str,
        params: &Value,
        text: Option<&str>,
    ) -> Answer {
        let name = params["name"].as_str().unwrap_or_default();
        let more = [
            pair("host", b"localhost"),
            pair("content-type", b"application/json"),
            pair("mcp-protocol-version", b"2026-07-28"),
            pair("mcp-method", method.as_bytes()),
            pair("mcp-name", name.as_bytes()),
            text.and_then(|text| pair("mcp-param-text", text.as_bytes())),
        ];
        let headers: Vec<_> = more.into_iter().flatten().chain(headers.iter().cloned()).collect();
        self.send_bare(&headers, &message(id, method, params))
    }

    /// Sends a message of a session.
    fn send(&self, headers: &Headers, message: &Value) -> Answer {
        let more = [pair("host", b"localhost"), pair("content-type", b"application/json")];
        let headers: Vec<_> = more.into_iter().flatten().chain(headers.iter().cloned()).collect();
        self.send_bare(&headers, message)
    }

    fn send_bare(&self, headers: &Headers, message: &Value) -> Answer {
        let body = Whole(Some(Bytes::from(message.to_string())));
        let mut request = http::Request::new(body);
        *request.method_mut() = http::Method::POST;
        for (name, value) in headers {
            request.headers_mut().append(name.clone(), value.clone());
        }
        self.runtime.block_on(async {
            let Ok(response) = self.service.clone().call(request).await;
            let (head, body) = response.into_parts();
            let mut body = pin!(body);
            let mut read = Vec::new();
            while let Some(Ok(frame)) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
                read.extend_from_slice(&frame.into_data().unwrap_or_default());
            }
            let body = String::from_utf8(read).expect("what is written is UTF-8");
            Answer { status: head.status.as_u16(), headers: head.headers, body }
        })
    }
}

impl Answer {
    /// The body as one line of JSON.
    fn json(&self) -> Value {
        let kind = self.headers.get("content-type").map(HeaderValue::as_bytes);
        assert_eq!(kind, Some(&b"application/json"[..]), "{self:?}");
        assert!(!self.body.contains(['\n', '\r']), "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The messages of a stream of events, read as HTML says.
    fn events(&self) -> Vec<Value> {
        let kind = self.headers.get("content-type").map(HeaderValue::as_bytes);
        assert_eq!(kind, Some(&b"text/event-stream"[..]), "{self:?}");
        let lines = self.body.replace("\r\n", "\n").replace('\r', "\n");
        let (mut messages, mut data) = (Vec::new(), Vec::new());
        for line in lines.split('\n') {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            match field {
                "" if line.is_empty() => {
                    let data = std::mem::take(&mut data).join("\n");
                    if !data.is_empty() {
                        messages.push(serde_json::from_str(&data).expect("events are JSON"));
                    }
                }
                "data" => data.push(value.strip_prefix(' ').unwrap_or(value)),
                "" | "id" | "retry" => {}
                _ => panic!("{line:?} in {self:?}"),
            }
        }
        assert!(data.is_empty(), "cut off: {self:?}");
        messages
    }

    fn only_event(&self) -> Value {
        let [message] = &self.events()[..] else { panic!("{self:?}") };
        message.clone()
    }
}

fn check_words(text: &str, id: &Value, events: &[Value]) {
    let [log, progress, answer] = events else { panic!("{events:?}") };
    assert_eq!(log["params"]["data"], text, "{log}");
    // No words are not sent.
    let words = progress["params"]["message"].as_str().unwrap_or_default();
    assert_eq!(words, text, "{progress}");
    assert_eq!(progress["params"]["progressToken"], text, "{progress}");
    assert_eq!(answer["id"], *id, "{answer}");
    assert_eq!(answer["result"]["content"][0]["text"], text, "{answer}");
}

fn message(id: &Value, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

fn modern() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

fn pair(name: &'static str, value: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?))
}

fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

/// Whether a header repeats a text: as it is, or as base64 with a mark around it.
fn says(value: &[u8], text: &str) -> bool {
    let is_plain = value.iter().all(|byte| matches!(byte, 0x20..=0x7e | b'\t'));
    is_plain
        && match encoded(value) {
            Some(inner) => inner == encode(text.as_bytes()).as_bytes(),
            None => value == text.as_bytes(),
        }
}

fn encoded(value: &[u8]) -> Option<&[u8]> {
    value.trim_ascii().strip_prefix(b"=?base64?")?.strip_suffix(b"?=")
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = (0..3).fold(0, |all, at| all << 8 | usize::from(*group.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = char::from(LETTERS[number >> (18 - 6 * at) & 63]);
            text.push(if at > group.len() { '=' } else { letter });
        }
    }
    text
}

/// The text of base64, as far as there is one.
fn decode(letters: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    for group in letters.chunks(4) {
        let value = |letter: &u8| (0_u32..).zip(LETTERS).find(|(_, known)| *known == letter);
        let known: Vec<_> = group.iter().map_while(value).map(|(value, _)| value).collect();
        let number = (0..4).fold(0, |all, at| all << 6 | known.get(at).unwrap_or(&0));
        bytes.extend_from_slice(&number.to_be_bytes()[1..=known.len() * 3 / 4]);
    }
    String::from_utf8(bytes).ok()
}

/// Whether a host is served without being named: one of this machine, or an address.
fn is_host(host: &[u8]) -> bool {
    let Ok(host) = str::from_utf8(host) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    };
    let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok()
}

fn is_origin(origin: &[u8]) -> bool {
    let served = [ORIGIN, "http://localhost", "https://localhost"];
    served.iter().any(|known| origin.eq_ignore_ascii_case(known.as_bytes()))
}

/// The body of a request, in one piece.
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}
