//! What is no HTTP, or HTTP that means harm: it is refused or cut off, and the server serves on.

use std::net::Shutdown;

use serde_json::json;

use crate::client::Connection;
use crate::process::Process;
use crate::request::{Request, call};

fn echo(id: u64) -> Request {
    call(id, "echo", json!({ "message": "a" }))
}

fn assert_serves(server: &Process) {
    let result = server.connect().result(&echo(1));
    assert_eq!(result["content"][0]["text"], "a");
}

/// The status of what is answered to these bytes, and whether the connection is closed behind it;
/// 0 if there is no answer.
fn status(server: &Process, bytes: impl AsRef<[u8]>) -> (u16, bool) {
    let mut connection = server.connect();
    connection.send(bytes);
    let Some(head) = connection.head() else { return (0, true) };
    if head.header("connection") != Some("close") {
        return (head.status, false);
    }
    connection.drain();
    (head.status, true)
}

/// A request with these headers instead of the length of its body.
fn framed(headers: &str, body: &str) -> String {
    let head = echo(1).without("Content-Length").head();
    let head = String::from_utf8(head).unwrap();
    format!("{}{headers}\r\n{body}", head.strip_suffix("\r\n").unwrap())
}

fn chunked(body: &str) -> String {
    framed("Transfer-Encoding: chunked\r\n", body)
}

/// A length and chunks at once are how requests are smuggled past a proxy: the chunks count, and
/// nothing behind them is read any more. Two lengths, or one that is none, are refused.
///
/// Spec: RFC 9112, 6.3, Message Body Length.
#[test]
fn no_request_hides_behind_two_lengths() {
    let server = Process::start(&[]);
    let body = String::from_utf8(echo(1).body().to_vec()).unwrap();
    let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let length = format!("Content-Length: {}\r\n", body.len());
    let te = "Transfer-Encoding: chunked\r\n";
    for headers in [format!("{length}{te}"), format!("{te}{length}")] {
        let mut connection = server.connect();
        connection.send([framed(&headers, &chunk).into_bytes(), echo(2).bytes()].concat());
        assert_eq!(connection.answer(false).json()["id"], 1);
        assert!(connection.is_closed());
    }
    for (headers, body) in [
        (format!("{length}Content-Length: 1\r\n"), &body),
        ("Content-Length: +5\r\n".to_owned(), &body),
        ("Content-Length: 5, 6\r\n".to_owned(), &body),
        ("Content-Length: -1\r\n".to_owned(), &body),
        ("Content-Length: 99999999999999999999999\r\n".to_owned(), &body),
        ("Transfer-Encoding: identity\r\n".to_owned(), &body),
        ("Transfer-Encoding: chunked, identity\r\n".to_owned(), &chunk),
    ] {
        let answer = status(&server, framed(&headers, body));
        assert_eq!(answer, (400, true), "{headers:?}");
    }
    assert_serves(&server);
}

/// HTTP-30: chunks are read as long as they are chunks.
#[test]
fn bad_chunks_are_refused() {
    let server = Process::start(&["--body", "1000"]);
    let body = String::from_utf8(echo(1).body().to_vec()).unwrap();
    let (one, two) = body.split_at(40);
    let good = format!("{:X};a=b\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", one.len(), two.len());
    assert_eq!(status(&server, chunked(&good)), (200, false));
    for bad in ["x\r\n", "-1\r\na\r\n", "1\r\nab\r\n", "fffffffffffffffff\r\n", "\r\n\r\n"] {
        let (status, is_closed) = status(&server, chunked(bad));
        assert!(matches!(status, 400 | 413) && is_closed, "{bad:?}: {status}");
    }
    // More than there may be, in a chunk that is announced and in many that are small.
    assert_eq!(status(&server, chunked(&format!("7fffffff\r\n{}", "a".repeat(1001)))), (413, true));
    assert_eq!(status(&server, chunked(&"1\r\na\r\n".repeat(1001))), (413, true));
    // Cut off.
    let mut connection = server.connect();
    connection.send(chunked("5\r\nab"));
    connection.close_output();
    assert!(connection.head().is_none_or(|head| head.status == 400));
    assert_serves(&server);
}

/// HTTP-36.
#[test]
fn doubled_and_huge_headers_are_refused() {
    let server = Process::start(&[]);
    for name in ["Host", "Origin", "Mcp-Method", "Mcp-Name", "MCP-Protocol-Version"] {
        let value = if name == "Origin" { "http://localhost" } else { "localhost" };
        let request = echo(1).without("Origin").header(name, value).header(name, value);
        assert_eq!(status(&server, request.bytes()), (400, false), "{name}");
    }
    let long = "a".repeat(70_000);
    assert_eq!(status(&server, echo(1).header("X-Long", &long).bytes()), (431, true));
    let many = (0..2000).fold(echo(1), |it, n| it.header(&format!("X-{n}"), "a"));
    assert_eq!(status(&server, many.bytes()), (431, true));
    let path = Request::post(&format!("/mcp?{long}"), "{}");
    assert!(matches!(status(&server, path.bytes()), (414 | 431, true)));
    // As many as a browser and two proxies send.
    let some = (0..60).fold(echo(1), |it, n| it.header(&format!("X-{n}"), &"a".repeat(500)));
    assert_eq!(status(&server, some.bytes()), (200, false));
    assert_serves(&server);
}

/// What ends a line cannot be smuggled into a header, and what is sent is not echoed as one.
#[test]
fn headers_cannot_be_injected() {
    let server = Process::start(&["--allow-origin", "https://app.example.com"]);
    for value in ["a\rb", "a\0b", "a\n b", "a\x7fb"] {
        assert_eq!(status(&server, echo(1).header("X-A", value).bytes()), (400, true), "{value:?}");
    }
    for line in ["X-A : b", " X-A: b", "X-A", ": b", "X A: b", "X-\u{e9}: b"] {
        let request = String::from_utf8(echo(1).bytes()).unwrap();
        let request = request.replacen("Host:", &format!("{line}\r\nHost:"), 1);
        assert_eq!(status(&server, request), (400, true), "{line:?}");
    }
    // A host with control characters in JSON, and a preflight that asks for anything.
    let request = Request::bare("OPTIONS", "/mcp")
        .header("Origin", "https://app.example.com")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "a, set-cookie: b; c");
    let answer = server.connect().ask(&request);
    assert_eq!(answer.head.status, 204);
    assert_eq!(answer.head.header("set-cookie"), None);
    let answer = server.connect().ask(&echo(1).with("Host", "a\"\\<b>.example"));
    assert_eq!(answer.head.status, 403);
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("a\"\\<b>.example"));
    assert_serves(&server);
}

/// What is no HTTP/1.1 at all.
#[test]
fn other_protocols_are_cut_off() {
    let server = Process::start(&[]);
    let hello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03];
    let lines: [&[u8]; 7] = [
        &hello,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /mcp\r\n\r\n",
        b"GET /mcp HTTP/9.9\r\n\r\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];
    for bytes in lines {
        let mut connection = server.connect();
        connection.send(bytes);
        connection.close_output();
        let text = String::from_utf8_lossy(bytes);
        assert!(connection.head().is_none_or(|head| head.status >= 400), "{text}");
    }
    assert_serves(&server);
}

/// A body that is longer than it may be is refused though its client goes on sending.
#[test]
fn whoever_sends_too_much_can_read_why() {
    let server = Process::start(&[]);
    let long = "a".repeat(8 * 1024 * 1024);
    let request = call(1, "echo", json!({ "message": long }));
    for request in [request.bytes(), {
        let chunk = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
        chunked(&chunk).into_bytes()
    }] {
        let mut connection = server.connect();
        let mut writes = connection.socket().try_clone().unwrap();
        let writer = std::thread::spawn(move || {
            // It may be cut off.
            std::io::Write::write_all(&mut writes, &request).unwrap_or_default();
        });
        let answer = connection.answer(false);
        assert_eq!(answer.head.status, 413);
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("`Limits::body`"));
        drop(connection);
        writer.join().unwrap();
    }
    // It asks first.
    let head = call(1, "echo", json!({ "message": long })).header("Expect", "100-continue").head();
    let mut connection = server.connect();
    connection.send(head);
    assert_eq!(connection.answer(false).head.status, 413);
    let small = echo(1).header("Expect", "100-continue");
    let mut connection = server.connect();
    connection.send(small.head());
    assert_eq!(connection.head().unwrap().status, 100);
    connection.send(small.body());
    assert_eq!(connection.answer(false).head.status, 200);
    assert_serves(&server);
}

/// One direction closed: what is ready is answered, what runs has been left.
#[test]
fn a_half_closed_connection_breaks_nothing() {
    let server = Process::start(&["--misbehave"]);
    let mut connection = server.connect();
    connection.send(echo(1).bytes());
    connection.close_output();
    assert!(connection.head().is_none_or(|head| head.status == 200));
    let mut connection = server.connect();
    connection.send(call(1, "hold", json!({})).bytes());
    connection.close_output();
    assert!(connection.is_closed());
    let mut connection = server.connect();
    connection.send(&echo(1).bytes()[..50]);
    connection.socket().shutdown(Shutdown::Both).unwrap();
    assert_serves(&server);
}

/// Requests that are sent without waiting are answered in their order.
#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Process::start(&[]);
    let mut connection = server.connect();
    let slow = call(0, "sleep_ms", json!({ "ms": 100 })).bytes();
    let quick: Vec<u8> = (1..100).flat_map(|id| echo(id).bytes()).collect();
    connection.send([slow, quick].concat());
    for id in 0..100 {
        assert_eq!(connection.answer(false).json()["id"], id);
    }
    // A refusal between does not end them.
    let refused = echo(1).with("Mcp-Name", "another").bytes();
    let method = Request::bare("GET", "/mcp").bytes();
    connection.send([refused, method, echo(2).bytes()].concat());
    let statuses = [(); 3].map(|()| connection.answer(false).head.status);
    assert_eq!(statuses, [400, 405, 200]);
}

/// A request in pieces of one byte.
#[test]
fn a_request_may_come_in_pieces() {
    let server = Process::start(&[]);
    let mut connection: Connection = server.connect();
    for byte in echo(5).bytes() {
        connection.send([byte]);
    }
    assert_eq!(connection.answer(false).json()["id"], 5);
}

/// HEAD has the head of an answer and no body.
#[test]
fn head_is_no_method_of_the_endpoint() {
    let server = Process::start(&[]);
    let mut connection = server.connect();
    let answer = connection.ask(&Request::bare("HEAD", "/mcp"));
    assert_eq!(answer.head.status, 405);
    assert_eq!(connection.ask(&echo(1)).head.status, 200);
}
