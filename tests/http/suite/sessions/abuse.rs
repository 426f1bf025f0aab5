//! Clients of sessions that ask for far more than they send, leave, come back, and reuse ids.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{Client, Stream, initialize, post, text};
use crate::process::{Process, wait_until};
use crate::request::Request;

const MIB: usize = 1024 * 1024;

fn sleep(id: u64, ms: u64) -> Value {
    call(id, "sleep_ms", &json!({ "ms": ms }))
}

fn call(id: u64, tool: &str, arguments: &Value) -> Value {
    request(id, "tools/call", &json!({ "name": tool, "arguments": arguments }))
}

fn request(id: u64, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

fn cancel(client: &Client<'_>, id: u64) {
    let note = json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id },
    });
    assert_eq!(client.server.connect().ask(&client.in_session(post(&note))).head.status, 202);
}

fn json_only(request: Request) -> Request {
    request.with("Accept", "application/json")
}

/// The results among the answers to a batch, and the bytes of all answers.
fn results(client: &Client<'_>, batch: &[Value]) -> (usize, usize) {
    let request = json_only(client.in_session(post(&json!(batch))));
    let answer = client.server.connect().ask(&request);
    let answers = answer.json();
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), batch.len());
    (answers.iter().filter(|answer| answer["result"].is_object()).count(), answer.body.len())
}

/// BASE-17: the answers to a batch are bounded, because a short one can ask for a lot.
#[test]
fn answers_to_a_batch_are_bounded() {
    let server = Process::start(&[]);
    let client = Client::open(&server, "2025-03-26");
    let big = json!({ "uri": "probe://big" });
    let reads: Vec<_> = (0..40).map(|id| request(id, "resources/read", &big)).collect();
    let (read, bytes) = results(&client, &reads);
    assert!((10..20).contains(&read) && bytes < 18 * MIB, "{read} {bytes}");
    let lists: Vec<_> = (0..1024).map(|id| request(id, "tools/list", &json!({}))).collect();
    let (listed, bytes) = results(&client, &lists);
    assert!(listed >= 10 && bytes < MIB, "{listed} {bytes}");
}

/// BASE-17: white space may precede a batch as any other message.
#[test]
fn a_batch_may_begin_with_white_space() {
    let server = Process::start(&[]);
    let client = Client::open(&server, "2025-03-26");
    let batch = json!([request(1, "ping", &json!({}))]);
    let request = client.in_session(post(&batch)).with_body(format!("\n {batch}").as_bytes());
    let answer = server.connect().ask(&request);
    assert_eq!(answer.json(), json!([{ "jsonrpc": "2.0", "id": 1, "result": {} }]));
}

/// BASE-05: an id that is still being answered is taken, also within one batch.
#[test]
fn an_id_is_taken_within_a_batch() {
    let server = Process::start(&[]);
    let client = Client::open(&server, "2025-03-26");
    let batch = client.in_session(post(&json!([sleep(1, 50), sleep(1, 20), sleep(2, 10)])));
    let answers = server.connect().ask(&json_only(batch)).json();
    let answers = answers.as_array().unwrap();
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    assert_eq!(answers.iter().filter_map(code).collect::<Vec<_>>(), [-32600]);
    let mut slept: Vec<_> = answers.iter().filter(|it| code(it).is_none()).map(text).collect();
    slept.sort_unstable();
    assert_eq!(slept, ["slept 10 ms", "slept 50 ms"]);
}

/// CANC-02: a cancelled call has no answer. Its POST ends without one, and is no stream for a
/// client that takes none.
#[test]
fn a_post_of_cancelled_calls_has_nothing_to_answer() {
    let server = Process::start(&["--misbehave"]);
    let mut client = Client::open(&server, "2025-03-26");
    let mut held = |count: &str| {
        let request = client.call("held", &json!({}));
        wait_until("calls run", || text(&client.ask(&request).json()) == count);
    };
    for is_json in [true, false] {
        let plain = |request: Request| if is_json { json_only(request) } else { request };
        let client = Client::open(&server, "2025-03-26");
        let mut connection = server.connect();
        let body = call(7, "hold", &json!({}));
        connection.send(plain(client.in_session(post(&body))).bytes());
        held("1");
        cancel(&client, 7);
        let answer = connection.answer(false);
        assert_eq!((answer.head.status, answer.body.len()), (202, 0));

        let mut connection = server.connect();
        let body = json!([call(8, "hold", &json!({})), request(9, "ping", &json!({}))]);
        connection.send(json_only(client.in_session(post(&body))).bytes());
        held("1");
        cancel(&client, 8);
        let answers = connection.answer(false).json();
        assert_eq!(answers, json!([{ "jsonrpc": "2.0", "id": 9, "result": {} }]));
    }
}

/// HTTL-09: a session takes no memory before its client uses it.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn sessions_that_are_only_opened_leave_nothing_behind() {
    let server = Process::start(&[]);
    let request = initialize("2025-11-25");
    let mut connections: Vec<_> = (0..4).map(|_| server.connect()).collect();
    let mut open = |times: usize| {
        for at in 0..times {
            let answer = connections[at % 4].ask(&request);
            assert_eq!(answer.head.status, 200);
        }
        server.memory()
    };
    let before = open(1000);
    let grown = open(10_000).saturating_sub(before);
    println!("10,000 sessions: {} KiB", grown / 1024);
    assert!(grown <= MIB, "{grown} bytes");
}

/// HTTL-07: what a stream takes that waits for something to tell.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn streams_that_wait_are_small() {
    const STREAMS: usize = 2000;
    let server = Process::start(&[]);
    drop(super::reader(&server));
    let before = server.memory();
    let streams: Vec<_> = (0..STREAMS).map(|_| super::reader(&server)).collect();
    let each = server.memory().saturating_sub(before) / STREAMS;
    println!("a stream of a session: {each} bytes");
    assert!(each <= 24 * 1024, "{each} bytes");
    drop(streams);
}

/// Code of the author's that panics while calls are dropped ends no other call and not the process.
#[test]
fn panics_while_calls_are_dropped_stay_with_their_calls() {
    let server = Process::start(&["--misbehave"]);
    let panics = |id| call(id, "panic_while_dropped", &json!({ "ms": 20_000 }));
    let client = Client::open(&server, "2025-03-26");
    let batch = client.in_session(post(&json!([panics(1), panics(2), sleep(3, 500)])));
    let mut connection = server.connect();
    connection.send(json_only(batch).bytes());
    let ping = || client.in_session(post(&request(1, "ping", &json!({}))));
    let is_taken = || server.connect().ask(&ping()).json()["error"].is_object();
    wait_until("the calls run", is_taken);
    cancel(&client, 1);
    let batch = client.in_session(post(&json!([panics(4), panics(5), panics(6)])));
    let mut other = server.connect();
    other.send(json_only(batch).bytes());
    wait_until("the id is free", || !is_taken());
    cancel(&client, 2);
    let answers = connection.answer(false).json();
    assert_eq!(answers.as_array().unwrap().len(), 1);
    assert_eq!(text(&answers[0]), "slept 500 ms");
    assert_eq!(client.delete(), 204);
    assert_eq!(other.answer(false).head.status, 202);
    drop(Client::open(&server, "2025-11-25"));
}

/// What only listens ends as soon as the server does, also if it was picked up again.
#[test]
fn a_stream_of_a_session_that_was_picked_up_again_is_not_waited_for() {
    let mut server = Process::start(&[]);
    let client = Client::open(&server, "2025-11-25");
    let request = client.get().header("Last-Event-ID", "0-0");
    let mut stream = Stream::open(&server, &request);
    assert!(stream.event().unwrap().id.is_some());
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.ended().success());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(stream.event(), None);
}

/// Nobody can answer a question any more, so its call goes on without an answer.
#[test]
fn questions_are_cancelled_when_the_server_ends() {
    let mut server = Process::start(&[]);
    let mut client = Client::open(&server, "2025-11-25");
    let mut stream = client.begin("confirm", &json!({ "item": "a" }));
    assert_eq!(stream.message()["method"], "elicitation/create");
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(text(&stream.message()), "declined a");
    assert!(server.ended().success());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

/// A call beyond the bound is told when to come again.
#[test]
fn a_call_beyond_the_bound_is_refused() {
    let server = Process::start(&["--misbehave"]);
    let client = Client::open(&server, "2025-03-26");
    let mut batches = Vec::new();
    // Some more than there is room for, because a call that asks whether there is takes room too.
    for batch in 0..5 {
        let holds = (0..1024).map(|id| call(batch * 1024 + id, "hold", &json!({})));
        let body = Value::Array(holds.collect());
        let mut connection = server.connect();
        connection.send(client.in_session(post(&body)).bytes());
        batches.push(connection);
    }
    let late = client.in_session(post(&call(9999, "sleep_ms", &json!({ "ms": 0 }))));
    wait_until("the server is busy", || server.connect().ask(&late).head.status == 503);
    let refused = server.connect().ask(&late);
    assert_eq!(refused.head.header("retry-after"), Some("1"));
    assert_eq!(refused.json()["error"]["code"], -32603);
    assert_eq!(client.delete(), 204);
    let mut next = Client::open(&server, "2025-03-26");
    let request = next.call("sleep_ms", &json!({ "ms": 0 }));
    wait_until("there is room", || next.ask(&request).head.status == 200);
}

/// HTTL-14: 404 would end the session of many clients. What was said to nobody in particular is
/// lost with the process that said it, and the stream goes on.
#[test]
fn a_stream_of_a_session_goes_on_in_another_process() {
    let server = Process::start(&[]);
    let client = Client::open(&server, "2025-11-25");
    for last in ["0-7", "0-18446744073709551615"] {
        let mut stream = Stream::open(&server, &client.get().header("Last-Event-ID", last));
        assert_eq!(stream.event().unwrap().id.as_deref(), Some("0-0"));
    }
}

/// Sessions that nobody reads give up their subscriptions when others want to be notified: they
/// need no connection, so a single client could take the places of all.
#[test]
fn sessions_that_nobody_reads_make_room_for_subscribers() {
    let server = Process::start(&["--listeners", "2"]);
    let subscribe = |client: &Client<'_>| {
        let body = request(1, "resources/subscribe", &json!({ "uri": "probe://value" }));
        server.connect().ask(&client.in_session(post(&body))).head.status
    };
    let in_use = Client::open(&server, "2025-11-25");
    assert_eq!(subscribe(&in_use), 200);
    let mut stream = Stream::open(&server, &in_use.get());
    assert!(stream.event().is_some());
    for _ in 0..4 {
        assert_eq!(subscribe(&Client::open(&server, "2025-11-25")), 200);
    }
    // One more of the other era, once it has come back.
    let listens = crate::listening::listen(1, &json!({ "toolsListChanged": true }));
    assert_eq!(server.connect().ask(&listens).head.status, 503);
    let mut connection = server.connect();
    connection.send(listens.bytes());
    assert_eq!(connection.head().unwrap().status, 200);
    // Nobody gives up a place that is in use; sessions are opened all the same, and change their
    // level.
    let mut late = Client::open(&server, "2025-11-25");
    assert_eq!(subscribe(&late), 503);
    assert_eq!(server.connect().ask(&late.get()).head.status, 503);
    let level = request(1, "logging/setLevel", &json!({ "level": "error" }));
    let answer = server.connect().ask(&late.in_session(post(&level)));
    assert_eq!(answer.json()["result"], json!({}));
    // HTTL-14: to resume the stream of a call takes none.
    let mut asks = late.begin("confirm", &json!({ "item": "a" }));
    let first = asks.event().unwrap().id.unwrap();
    drop(asks);
    let mut asks = Stream::open(&server, &late.get().header("Last-Event-ID", &first));
    assert_eq!(asks.message()["method"], "elicitation/create");
    let set = in_use.in_session(post(&call(2, "set", &json!({ "value": "1" }))));
    assert_eq!(server.connect().ask(&set).head.status, 200);
    assert_eq!(stream.message()["method"], "notifications/resources/updated");
}

/// What a request would change is in no memory that the next request could find.
#[test]
fn a_session_without_its_id_cannot_be_changed() {
    let server = Process::start(&[]);
    for (method, params) in [
        ("resources/subscribe", json!({ "uri": "probe://value" })),
        ("logging/setLevel", json!({ "level": "error" })),
    ] {
        let body = post(&request(1, method, &params)).header("MCP-Protocol-Version", "2025-06-18");
        let answer = server.connect().ask(&body);
        assert_eq!(answer.head.status, 200, "{answer:?}");
        assert_eq!(answer.json()["error"]["code"], -32600, "{answer:?}");
    }
}
