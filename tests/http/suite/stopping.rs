//! The end of the server: what runs may end, what does not is told, and nothing is waited for in
//! vain.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::client::{Connection, Event, events};
use crate::listening::listen;
use crate::process::{Process, wait_until};
use crate::request::{call, call_with};
use crate::sessions;

fn stopping(id: u64) -> Value {
    let error = json!({ "code": -32603, "message": "the server is stopping" });
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

fn streams(server: &Process, id: u64) -> Connection {
    let mut connection = server.connect();
    let asks = json!({ "progressToken": 1 });
    connection.send(call_with(id, "hold_and_tell", json!({}), &asks).bytes());
    assert!(connection.head().unwrap().is_stream());
    connection.chunk().unwrap();
    connection
}

#[test]
fn connections_without_a_request_are_closed_at_once() {
    let mut server = Process::start(&[]);
    let mut used = server.connect();
    used.result(&call(1, "echo", json!({ "message": "a" })));
    let mut unused = server.connect();
    // It is accepted before the next one is.
    server.connect().result(&call(1, "echo", json!({ "message": "a" })));
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.ended().success());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(used.is_closed() && unused.is_closed());
}

/// An answer that is on its way is sent to its end.
#[test]
fn a_reader_that_is_slow_gets_all_of_its_answer() {
    let mut server = Process::start(&["--misbehave"]);
    let mut reads = server.connect();
    // More than the kernel takes.
    reads.send(call(1, "repeat", json!({ "bytes": 12_000_000 })).bytes());
    let mut first = [0];
    reads.socket().peek(&mut first).unwrap();
    server.signal(Signal::TERM);
    thread::sleep(Duration::from_millis(300));
    assert!(server.is_running());
    assert!(reads.answer(false).body.len() > 12_000_000);
    assert!(server.ended().success());
}

/// A head that has begun is not waited for.
#[test]
fn half_a_head_holds_nothing_up() {
    let mut server = Process::start(&[]);
    let mut begun = server.connect();
    begun.send("POST /mcp HT");
    let mut used = server.connect();
    used.result(&call(1, "echo", json!({ "message": "a" })));
    used.send("POST /mcp HT");
    server.connect().result(&call(1, "echo", json!({ "message": "a" })));
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.ended().success());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(begun.is_closed() && used.is_closed());
}

#[test]
fn calls_that_end_in_time_are_answered_and_others_are_told() {
    let mut server = Process::start(&["--misbehave", "--drain", "800"]);
    let (mut ends, mut waits) = (server.connect(), server.connect());
    ends.send(call(1, "sleep_ms", json!({ "ms": 600 })).bytes());
    waits.send(call(2, "hold", json!({})).bytes());
    let mut stream = streams(&server, 3);
    thread::sleep(Duration::from_millis(100));
    let began = Instant::now();
    server.signal(Signal::TERM);

    let answer = ends.answer(false);
    assert_eq!(answer.json()["result"]["content"][0]["text"], "slept 600 ms");
    assert!(server.is_running());
    let answer = waits.answer(false);
    assert_eq!(answer.head.status, 503);
    assert_eq!(answer.head.header("retry-after"), Some("1"));
    assert_eq!(answer.json(), stopping(2));
    assert_eq!(events(&stream.chunk().unwrap()), [Event::Data(stopping(3))]);
    assert_eq!(stream.chunk(), None);
    assert!(server.ended().success());
    let took = began.elapsed();
    assert!((800..2000).contains(&took.as_millis()), "{took:?}");
}

/// What is sent on a connection that is still open is refused, and nobody can connect.
#[test]
fn nothing_is_begun_any_more() {
    let mut server = Process::start(&["--misbehave", "--drain", "1000"]);
    let mut pipelines = server.connect();
    pipelines.send(call(1, "sleep_ms", json!({ "ms": 600 })).bytes());
    thread::sleep(Duration::from_millis(100));
    server.signal(Signal::TERM);
    thread::sleep(Duration::from_millis(100));
    let refused = std::net::TcpStream::connect(server.address);
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(pipelines.answer(false).head.status, 200);
    assert!(pipelines.is_closed());
    assert!(server.ended().success());
}

#[test]
fn many_streams_end_together() {
    let mut server = Process::start(&["--misbehave", "--drain", "50"]);
    let mut all: Vec<_> = (0..250).map(|id| streams(&server, id)).collect();
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.ended().success());
    let took = began.elapsed();
    assert!(took < Duration::from_millis(50 + 1000), "{took:?}");
    for (id, stream) in all.iter_mut().enumerate() {
        assert_eq!(events(&stream.chunk().unwrap()), [Event::Data(stopping(id as u64))]);
        assert_eq!(stream.chunk(), None);
    }
}

/// SUB-10, HTTL-07: streams that only listen end at once, each with its own end: a result for a
/// subscription, nothing more for a session.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn what_only_listens_ends_at_once() {
    let mut server = Process::start(&[]);
    let filter = json!({ "resourceSubscriptions": ["probe://value"] });
    let mut listeners: Vec<Connection> = (0..200)
        .map(|id| {
            let mut connection = server.connect();
            connection.send(listen(id, &filter).bytes());
            assert!(connection.head().unwrap().is_stream());
            connection.chunk().unwrap();
            connection
        })
        .collect();
    let mut readers: Vec<_> = (0..50).map(|_| sessions::reader(&server)).collect();
    let began = Instant::now();
    server.signal(Signal::TERM);
    let status = server.ended();
    let took = began.elapsed();
    assert_eq!(status.code(), Some(0));
    for (id, listener) in listeners.iter_mut().enumerate() {
        let [Event::Data(result)] = &events(&listener.chunk().unwrap())[..] else { panic!("{id}") };
        assert_eq!((&result["id"], result["result"].is_object()), (&json!(id), true));
        assert_eq!(listener.chunk(), None);
    }
    for reader in &mut readers {
        assert_eq!(reader.event(), None);
    }
    println!("200 listeners and 50 sessions ended in {took:?}");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

/// Also while a function blocks: it is not waited for beyond the time.
#[test]
fn a_second_signal_ends_the_process() {
    let mut server = Process::start(&["--misbehave"]);
    let mut waits = server.connect();
    waits.send(call(1, "blocking_ms", json!({ "ms": 60_000 })).bytes());
    thread::sleep(Duration::from_millis(100));
    server.signal(Signal::TERM);
    thread::sleep(Duration::from_millis(200));
    assert!(server.is_running());
    server.signal(Signal::TERM);
    assert_eq!(server.ended().code(), Some(143));
    wait_until("it is said", || server.log().contains("SIGTERM ends the process"));
}

#[test]
fn a_function_that_blocks_is_not_waited_for() {
    let mut server = Process::start(&["--misbehave", "--drain", "200"]);
    let mut waits = server.connect();
    waits.send(call(1, "blocking_ms", json!({ "ms": 60_000 })).bytes());
    thread::sleep(Duration::from_millis(100));
    let began = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(waits.answer(false).json(), stopping(1));
    assert!(server.ended().success());
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
