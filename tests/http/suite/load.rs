//! Many clients at once, and more than there is room for.

use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

use crate::client::Connection;
use crate::process::{Process, wait_until};
use crate::request::{Request, call};

fn echo(id: u64) -> Request {
    call(id, "echo", json!({ "message": id.to_string() }))
}

#[test]
fn five_hundred_connections_are_served() {
    let server = Process::start(&[]);
    let mut connections: Vec<Connection> = (0..500).map(|_| server.connect()).collect();
    for round in 0..4 {
        for (id, connection) in connections.iter_mut().enumerate() {
            connection.send(echo((round * 500 + id) as u64).bytes());
        }
        for (id, connection) in connections.iter_mut().enumerate() {
            let answer = connection.answer(false).json();
            assert_eq!(answer["result"]["content"][0]["text"], (round * 500 + id).to_string());
        }
    }
}

/// As many as a proxy opens who keeps one for each client.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn ten_thousand_connections_are_served() {
    const MANY: usize = 10_000;
    let (limit, raised) = (getrlimit(Resource::Nofile), MANY as u64 + 1000);
    if limit.maximum.is_some_and(|most| most < raised) {
        println!("{limit:?} descriptors are too few");
        return;
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(raised), ..limit }).unwrap();
    let server = Process::start(&["--connections", "20000"]);
    server.connect().result(&echo(1));
    let before = server.memory();
    let mut connections = Vec::with_capacity(MANY);
    // The queue of those that are not accepted has an end.
    for _ in 0..MANY / 500 {
        let few: Vec<Connection> = (0..500).map(|_| server.connect()).collect();
        connections.extend(few);
        connections.last_mut().unwrap().result(&echo(1));
    }
    let grown = server.memory().saturating_sub(before);
    for few in connections.chunks_mut(500) {
        for (id, connection) in few.iter_mut().enumerate() {
            connection.send(echo(id as u64).bytes());
        }
        for (id, connection) in few.iter_mut().enumerate() {
            let answer = connection.answer(false).json();
            assert_eq!(answer["result"]["content"][0]["text"], id.to_string());
        }
    }
    let used = server.memory().saturating_sub(before);
    println!("a connection: {} bytes unused, {} bytes used", grown / MANY, used / MANY);
    assert!(used / MANY <= 20 * 1024, "{} bytes for each", used / MANY);
    drop(connections);
    server.connect().result(&echo(1));
}

/// Further connections wait until one is closed.
#[test]
fn connections_beyond_the_bound_wait() {
    let server = Process::start(&["--connections", "4"]);
    let mut first: Vec<Connection> = (0..4).map(|_| server.connect()).collect();
    for connection in &mut first {
        connection.result(&echo(1));
    }
    let mut waits = server.connect();
    waits.send(echo(2).bytes());
    waits.socket().set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(waits.socket().peek(&mut [0]).is_err());
    waits.socket().set_read_timeout(Some(crate::process::PATIENCE)).unwrap();
    drop(first.pop());
    assert_eq!(waits.answer(false).head.status, 200);
}

/// No descriptor is left: it is said once, and the next connection is taken when there is one.
#[test]
fn a_lack_of_descriptors_is_survived() {
    let server = Process::start_with_limits("ulimit -n 40", &[]);
    let mut connections: Vec<Connection> = (0..60).map(|_| server.connect()).collect();
    let what = "no connection can be taken at the moment";
    wait_until("it is said", || server.log().contains(what));
    thread::sleep(Duration::from_millis(350));
    assert_eq!(server.log().matches(what).count(), 1, "{}", server.log());
    connections.first_mut().unwrap().result(&echo(1));
    connections.drain(..40);
    for (id, connection) in connections.iter_mut().enumerate() {
        connection.result(&echo(id as u64));
    }
}

/// Functions that block cannot be stopped: they keep their places, so that clients who call and
/// leave are refused in the end, and whoever comes later is served.
#[test]
fn ten_thousand_blocking_calls_whose_clients_leave_at_once() {
    let server = Process::start(&["--misbehave"]);
    let request = call(1, "block_ms", json!({ "ms": 20_000 })).bytes();
    let mut refused = 0;
    for _ in 0..100 {
        let mut connections: Vec<Connection> = (0..100).map(|_| server.connect()).collect();
        for connection in &mut connections {
            connection.send(&request);
        }
        // Whoever leaves before a call has begun has not called.
        thread::sleep(Duration::from_millis(50));
        for connection in &mut connections {
            connection.socket().set_nonblocking(true).unwrap();
            if connection.socket().peek(&mut [0]).is_ok_and(|length| length > 0) {
                let head = connection.head().unwrap();
                assert_eq!((head.status, head.header("retry-after")), (503, Some("1")));
                refused += 1;
            }
        }
        assert!(server.threads() <= 530, "{} threads", server.threads());
    }
    assert!(refused > 0, "nobody was refused");
    wait_until("there is room", || server.connect().ask(&echo(2)).head.status == 200);
}
