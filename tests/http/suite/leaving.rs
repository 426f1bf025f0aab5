//! A client that leaves has cancelled its calls, whatever they are doing.
//!
//! Spec: 2026-07-28, basic/transports/streamable-http, Cancellation.

use std::net::Shutdown;

use serde_json::{Value, json};

use crate::client::{Connection, Event, events};
use crate::process::{Process, wait_until};
use crate::request::{Request, call, call_with};

/// What a tool says that counts others.
fn counted(server: &Process, tool: &str) -> String {
    let result = server.connect().result(&call(1, tool, json!({})));
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Sends a call that never ends, and leaves once it runs.
fn leave(server: &Process, request: &Request) {
    let mut connection = server.connect();
    connection.send(request.bytes());
    wait_until("the call runs", || counted(server, "held") == "1");
    drop(connection);
    wait_until("the call is dropped", || counted(server, "held") == "0");
}

/// HTTP-13, CANC-06.
#[test]
fn a_call_that_waits_is_dropped() {
    leave(&Process::start(&["--misbehave"]), &call(1, "hold", json!({})));
}

/// HTTP-13.
#[test]
fn a_call_that_computes_is_dropped() {
    leave(&Process::start(&["--misbehave"]), &call(1, "spin", json!({})));
}

fn stream(server: &Process) -> Connection {
    let mut connection = server.connect();
    let asks = json!({ "progressToken": 1 });
    connection.send(call_with(1, "hold_and_tell", json!({}), &asks).bytes());
    let head = connection.head().unwrap();
    assert!(head.is_stream(), "{head:?}");
    let [Event::Data(progress)] = &events(&connection.chunk().unwrap())[..] else {
        panic!("no progress")
    };
    assert_eq!(progress["params"]["message"], "begun");
    connection
}

/// HTTP-13: closed, and closed in one direction.
#[test]
fn a_call_that_streams_is_dropped() {
    let server = Process::start(&["--misbehave"]);
    for is_whole in [true, false] {
        let connection = stream(&server);
        assert_eq!(counted(&server, "held"), "1");
        let side = if is_whole { Shutdown::Both } else { Shutdown::Write };
        connection.socket().shutdown(side).unwrap();
        wait_until("the call is dropped", || counted(&server, "held") == "0");
    }
}

/// The other calls of a server go on.
#[test]
fn one_that_leaves_takes_no_other_along() {
    let server = Process::start(&["--misbehave"]);
    let (leaves, stays) = (stream(&server), stream(&server));
    assert_eq!(counted(&server, "held"), "2");
    drop(leaves);
    wait_until("one is dropped", || counted(&server, "held") == "1");
    let mut waits = server.connect();
    assert_eq!(waits.result(&call(2, "sleep_ms", json!({ "ms": 50 })))["isError"], Value::Null);
    stays.socket().set_nonblocking(true).unwrap();
    assert!(stays.socket().peek(&mut [0]).is_err(), "nothing was said");
    drop(stays);
    wait_until("the other is dropped", || counted(&server, "held") == "0");
}

fn assert_busy(server: &Process, calls: usize) {
    let answer = server.connect().ask(&call(7, "echo", json!({ "message": "a" })));
    assert_eq!(answer.head.status, 503, "{answer:?}");
    assert_eq!(answer.head.header("retry-after"), Some("1"));
    let what =
        format!("busy: {calls} calls are running; send this one again when some are answered");
    let error = json!({ "code": -32603, "message": what });
    assert_eq!(answer.json(), json!({ "jsonrpc": "2.0", "id": 7, "error": error }));
}

fn assert_serves(server: &Process) {
    let ask = call(7, "echo", json!({ "message": "a" }));
    wait_until("there is room", || server.connect().ask(&ask).head.status == 200);
}

/// HTTP-36.
#[test]
fn one_call_more_than_may_run_is_refused_and_served_later() {
    let server = Process::start(&["--misbehave", "--calls", "2"]);
    let (first, mut second) = (stream(&server), server.connect());
    // It asks for nothing of its call, which counts all the same.
    second.send(call(1, "hold", json!({})).bytes());
    let ask = call(7, "echo", json!({ "message": "a" }));
    wait_until("both run", || server.connect().ask(&ask).head.status == 503);
    assert_busy(&server, 2);
    // What is no call is served all the same.
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list",
        "params": { "_meta": crate::request::meta(&json!({})) } });
    assert!(server.connect().result(&Request::post("/mcp", &list.to_string()))["tools"].is_array());
    drop(first);
    assert_serves(&server);
    drop(second);
}

/// A function that blocks goes on when its client has left, and counts until it returns.
#[test]
fn a_function_that_blocks_keeps_its_place() {
    let server = Process::start(&["--misbehave", "--calls", "2"]);
    for _ in 0..2 {
        let mut connection = server.connect();
        connection.send(call(1, "blocking_ms", json!({ "ms": 1500 })).bytes());
        // Its head is read before its body is sent.
        connection.socket().set_nonblocking(true).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_busy(&server, 2);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_busy(&server, 2);
    assert_serves(&server);
}
