//! What a transcript is too small for: lines, results and numbers of calls beyond the limits.

use mcp_tests::json;
use mcp_tests::peer::{self, Peer};
use serde_json::Value;

use crate::server;

const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

/// The calls that run at the same time on one connection.
const RUNNING: usize = 1024;

#[test]
fn line_that_is_too_long_is_answered_and_the_next_one_too() {
    with_peer(async |peer| {
        peer.send_bytes(&vec![b'x'; 17 * 1024 * 1024]).await.unwrap();
        peer.send("").await.unwrap();
        let error = answer(peer).await;
        assert_eq!((&error["error"]["code"], error.get("id")), (&Value::from(-32600), None));
        peer.send(&call("1", "nothing", "{}")).await.unwrap();
        assert_eq!(answer(peer).await["id"], 1);
    });
}

#[test]
fn message_that_is_nested_too_deep_is_answered_under_its_id() {
    with_peer(async |peer| {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let line = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{deep}}}"#);
        peer.send(&line).await.unwrap();
        let error = answer(peer).await;
        assert_eq!((&error["id"], &error["error"]["code"]), (&7.into(), &(-32600).into()));
    });
}

#[test]
fn request_is_answered_behind_any_number_of_broken_lines() {
    with_peer(async |peer| {
        for _ in 0..150 {
            peer.send("broken").await.unwrap();
        }
        peer.send(r#"{"jsonrpc":"1.0","id":"readable","method":"ping"}"#).await.unwrap();
        peer.send(&call("1", "nothing", "{}")).await.unwrap();
        let mut last = answer(peer).await;
        while last.get("id").is_none() {
            assert_eq!(last["error"]["code"], -32700, "{last}");
            last = answer(peer).await;
        }
        assert_eq!((&last["id"], &last["error"]["code"]), (&"readable".into(), &(-32600).into()));
        assert_eq!(answer(peer).await["id"], 1);
    });
}

#[test]
fn result_that_is_too_long_is_an_error_that_says_so() {
    with_peer(async |peer| {
        // What can be sent can be sent back.
        let text = "x".repeat(15 * 1024 * 1024);
        peer.send(&call("0", "say", &format!(r#"{{"text":"{text}"}}"#))).await.unwrap();
        assert_eq!(answer(peer).await["result"]["content"][0]["text"], text);
        // A separator of lines is three bytes as it is read, and six as it is sent.
        let text = "\u{2028}".repeat(4 * 1024 * 1024);
        peer.send(&call("1", "say", &format!(r#"{{"text":"{text}"}}"#))).await.unwrap();
        let answer_of_tool = answer(peer).await;
        assert_eq!(answer_of_tool["result"]["isError"], true);
        let words = answer_of_tool["result"]["content"][0]["text"].as_str().unwrap();
        assert!(words.contains("the limit is 16777216: ask for less"), "{words}");
        peer.send(&call("2", "nothing", "{}")).await.unwrap();
        assert_eq!(answer(peer).await["id"], 2);
    });
}

#[test]
fn calls_beyond_the_limit_wait_and_hold_up_nothing_else() {
    with_peer(async |peer| {
        for id in 0..RUNNING {
            peer.send(&call(&id.to_string(), "hold", "{}")).await.unwrap();
        }
        peer.send(&call(r#""waits""#, "say", r#"{"text":"x"}"#)).await.unwrap();
        peer.send(&call(r#""given up""#, "say", r#"{"text":"x"}"#)).await.unwrap();

        // Its id is taken, and what needs no call is answered.
        peer.send(&call(r#""waits""#, "nothing", "{}")).await.unwrap();
        assert_eq!(answer(peer).await["error"]["code"], -32600);
        let discover = format!(
            r#"{{"jsonrpc":"2.0","id":"d","method":"server/discover","params":{{{META}}}}}"#
        );
        peer.send(&discover).await.unwrap();
        assert_eq!(answer(peer).await["id"], "d");

        // More than may wait.
        let text = "x".repeat(1024 * 1024);
        peer.send(&call(r#""much""#, "say", &format!(r#"{{"text":"{text}"}}"#))).await.unwrap();
        let busy = answer(peer).await;
        assert_eq!((&busy["id"], &busy["error"]["code"]), (&"much".into(), &(-32603).into()));

        peer.send(&cancel(r#""given up""#)).await.unwrap();
        peer.send(&cancel("17")).await.unwrap();
        let answered = answer(peer).await;
        assert_eq!(
            (&answered["id"], &answered["result"]["isError"]),
            (&"waits".into(), &Value::Null)
        );
        for id in 0..RUNNING {
            peer.send(&cancel(&id.to_string())).await.unwrap();
        }
    });
}

/// Talks to a server, which must then have nothing more to say.
fn with_peer(talk: impl AsyncFnOnce(&mut Peer)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let mut peer = peer::connect(server::everything());
        talk(&mut peer).await;
        assert_eq!(peer.finish().await.unwrap(), Vec::<String>::new());
    });
}

async fn answer(peer: &mut Peer) -> Value {
    let line = peer.recv().await.unwrap().expect("the server does not end before its input");
    json::parse(&line).unwrap()
}

fn call(id: &str, tool: &str, arguments: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments},{META}}}}}"#
    )
}

fn cancel(id: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id}}}}}"#
    )
}
