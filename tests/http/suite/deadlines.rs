//! What takes too long is ended, each by its own time: a head, a body, a reader that takes nothing,
//! and a connection that nobody uses.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Connection;
use crate::process::Process;
use crate::request::{Request, call, meta};

/// How much later than due something may end on a busy machine.
const LATE: u64 = 5;

/// A request for a megabyte.
fn big(id: u64) -> Request {
    let params = json!({ "uri": "probe://big", "_meta": meta(&json!({})) });
    let body = json!({ "jsonrpc": "2.0", "id": id, "method": "resources/read", "params": params });
    Request::post("/mcp", &body.to_string())
}

/// Takes bytes slowly, one every 500 ms, until the connection is closed; how long that took.
fn trickle(mut connection: Connection, bytes: &[u8]) -> (Duration, Option<u16>) {
    let began = Instant::now();
    connection.socket().set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    for byte in bytes {
        let mut first = [0];
        match connection.socket().peek(&mut first) {
            Ok(0) => return (began.elapsed(), None),
            Ok(_) => {
                let answer = connection.answer(false);
                return (began.elapsed(), Some(answer.head.status));
            }
            Err(_) => connection.send([*byte]),
        }
    }
    panic!("everything was taken")
}

fn assert_took(what: &str, took: Duration, due: u64) {
    let seconds = took.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    let (least, most) = (due as f64 - 1.0, (due + LATE) as f64);
    assert!((least..most).contains(&seconds), "{what} took {seconds} s, {due} s is due");
}

/// HTTP-36.
#[test]
fn what_takes_too_long_is_ended() {
    let server = Process::start(&[]);
    let connect = || {
        let connection = server.connect();
        connection.socket().set_read_timeout(Some(Duration::from_secs(90))).unwrap();
        connection
    };
    let echo = call(1, "echo", json!({ "message": "a".repeat(2000) }));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (took, status) = trickle(connect(), &echo.head());
            assert_took("a slow head", took, 10);
            assert_eq!(status, None);
        });
        scope.spawn(|| {
            let mut used = connect();
            used.ask(&call(1, "echo", json!({ "message": "a" })));
            let (took, status) = trickle(used, &echo.head());
            assert_took("a slow head on a connection that was used", took, 10);
            assert_eq!(status, None);
        });
        scope.spawn(|| {
            let mut connection = connect();
            connection.send(echo.head());
            let (took, status) = trickle(connection, echo.body());
            assert_took("a slow body", took, 30);
            assert_eq!(status, Some(408));
        });
        scope.spawn(|| {
            let (mut connection, began) = (connect(), Instant::now());
            assert!(connection.is_closed());
            assert_took("a connection that was never used", began.elapsed(), 75);
        });
        scope.spawn(|| {
            let mut connection = connect();
            connection.ask(&call(1, "echo", json!({ "message": "a" })));
            let began = Instant::now();
            assert!(connection.is_closed());
            assert_took("a connection that is used no more", began.elapsed(), 75);
        });
        scope.spawn(|| {
            let mut connection = connect();
            // More than the kernel keeps for a reader.
            let all: Vec<u8> = (0..32).flat_map(|id| big(id).bytes()).collect();
            connection.send(all);
            std::thread::sleep(Duration::from_secs(65));
            let read = connection.drain();
            assert!(read < 31 * 1024 * 1024, "all of it was kept for a reader that took nothing");
        });
        scope.spawn(|| {
            let mut connection = connect();
            let began = Instant::now();
            let answer = connection.ask(&call(1, "sleep_ms", json!({ "ms": 32_000 })));
            assert!(answer.head.is_stream());
            assert_took("a call that is longer than all but idleness", began.elapsed(), 32);
        });
    });
}
