//! A function that blocks goes on when its call is over, and what it says then is not sent.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;
use mcp_tests::{json, peer};

/// Where the function waits, and where it says that it has gone on.
struct Gate {
    opened: Mutex<Receiver<()>>,
    passed: Sender<()>,
}

/// Go on when nobody waits any more.
#[tool(timeout = "1ms")]
fn late(gate: &Gate, ctx: &Context) -> String {
    let opened = gate.opened.lock().map(|opened| opened.recv());
    ctx.progress(1).of(2).message("late");
    ctx.log(LoggingLevel::Error, "late");
    gate.passed.send(()).unwrap_or_default();
    format!("{opened:?}")
}

/// The same for one that is cancelled.
#[tool]
fn held(gate: &Gate, ctx: &Context) -> String {
    late(gate, ctx)
}

/// PROG-04, CANC-03: nothing is told of a call that was cancelled.
#[test]
fn what_is_said_after_a_cancellation_is_not_sent() {
    let (open, opened) = channel();
    let (passed, has_passed) = channel();
    let gate = Gate { opened: Mutex::new(opened), passed };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let server = Server::new("late", "1.0.0").with(handlers![held, prompt]).state(gate);
        let mut peer = peer::connect(server);
        peer.send(&call(1, "held")).await.unwrap();
        let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": { "requestId": 1 } });
        peer.send(&cancel.to_string()).await.unwrap();
        // Answered, so what was sent before is read.
        peer.send(&call(2, "prompt")).await.unwrap();
        let told = json::parse(&peer.recv().await.unwrap().unwrap()).unwrap();
        assert_eq!(told["params"]["progressToken"], 2);
        assert_eq!(json::parse(&peer.recv().await.unwrap().unwrap()).unwrap()["id"], 2);
        open.send(()).unwrap();
        // Cancelled before it began, it is not there to go on.
        has_passed.recv_timeout(std::time::Duration::from_secs(1)).unwrap_or_default();
        assert_eq!(peer.finish().await.unwrap(), Vec::<String>::new());
    });
}

fn call(id: u32, tool: &str) -> String {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/logLevel": "debug",
        "progressToken": id,
    });
    let params = json!({ "name": tool, "arguments": {}, "_meta": meta });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }).to_string()
}

/// Say something.
#[tool]
fn prompt(ctx: &Context) -> String {
    ctx.progress(1).of(1).message("in time");
    String::new()
}

/// PROG-02, PROG-04: nothing is told of a call that is answered.
#[test]
fn what_is_said_after_the_answer_is_not_sent() {
    let (open, opened) = channel();
    let (passed, has_passed) = channel();
    let gate = Gate { opened: Mutex::new(opened), passed };
    block_on(async {
        let server = Server::new("late", "1.0.0").with(handlers![late, prompt]).state(gate);
        let mut client = server.test_client().await;
        let error = client.text("late", json!({})).await.unwrap_err();
        assert_eq!(error.to_string(), "late took longer than 1ms, and was given up");
        open.send(()).unwrap();
        // On a busy machine its time is over before it has begun, and it never goes on.
        has_passed.recv_timeout(std::time::Duration::from_secs(1)).unwrap_or_default();
        client.text("prompt", json!({})).await.unwrap();
        let said: Vec<_> = client.progress().iter().map(|it| it.message.as_deref()).collect();
        assert_eq!(said, [Some("in time")]);
        assert!(client.logs().is_empty());
    });
}
