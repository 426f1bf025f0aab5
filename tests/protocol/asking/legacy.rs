//! Up to 2025-11-25: a request of the server, in the middle of a call.

use std::time::Duration;

use mcp_runtime::{Limits, ProtocolVersion};
use serde_json::{Value, json};

use super::client::{Client, run, text, yes};
use super::server::{limited, server};

/// Opens a session of a client that can be asked everything.
async fn open(client: &mut Client) {
    let capabilities =
        json!({ "elicitation": { "form": {}, "url": {} }, "sampling": {}, "roots": {} });
    client.initialize(ProtocolVersion::V2025_11_25, capabilities).await;
}

/// Begins a call, and gives its id and what it asks.
async fn asked(client: &mut Client, tool: &str, arguments: Value) -> (u64, Value) {
    let id = client.begin("tools/call", json!({ "name": tool, "arguments": arguments })).await;
    let asked = client.recv().await;
    assert!(asked["method"].is_string(), "{asked}");
    (id, asked)
}

/// MRTR-21, BASE-21, ELIC-01, ELIC-03: a request with an id of ours, and no mode that is new.
#[test]
fn a_question_is_a_request() {
    run(server(), async |mut client| {
        client.initialize(ProtocolVersion::V2025_06_18, json!({ "elicitation": {} })).await;
        for id in 1..4 {
            let (call, question) = asked(&mut client, "confirm", json!({ "item": "a" })).await;
            assert_eq!(question["id"], id);
            assert_eq!(question["params"].get("mode"), None);
            client.answer(&question, yes()).await;
            let answer = client.recv().await;
            assert_eq!((&answer["id"], text(&answer)), (&json!(call), "true"));
        }
    });
}

/// ELIC-08, ELIC-18: every action, and a client that fails.
#[test]
fn every_answer_is_taken() {
    run(server(), async |mut client| {
        open(&mut client).await;
        for (answer, said) in [
            (json!({ "action": "accept", "content": { "age": 7 } }), r#"accepted {"age":7}"#),
            (json!({ "action": "decline" }), "declined"),
            (json!({ "action": "cancel" }), "cancelled"),
        ] {
            let (_, question) = asked(&mut client, "form", json!({})).await;
            client.answer(&question, answer).await;
            assert_eq!(text(&client.recv().await), said);
        }
        let refuse = |question: &Value, error: Value| json!({ "jsonrpc": "2.0", "id": question["id"], "error": error });
        let (_, question) = asked(&mut client, "form", json!({})).await;
        let error = json!({ "code": -32602, "message": "no forms" });
        client.send(&refuse(&question, error)).await;
        let answer = client.recv().await;
        assert_eq!(answer["result"]["isError"], true);
        assert_eq!(text(&answer), "the client refused the question: no forms (-32602)");
        for error in [json!({ "code": -1, "message": "go away" }), json!(7), Value::Null] {
            let (_, question) = asked(&mut client, "tried", json!({})).await;
            client.send(&refuse(&question, error)).await;
            assert!(text(&client.recv().await).starts_with("failed: "));
        }
    });
}

/// BASE-22, BASE-27: answers that nobody waits for change nothing.
#[test]
fn unknown_second_and_late_answers_are_dropped() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let (call, question) = asked(&mut client, "confirm", json!({ "item": "a" })).await;
        for id in [json!(7), json!(0), json!(-1), json!("1"), json!(1.5), Value::Null] {
            client.send(&json!({ "jsonrpc": "2.0", "id": id, "result": yes() })).await;
        }
        client.send(&json!({ "jsonrpc": "2.0", "result": yes() })).await;
        client.answer(&question, json!({ "action": "decline" })).await;
        client.answer(&question, yes()).await;
        let answer = client.recv().await;
        assert_eq!((&answer["id"], text(&answer)), (&json!(call), "false"));
        client.answer(&question, yes()).await;
        assert_eq!(client.request("ping", json!({})).await["result"], json!({}));
        assert_eq!(client.finish().await, Vec::<Value>::new());
    });
}

/// CANC-09, CANC-12: a call that is cancelled takes its questions along.
#[test]
fn a_cancelled_call_withdraws_its_questions() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let (call, question) = asked(&mut client, "confirm", json!({ "item": "a" })).await;
        client.cancel(call).await;
        let told = client.recv().await;
        assert_eq!(told["method"], "notifications/cancelled");
        assert_eq!(told["params"]["requestId"], question["id"]);
        client.answer(&question, yes()).await;
        assert_eq!(client.finish().await, Vec::<Value>::new());
    });
}

/// A question that lost a `select!` is withdrawn.
#[test]
fn a_question_that_nobody_waits_for_is_withdrawn() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let (call, question) = asked(&mut client, "lost", json!({})).await;
        let told = client.recv().await;
        assert_eq!(told["params"]["requestId"], question["id"]);
        let answer = client.recv().await;
        assert_eq!((&answer["id"], text(&answer)), (&json!(call), "lost"));
    });
}

/// CANC-09, BASE-27: nobody waits for an answer for ever.
#[test]
fn a_question_without_an_answer_is_cancelled_in_time() {
    let limits = Limits::default().answer(Duration::from_millis(50));
    run(limited(limits), async |mut client| {
        open(&mut client).await;
        let (_, question) = asked(&mut client, "form", json!({})).await;
        let told = client.recv().await;
        assert_eq!(told["params"]["requestId"], question["id"]);
        assert_eq!(text(&client.recv().await), "cancelled");
        client.answer(&question, yes()).await;
        assert_eq!(client.finish().await, Vec::<Value>::new());
    });
}

/// The end of the input answers every question at once, and calls end as they would.
#[test]
fn the_end_of_the_input_cancels_every_question() {
    run(server(), async |mut client| {
        open(&mut client).await;
        for _ in 0..10 {
            asked(&mut client, "form", json!({})).await;
        }
        let told = client.finish().await;
        assert_eq!(told.len(), 10, "{told:?}");
        assert!(told.iter().all(|answer| text(answer) == "cancelled"), "{told:?}");
    });
}

/// Calls that wait for people stop neither cancellations nor pings nor answers.
#[test]
fn more_calls_may_wait_than_may_run() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let mut calls = Vec::new();
        let mut questions = Vec::new();
        for _ in 0..1024 {
            let (id, question) = asked(&mut client, "confirm", json!({ "item": "a" })).await;
            calls.push(id);
            questions.push(question);
        }
        for _ in 0..100 {
            let params = json!({ "name": "confirm", "arguments": { "item": "b" } });
            calls.push(client.begin("tools/call", params).await);
        }
        assert_eq!(client.request("ping", json!({})).await["result"], json!({}));
        // One that waits for its turn, and one that waits for its user.
        client.cancel(calls[1100]).await;
        client.cancel(calls[0]).await;
        let (mut cancelled, mut begun) = (0, 0);
        for _ in 0..2 {
            let message = client.recv().await;
            cancelled += usize::from(message["method"] == "notifications/cancelled");
            begun += usize::from(message["params"]["message"] == "Confirm b?");
        }
        assert_eq!((cancelled, begun), (1, 1));
        client.answer(&questions[1], yes()).await;
        let (mut answered, mut begun) = (0, 0);
        for _ in 0..2 {
            let message = client.recv().await;
            answered += usize::from(message["id"] == calls[1] && message.get("result").is_some());
            begun += usize::from(message["params"]["message"] == "Confirm b?");
        }
        assert_eq!((answered, begun), (1, 1));
    });
}

/// The time limit of a tool stands still while its user is asked, and runs before and behind.
#[test]
fn time_stands_still_while_the_user_is_asked() {
    run(server(), async |mut client| {
        open(&mut client).await;
        for (then, said) in [(10, "true"), (5000, "slow took longer than 200ms, and was given up")]
        {
            let (_, question) = asked(&mut client, "slow", json!({ "then_ms": then })).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            client.answer(&question, yes()).await;
            assert_eq!(text(&client.recv().await), said);
        }
    });
}

/// ELIC-01, ELIC-02, SAMP-01, ROOT-01: nothing is asked that was not declared, or is not there yet.
#[test]
fn a_client_is_asked_what_it_declares() {
    let all = json!({ "elicitation": { "url": {} }, "sampling": {}, "roots": {} });
    let form = json!({ "elicitation": {} });
    let none = json!({});
    for (version, capabilities, tool, is_asked) in [
        (ProtocolVersion::V2024_11_05, &all, "form", false),
        (ProtocolVersion::V2024_11_05, &all, "sample", true),
        (ProtocolVersion::V2024_11_05, &all, "roots", true),
        (ProtocolVersion::V2025_03_26, &all, "url", false),
        (ProtocolVersion::V2025_06_18, &form, "form", true),
        (ProtocolVersion::V2025_06_18, &all, "url", false),
        (ProtocolVersion::V2025_11_25, &form, "form", true),
        (ProtocolVersion::V2025_11_25, &all, "form", false),
        (ProtocolVersion::V2025_11_25, &all, "url", true),
        (ProtocolVersion::V2025_11_25, &form, "url", false),
        (ProtocolVersion::V2025_11_25, &none, "sample", false),
        (ProtocolVersion::V2025_11_25, &none, "roots", false),
    ] {
        run(server(), async |mut client| {
            client.initialize(version, capabilities.clone()).await;
            let message = client.call(tool, json!({})).await;
            assert_eq!(message["method"].is_string(), is_asked, "{version} {tool}: {message}");
            if !is_asked {
                assert_eq!(message["result"]["isError"], true);
                assert!(text(&message).contains("the client cannot be asked"), "{message}");
            }
        });
    }
}

/// ELIC-10: in 2025-11-25 each page has an id of its own.
#[test]
fn a_page_has_an_id() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let (_, question) = asked(&mut client, "url", json!({})).await;
            ids.push(question["params"]["elicitationId"].as_str().unwrap().to_owned());
            client.answer(&question, json!({ "action": "accept" })).await;
            assert_eq!(text(&client.recv().await), "Accepted(())");
        }
        assert_ne!(ids[0], ids[1]);
    });
}

/// ELIC-07: an answer that does not fit is asked again once, with the reason.
#[test]
fn an_answer_that_does_not_fit_is_asked_again_once() {
    run(server(), async |mut client| {
        open(&mut client).await;
        for wrong in [
            json!({ "action": "accept", "content": { "age": "old" } }),
            json!({ "action": "accept" }),
            json!({ "action": "perhaps" }),
            json!(7),
            json!({ "action": "accept", "content": { "age": vec![0; 5000] } }),
        ] {
            let (_, question) = asked(&mut client, "form", json!({})).await;
            client.answer(&question, wrong.clone()).await;
            let again = client.recv().await;
            assert_eq!(again["method"], "elicitation/create", "{again}");
            client.answer(&again, wrong).await;
            let answer = client.recv().await;
            assert_eq!(answer["result"]["isError"], true, "{answer}");
        }
    });
}

/// An effect happens once, a key is asked once, and answers are the same as in the modern era.
#[test]
fn the_same_function_works_in_both_eras() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let (_, question) = asked(&mut client, "charged", json!({})).await;
        client.answer(&question, yes()).await;
        let question = client.recv().await;
        client.answer(&question, yes()).await;
        assert_eq!(text(&client.recv().await), "true true, charged 1, ran 1");

        let (_, first) = asked(&mut client, "many", json!({ "count": 16 })).await;
        client.answer(&first, yes()).await;
        for _ in 1..16 {
            let question = client.recv().await;
            client.answer(&question, yes()).await;
        }
        assert_eq!(text(&client.recv().await), "16");
    });
}

/// `block_on` would hold up the whole server, which could not read the answer.
#[test]
fn block_on_in_an_async_function_is_an_error() {
    run(server(), async |mut client| {
        open(&mut client).await;
        let call = client.begin("tools/call", json!({ "name": "blocks", "arguments": {} })).await;
        let answer = loop {
            let message = client.recv().await;
            if message["id"] == call && message["result"].is_object() {
                break message;
            }
        };
        assert_eq!(answer["result"]["isError"], true);
        assert!(text(&answer).starts_with("only the handler itself can wait"), "{answer}");
    });
}
