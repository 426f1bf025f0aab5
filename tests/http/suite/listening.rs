//! Clients that listen to changes: a stream that is acknowledged first, tells what was asked for,
//! and ends with its client or with the server.
//!
//! Spec: 2026-07-28, basic/patterns/subscriptions; basic/transports/streamable-http.

use std::time::{Duration, Instant};

use mcp_runtime::protocol::ProtocolVersion;
use mcp_tests::schema::Schemas;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::client::{Connection, Event, events};
use crate::process::{Process, wait_until};
use crate::request::{Request, call, meta};

const VALUE: &str = "probe://value";

pub(crate) fn listen(id: u64, filter: &Value) -> Request {
    let params = json!({ "notifications": filter, "_meta": meta(&json!({})) });
    let body =
        json!({ "jsonrpc": "2.0", "id": id, "method": "subscriptions/listen", "params": params });
    Request::post("/mcp", &body.to_string())
}

fn value() -> Value {
    json!({ "resourceSubscriptions": [VALUE] })
}

/// The next message of a stream; comments are passed over.
fn next(connection: &mut Connection) -> Option<Value> {
    loop {
        let chunk = connection.chunk()?;
        let [event] = &events(&chunk)[..] else { panic!("several events in one piece") };
        if let Event::Data(message) = event {
            let method = Some("subscriptions/listen");
            Schemas::official().check_sent(ProtocolVersion::V2026_07_28, method, message).unwrap();
            return Some(message.clone());
        }
    }
}

/// Listens, and reads the acknowledgement.
fn listens(server: &Process, id: u64, filter: &Value) -> Connection {
    let mut connection = server.connect();
    connection.send(listen(id, filter).bytes());
    let head = connection.head().unwrap();
    assert!(head.status == 200 && head.is_stream(), "{head:?}");
    assert_eq!(head.header("cache-control"), Some("no-cache"));
    assert_eq!(head.header("x-accel-buffering"), Some("no"));
    let acknowledged = next(&mut connection).unwrap();
    assert_eq!(acknowledged["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(acknowledged["params"]["notifications"], *filter);
    assert_eq!(acknowledged["params"]["_meta"], of(id));
    connection
}

fn of(id: u64) -> Value {
    json!({ "io.modelcontextprotocol/subscriptionId": id })
}

fn updated(id: u64) -> Value {
    let params = json!({ "uri": VALUE, "_meta": of(id) });
    json!({ "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": params })
}

fn changed(id: u64, list: &str) -> Value {
    let method = format!("notifications/{list}/list_changed");
    json!({ "jsonrpc": "2.0", "method": method, "params": { "_meta": of(id) } })
}

fn set(connection: &mut Connection, value: &str) {
    let result = connection.result(&call(1, "set", json!({ "value": value })));
    assert_eq!(result["content"][0]["text"], "set");
}

fn turn(connection: &mut Connection, on: bool) {
    let result = connection.result(&call(1, "switch", json!({ "on": on })));
    assert_eq!(result["content"][0]["text"], if on { "on" } else { "off" });
}

/// SUB-02, SUB-04, SUB-05, SUB-06, SUB-07, SUB-08, PROG-07.
#[test]
fn each_stream_is_told_what_it_asked_for() {
    let server = Process::start(&[]);
    let mut of_value = listens(&server, 1, &value());
    let mut of_tools = listens(&server, 2, &json!({ "toolsListChanged": true }));
    let both = json!({ "toolsListChanged": true, "resourceSubscriptions": [VALUE] });
    let mut of_both = listens(&server, 3, &both);
    let mut calls = server.connect();
    set(&mut calls, "one");
    assert_eq!(next(&mut of_value).unwrap(), updated(1));
    assert_eq!(next(&mut of_both).unwrap(), updated(3));
    turn(&mut calls, true);
    assert_eq!(next(&mut of_tools).unwrap(), changed(2, "tools"));
    assert_eq!(next(&mut of_both).unwrap(), changed(3, "tools"));
    // The one that was told of the tools is not told of the value, and the other way round.
    set(&mut calls, "two");
    assert_eq!(next(&mut of_value).unwrap(), updated(1));
    assert_eq!(next(&mut of_both).unwrap(), updated(3));
    turn(&mut calls, false);
    assert_eq!(next(&mut of_tools).unwrap(), changed(2, "tools"));
}

/// SUB-03, SUB-15.
#[test]
fn what_nobody_tells_is_not_acknowledged() {
    let server = Process::start(&[]);
    let mut connection = server.connect();
    let filter = json!({
        "promptsListChanged": false,
        "resourceSubscriptions": ["probe://big", "probe://nowhere"],
    });
    connection.send(listen(1, &filter).bytes());
    assert!(connection.head().unwrap().is_stream());
    assert_eq!(next(&mut connection).unwrap()["params"]["notifications"], json!({}));
}

/// SUB-13: a listen request is checked like any other.
#[test]
fn requests_are_checked() {
    let server = Process::start(&[]);
    let mut connection = server.connect();
    let ask = |request: &Request| -> (u16, Value) {
        let answer = server.connect().ask(request);
        (answer.head.status, answer.json()["error"]["code"].clone())
    };
    let request = listen(1, &value());
    assert_eq!(ask(&request.clone().with("Mcp-Method", "tools/call")), (400, json!(-32020)));
    assert_eq!(ask(&request.clone().without("Mcp-Method")), (400, json!(-32020)));
    assert_eq!(ask(&request.with("Accept", "application/json")), (406, json!(-32600)));
    let answer = connection.ask(&listen(1, &Value::Null));
    assert_eq!((answer.head.status, &answer.json()["error"]["code"]), (200, &json!(-32602)));
    let uris: Vec<String> = (0..1025).map(|number| format!("probe://item/{number}")).collect();
    let answer = connection.ask(&listen(1, &json!({ "resourceSubscriptions": uris })));
    assert_eq!((answer.head.status, &answer.json()["error"]["code"]), (200, &json!(-32602)));
    let long = format!("probe://item/{}", "x".repeat(64 * 1024));
    let answer = connection.ask(&listen(1, &json!({ "resourceSubscriptions": [long] })));
    assert_eq!((answer.head.status, &answer.json()["error"]["code"]), (200, &json!(-32602)));
}

/// SUB-09, SUB-11: a client that leaves is told nothing more, and its place is free.
#[test]
fn listeners_are_bounded_and_leave_with_their_connection() {
    let server = Process::start(&["--listeners", "2", "--calls", "1"]);
    let (first, _second) = (listens(&server, 1, &value()), listens(&server, 2, &value()));
    let refused = server.connect().ask(&listen(3, &value()));
    assert_eq!(refused.head.status, 503);
    assert_eq!(refused.head.header("retry-after"), Some("1"));
    assert_eq!(refused.json()["error"]["code"], -32603);
    // A listener takes no call's place.
    set(&mut server.connect(), "one");
    drop(first);
    wait_until("its place is free", || {
        let mut third = server.connect();
        third.send(listen(3, &value()).bytes());
        third.head().unwrap().status == 200
    });
}

/// SUB-10: the result comes last, and at once.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn the_end_of_the_server_is_told() {
    let mut server = Process::start(&[]);
    let mut streams: Vec<_> = (0..100).map(|id| listens(&server, id, &value())).collect();
    let began = Instant::now();
    server.signal(Signal::TERM);
    for (id, stream) in streams.iter_mut().enumerate() {
        let result = json!({ "resultType": "complete", "_meta": of(id as u64) });
        let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
        assert_eq!(next(stream).unwrap(), answer);
        assert_eq!(next(stream), None);
    }
    assert!(server.ended().success());
    let took = began.elapsed();
    println!("100 streams ended in {took:?}");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

/// SUB-16: what changes all the time is told every 50 ms, and the last change is told as well.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn changes_in_a_row_are_told_in_rounds() {
    let server = Process::start(&[]);
    let mut stream = listens(&server, 1, &value());
    let mut calls = server.connect();
    let began = Instant::now();
    let mut last = 0;
    while began.elapsed() < Duration::from_millis(500) {
        last += 1;
        set(&mut calls, &last.to_string());
    }
    let most = began.elapsed().as_millis() / 50 + 2;
    // The last one is behind all that were told of the changes before it.
    turn(&mut calls, true);
    stream.socket().set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut told = 0;
    while stream.socket().peek(&mut [0]).is_ok_and(|read| read > 0) {
        assert_eq!(next(&mut stream).unwrap(), updated(1));
        told += 1;
    }
    println!("{last} changes in half a second, told in {told} rounds");
    assert!((1..=most).contains(&told), "{told} of at most {most}");
}

/// The whole way, over sockets: a thousand connections that listen to one resource.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn one_change_reaches_a_thousand_clients() {
    let server = Process::start_with_limits("ulimit -n 4096", &[]);
    let mut streams: Vec<_> = (0..1000).map(|id| listens(&server, id, &value())).collect();
    let mut calls = server.connect();
    let mut times = Vec::new();
    for round in 0..5 {
        std::thread::sleep(Duration::from_millis(60));
        let began = Instant::now();
        set(&mut calls, &round.to_string());
        let told: Vec<Vec<u8>> = streams.iter_mut().map(|it| it.chunk().unwrap()).collect();
        times.push(began.elapsed());
        for (id, told) in told.iter().enumerate() {
            assert_eq!(events(told), [Event::Data(updated(id as u64))]);
        }
    }
    println!("1000 clients were told in {times:?}");
}
