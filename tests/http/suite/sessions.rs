//! Sessions of the versions up to 2025-11-25: ids that are sealed, calls that outlive their
//! connection, streams that are picked up again.
//!
//! Spec: 2025-11-25, basic/transports.

mod abuse;
mod woken;

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, Connection};
use crate::process::Process;
use crate::request::Request;

/// A client in a session.
struct Client<'a> {
    server: &'a Process,
    session: String,
    version: &'static str,
    last_id: u64,
}

fn post(body: &Value) -> Request {
    Request::bare("POST", "/mcp")
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .with_body(body.to_string().as_bytes())
}

fn initialize(version: &str) -> Request {
    post(&json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": version,
            "capabilities": { "elicitation": {}, "sampling": {}, "roots": {} },
            "clientInfo": { "name": "suite", "version": "1.0.0" },
        },
    }))
}

impl<'a> Client<'a> {
    fn open(server: &'a Process, version: &'static str) -> Self {
        let answer = server.connect().ask(&initialize(version));
        assert_eq!(answer.head.status, 200, "{answer:?}");
        assert_eq!(answer.json()["result"]["protocolVersion"], version);
        let session = answer.head.header("mcp-session-id").unwrap().to_owned();
        Self { server, session, version, last_id: 0 }
    }

    fn in_session(&self, request: Request) -> Request {
        request.header("Mcp-Session-Id", &self.session).header("MCP-Protocol-Version", self.version)
    }

    fn request(&mut self, method: &str, params: &Value) -> Request {
        self.last_id += 1;
        let id = self.last_id;
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.in_session(post(&body))
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Request {
        self.request("tools/call", &json!({ "name": tool, "arguments": arguments }))
    }

    fn ask(&mut self, request: &Request) -> Answer {
        self.server.connect().ask(request)
    }

    /// Sends a call, and gives the connection, whose answer is a stream.
    fn begin(&mut self, tool: &str, arguments: &Value) -> Stream {
        let request = self.call(tool, arguments);
        Stream::open(self.server, &request)
    }

    /// Answers a request of the server; the status.
    fn answer(&self, asked: &Value, result: &Value) -> u16 {
        let body = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
        self.server.connect().ask(&self.in_session(post(&body))).head.status
    }

    fn get(&self) -> Request {
        self.in_session(Request::bare("GET", "/mcp").header("Accept", "text/event-stream"))
    }

    fn delete(&self) -> u16 {
        let request = self.in_session(Request::bare("DELETE", "/mcp"));
        self.server.connect().ask(&request).head.status
    }
}

/// One event of a stream, as it was written.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Event {
    id: Option<String>,
    retry: Option<u64>,
    data: String,
}

impl Event {
    fn message(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

/// An answer that is a stream.
#[derive(Debug)]
pub(crate) struct Stream {
    connection: Connection,
    text: String,
}

impl Stream {
    fn open(server: &Process, request: &Request) -> Self {
        let mut connection = server.connect();
        connection.send(request.bytes());
        let head = connection.head().unwrap();
        assert!(head.is_stream(), "{head:?}");
        Self { connection, text: String::new() }
    }

    /// The next event, without comments; `None` at the end.
    pub(crate) fn event(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.starts_with(':') {
                    continue;
                }
                let mut read = Event::default();
                for line in event.lines() {
                    let (field, value) = line.split_once(": ").unwrap_or((line, ""));
                    match field {
                        "id" => read.id = Some(value.to_owned()),
                        "retry" => read.retry = value.parse().ok(),
                        "data" | "data:" => read.data = value.to_owned(),
                        _ => panic!("{event}"),
                    }
                }
                return Some(read);
            }
            self.text.push_str(&String::from_utf8(self.connection.chunk()?).unwrap());
        }
    }

    /// The next message.
    fn message(&mut self) -> Value {
        loop {
            let event = self.event().expect("the stream has ended");
            if !event.data.is_empty() {
                return event.message();
            }
        }
    }
}

/// The stream of a new session, from which its first event is read.
pub(crate) fn reader(server: &Process) -> Stream {
    let client = Client::open(server, "2025-11-25");
    let mut stream = Stream::open(server, &client.get());
    assert!(stream.event().unwrap().id.is_some());
    stream
}

fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

fn yes() -> Value {
    json!({ "action": "accept", "content": { "confirm": true } })
}

const VERSIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// HTTL-03, HTTL-04, HTTL-09: a session is opened, used and ended, in every version.
#[test]
fn a_session_from_its_beginning_to_its_end() {
    let server = Process::start(&[]);
    for version in VERSIONS {
        let mut client = Client::open(&server, version);
        assert!(client.session.bytes().all(|byte| (0x21..=0x7e).contains(&byte)));
        let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let answer = server.connect().ask(&client.in_session(post(&note)));
        assert_eq!((answer.head.status, answer.body.len()), (202, 0));
        let request = client.call("echo", &json!({ "message": version }));
        assert_eq!(text(&client.ask(&request).json()), version);
        // Without the version, the session knows it.
        let request = client.call("echo", &json!({ "message": version }));
        let answer = client.ask(&request.without("MCP-Protocol-Version"));
        assert_eq!(text(&answer.json()), version);
        assert_eq!(client.delete(), 204);
        let request = client.request("ping", &json!({}));
        assert_eq!(client.ask(&request).head.status, 404);
        assert_eq!(client.delete(), 404);
    }
}

/// HTTL-11: an id that was not made here opens nothing.
#[test]
fn ids_that_are_guessed_are_unknown() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    let good = client.session.clone();
    let other = Process::start(&[]);
    let foreign = Client::open(&other, "2025-11-25").session;
    let cut = &good[..good.len() - 1];
    let long = "A".repeat(10_000);
    let turned: String = good.chars().rev().collect();
    for id in [cut, &format!("{good}A"), "1", "null", &long, &turned, &foreign, "é"] {
        id.clone_into(&mut client.session);
        let request = client.request("ping", &json!({}));
        let answer = client.ask(&request);
        assert_eq!(answer.head.status, 404, "{id}: {answer:?}");
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("initialize"));
    }
    client.session = good;
    let request = client.request("ping", &json!({}));
    assert_eq!(client.ask(&request).json()["result"], json!({}));
    let twice = request.header("Mcp-Session-Id", &client.session);
    assert_eq!(client.ask(&twice).head.status, 400);
}

/// HTTL-13: a version that has no sessions cannot be meant.
#[test]
fn a_version_without_sessions_is_refused_in_one() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    for version in ["2026-07-28", "1999-01-01", "x"] {
        let request = client.request("ping", &json!({})).without("MCP-Protocol-Version");
        let answer = client.ask(&request.header("MCP-Protocol-Version", version));
        assert_eq!(answer.head.status, 400, "{version}: {answer:?}");
    }
}

/// ERA-07, META-01: a request belongs to its session unless its `_meta` names a version, however
/// that is spelled. Escapes in other members say nothing.
#[test]
fn escapes_in_meta_do_not_take_a_request_out_of_its_session() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    let params = json!({ "name": "whoami", "arguments": {}, "_meta": { "trace": "@" } });
    let request = client.request("tools/call", &params);
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    for trace in [r"a\nb", r"\u00e9", r#"\""#, r"io.modelcontextprotocol\/protocolVersion"] {
        let sent = request.clone().with_body(body.replace('@', trace).as_bytes());
        let answer = client.ask(&sent).json();
        assert_eq!(answer["result"]["structuredContent"]["era"], "legacy", "{answer}");
    }
    let modern = crate::request::call(1, "whoami", json!({}));
    let body = String::from_utf8(modern.body().to_vec()).unwrap();
    let modern = modern.header("Mcp-Session-Id", &client.session);
    for body in
        [body.clone(), body.replace('/', r"\/"), body.replace("protocolV", r"protocol\u0056")]
    {
        let answer = client.ask(&modern.clone().with_body(body.as_bytes())).json();
        assert_eq!(answer["result"]["structuredContent"]["era"], "modern", "{answer}");
    }
}

/// A JSON-RPC error is an answer with status 200: 404 would end the session of many clients.
#[test]
fn errors_are_answers() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    for (method, code) in [("no/such", -32601), ("tools/call", -32602), ("initialize", -32600)] {
        let request = client.request(method, &json!({}));
        let answer = client.ask(&request);
        assert_eq!(answer.head.status, 200, "{method}");
        assert_eq!(answer.json()["error"]["code"], code, "{method}: {answer:?}");
    }
    let broken = client.in_session(post(&Value::Null)).with_body(b"{\"jsonrpc\":");
    assert_eq!(client.ask(&broken).head.status, 400);
}

/// HTTL-05, HTTL-18: questions come on the stream of their call, answers by any other POST.
#[test]
fn a_question_is_answered_by_another_post() {
    let server = Process::start(&[]);
    for version in ["2025-11-25", "2025-06-18"] {
        let mut client = Client::open(&server, version);
        let mut stream = client.begin("confirm", &json!({ "item": "a" }));
        let asked = stream.message();
        assert_eq!(asked["method"], "elicitation/create");
        // Another session cannot answer it.
        let stranger = Client::open(&server, version);
        assert_eq!(stranger.answer(&asked, &yes()), 202);
        assert_eq!(client.answer(&asked, &yes()), 202);
        assert_eq!(text(&stream.message()), "confirmed a");
        assert_eq!(stream.event(), None);
        // Late is fine; what was never asked is told.
        assert_eq!(client.answer(&asked, &yes()), 202);
        assert_eq!(client.answer(&json!({ "id": 7 }), &yes()), 400);
    }
}

/// CANC-01, CANC-07: a disconnect cancels nothing, a notification does.
#[test]
fn a_call_outlives_its_connection() {
    let server = Process::start(&["--misbehave"]);
    let mut client = Client::open(&server, "2025-11-25");
    let held = |client: &mut Client<'_>| {
        let request = client.call("held", &json!({}));
        text(&client.ask(&request).json()).to_owned()
    };
    let request = client.call("hold", &json!({}));
    let id = client.last_id;
    let mut connection = server.connect();
    connection.send(request.bytes());
    crate::process::wait_until("the call runs", || held(&mut client) == "1");
    drop(connection);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(held(&mut client), "1");
    // The same id is taken until the call has ended.
    let answer = client.ask(&request);
    assert_eq!(answer.json()["error"]["code"], -32600);
    let note = json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id },
    });
    assert_eq!(server.connect().ask(&client.in_session(post(&note))).head.status, 202);
    crate::process::wait_until("the call is dropped", || held(&mut client) == "0");
}

/// HTTL-14, HTTL-15: a stream that broke off goes on behind the last event, and is no other's.
#[test]
fn a_stream_is_picked_up_again() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    let mut other = client.begin("confirm", &json!({ "item": "other" }));
    let asked = other.message();
    let mut stream = client.begin("confirm", &json!({ "item": "a" }));
    let first = stream.event().unwrap();
    assert_eq!((first.retry, &*first.data), (Some(1000), ""));
    let question = stream.event().unwrap();
    drop(stream);
    // From the beginning, and from behind the question.
    for (last, has_question) in [(&first, true), (&question, false)] {
        let request = client.get().header("Last-Event-ID", last.id.as_ref().unwrap());
        let mut stream = Stream::open(&server, &request);
        if has_question {
            assert_eq!(stream.message(), question.message());
        } else {
            assert_eq!(client.answer(&question.message(), &yes()), 202);
            assert_eq!(text(&stream.message()), "confirmed a");
            assert_eq!(stream.event(), None);
        }
    }
    // Once more: what was sent is kept for a while.
    let request = client.get().header("Last-Event-ID", question.id.as_ref().unwrap());
    assert_eq!(text(&Stream::open(&server, &request).message()), "confirmed a");
    for unknown in ["9-9", "1-999", "x", "-", "1-", "18446744073709551616-0", ""] {
        let request = client.get().header("Last-Event-ID", unknown);
        // HTTL-07: a stream or 405. 404 would end the session of many clients.
        let answer = client.ask(&request);
        assert_eq!(answer.head.status, 405, "{unknown:?}");
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("Last-Event-ID"));
    }
    assert_eq!(client.answer(&asked, &yes()), 202);
    assert_eq!(text(&other.message()), "confirmed other");
}

/// HTTL-07, HTTL-08: the session has a stream of its own, for one reader; DELETE ends it.
#[test]
fn a_session_has_one_stream_of_its_own() {
    let server = Process::start(&[]);
    let client = Client::open(&server, "2025-11-25");
    let mut first = Stream::open(&server, &client.get());
    assert!(first.event().unwrap().id.is_some());
    let mut second = Stream::open(&server, &client.get());
    assert_eq!(first.event(), None);
    assert!(second.event().unwrap().id.is_some());
    assert_eq!(client.delete(), 204);
    assert_eq!(second.event(), None);
    let plain = Request::bare("GET", "/mcp").header("Accept", "application/json");
    let mut connection = server.connect();
    assert_eq!(connection.ask(&plain).head.status, 405);
}

/// BASE-17: a batch has an array of answers, in the one version that has batches.
#[test]
fn batches_are_answered_as_one() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-03-26");
    let ping = |id: u64| json!({ "jsonrpc": "2.0", "id": id, "method": "ping" });
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let batch = client.in_session(post(&json!([ping(1), note, ping(2)])));
    let answers = client.ask(&batch).json();
    assert_eq!(answers.as_array().unwrap().len(), 2, "{answers}");
    let notes = client.in_session(post(&json!([note, note])));
    assert_eq!(client.ask(&notes).head.status, 202);
    let sleep = |id: u64, ms: u64| {
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": { "name": "sleep_ms", "arguments": { "ms": ms } } })
    };
    let waits = client.in_session(post(&json!([sleep(3, 100), ping(4), sleep(5, 10)])));
    let mut stream = Stream::open(&server, &waits);
    let mut ids: Vec<_> = (0..3).map(|_| stream.message()["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!((ids, stream.event()), (vec![3, 4, 5], None));
    for (version, body) in [("2025-06-18", json!([ping(1)])), ("2025-03-26", json!([]))] {
        let client = Client::open(&server, version);
        let answer = server.connect().ask(&client.in_session(post(&body)));
        assert_eq!(answer.head.status, 400, "{version}: {answer:?}");
    }
}

/// A session is good in every process with its keys, and after a restart; without them it is not.
#[test]
fn a_session_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let options = ["--keys-file", keys.to_str().unwrap()];
    let first = Process::start(&options);
    let session = Client::open(&first, "2025-11-25").session;
    drop(first);
    let second = Process::start(&options);
    let version = "2025-11-25";
    let mut client = Client { server: &second, session, version, last_id: 0 };
    let request = client.call("echo", &json!({ "message": "again" }));
    assert_eq!(text(&client.ask(&request).json()), "again");
    // What its client said when it opened it is known too.
    let mut stream = client.begin("confirm", &json!({ "item": "a" }));
    assert_eq!(stream.message()["method"], "elicitation/create");
}

/// HTTL-10, HTTL-19: without an id, what needs no session is served.
#[test]
fn a_client_that_drops_the_id_is_served() {
    let server = Process::start(&[]);
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "confirm", "arguments": { "item": "a" } } });
    let request = post(&call).header("MCP-Protocol-Version", "2025-06-18");
    let answer = server.connect().ask(&request);
    assert_eq!(answer.head.status, 200);
    assert_eq!(answer.json()["result"]["isError"], true, "{answer:?}");
    // Without a version either, it is no client of a session.
    let answer = server.connect().ask(&post(&call));
    assert_eq!(answer.head.status, 400);
}

/// HTTL-10: with the setting, only `initialize` is served without an id.
#[test]
fn the_id_of_a_session_can_be_required() {
    let server = Process::start(&["--require-sessions"]);
    for version in VERSIONS {
        let mut client = Client::open(&server, version);
        let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let ping = client.request("ping", &json!({}));
        let batch = post(&json!([{ "jsonrpc": "2.0", "id": 1, "method": "ping" }]));
        for (request, status) in [(ping, 200), (client.in_session(post(&note)), 202)] {
            assert_eq!(client.ask(&request).head.status, status, "{version}");
            let answer = client.ask(&request.without("Mcp-Session-Id"));
            assert_eq!(answer.head.status, 400, "{version}: {answer:?}");
            let error = answer.json()["error"].clone();
            assert!(error["message"].as_str().unwrap().contains("`Mcp-Session-Id`"), "{error}");
        }
        let answer = client.ask(&batch.header("MCP-Protocol-Version", version));
        assert_eq!(answer.head.status, 400, "{version}: {answer:?}");
        // A header of the version may come with the first request too.
        let again = initialize(version).header("MCP-Protocol-Version", version);
        assert_eq!(client.ask(&again).head.status, 200);
    }
    // Modern requests have no session.
    let echo = crate::request::call(1, "echo", json!({ "message": "a" }));
    assert_eq!(server.connect().ask(&echo).head.status, 200);
}

/// RES subscriptions, INIT-10: the GET stream tells what changes, also what changed before it.
#[test]
fn changes_come_on_the_stream_of_the_session() {
    let server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    let subscribe = client.request("resources/subscribe", &json!({ "uri": "probe://value" }));
    assert_eq!(client.ask(&subscribe).json()["result"], json!({}));
    let set = client.call("set", &json!({ "value": "1" }));
    assert_eq!(text(&client.ask(&set).json()), "set");
    let mut stream = Stream::open(&server, &client.get());
    let told = stream.message();
    assert_eq!(told["method"], "notifications/resources/updated");
    assert_eq!(told["params"]["uri"], "probe://value");
    let switch = client.call("switch", &json!({ "on": true }));
    assert_eq!(text(&client.ask(&switch).json()), "on");
    assert_eq!(stream.message()["method"], "notifications/tools/list_changed");
    let unsubscribe = client.request("resources/unsubscribe", &json!({ "uri": "probe://value" }));
    assert_eq!(client.ask(&unsubscribe).json()["result"], json!({}));
    let set = client.call("set", &json!({ "value": "2" }));
    client.ask(&set);
    let switch = client.call("switch", &json!({ "on": false }));
    client.ask(&switch);
    assert_eq!(stream.message()["method"], "notifications/tools/list_changed");
}

/// HTTL-18: any of several instances serves a session, as long as nothing has to be in one of them.
#[test]
fn instances_with_the_same_keys_share_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let options = ["--keys-file", keys.to_str().unwrap()];
    let instances = [Process::start(&options), Process::start(&options)];
    let mut clients: Vec<_> =
        (0..20).map(|at| Client::open(&instances[at % 2], VERSIONS[at % VERSIONS.len()])).collect();
    for call in 0..50_usize {
        for (at, client) in clients.iter_mut().enumerate() {
            let message = format!("{call} {at}");
            let request = client.call("echo", &json!({ "message": message }));
            let answer = instances[(call + at) % 2].connect().ask(&request);
            assert_eq!(text(&answer.json()), message);
        }
    }
    // An answer that reaches the wrong one is refused with words, and good at the right one.
    let client = &mut clients[0];
    let request = client.call("confirm", &json!({ "item": "a" }));
    let mut stream = Stream::open(&instances[0], &request);
    let asked = stream.message();
    let body = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": yes() });
    let answer = client.in_session(post(&body));
    let wrong = instances[1].connect().ask(&answer);
    assert_eq!(wrong.head.status, 400);
    assert!(wrong.json()["error"]["message"].as_str().unwrap().contains("of this process"));
    assert_eq!(instances[0].connect().ask(&answer).head.status, 202);
    assert_eq!(text(&stream.message()), "confirmed a");
}
