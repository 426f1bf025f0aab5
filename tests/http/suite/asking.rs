//! Questions since 2026-07-28: what a call knows travels to the client and back, sealed.

use serde_json::{Value, json};

use crate::process::Process;
use crate::request::{Request, meta};

/// A call of a tool, with more members in its params.
fn call(tool: &str, arguments: &Value, more: &Value) -> Request {
    let able = json!({ "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} } });
    let mut params = json!({ "name": tool, "arguments": arguments, "_meta": meta(&able) });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    Request::post("/mcp", &body.to_string())
}

/// What goes with a call that is sent again, with a confirmation for each question.
fn answered(result: &Value) -> Value {
    let yes = json!({ "action": "accept", "content": { "confirm": true } });
    let keys = result["inputRequests"].as_object().unwrap().keys();
    let answers: serde_json::Map<_, _> = keys.map(|key| (key.clone(), yes.clone())).collect();
    json!({ "inputResponses": answers, "requestState": result["requestState"] })
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{result}"))
}

/// MRTR-06: any process with the keys serves the retry, also after `kill -9`; the effect within
/// `once` is not repeated.
#[test]
fn a_question_survives_the_process_that_asked() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let options = ["--keys-file", keys.to_str().unwrap()];
    let arguments = json!({ "item": "a" });
    let first = Process::start(&options);
    let asked = first.connect().result(&call("purchase", &arguments, &json!({})));
    // Killed, not ended.
    drop(first);
    let second = Process::start(&options);
    let again = call("purchase", &arguments, &answered(&asked));
    let bought = second.connect().result(&again);
    assert_eq!(text(&bought), "bought a, charged 1 times");
    // The second process has charged nothing so far.
    let asked = second.connect().result(&call("purchase", &arguments, &json!({})));
    let again = call("purchase", &arguments, &answered(&asked));
    assert_eq!(text(&second.connect().result(&again)), "bought a, charged 1 times");
}

/// MRTR-07, MRTR-08, MRTR-10: every change of the state is refused, with one text.
#[test]
fn a_state_is_taken_as_it_was_given() {
    let server = Process::start(&[]);
    let (arguments, none) = (json!({ "item": "a" }), json!({}));
    let asked = server.connect().result(&call("confirm", &arguments, &none));
    let right = answered(&asked);
    let state = asked["requestState"].as_str().unwrap().to_owned();
    let mut texts = std::collections::BTreeSet::new();
    let mut refused = |tool: &str, arguments: &Value, more: &Value| {
        let answer = server.connect().ask(&call(tool, arguments, more)).json();
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        texts.insert(answer["error"]["message"].as_str().unwrap().to_owned());
    };
    for at in 0..state.len() {
        let mut changed = state.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        refused("confirm", &arguments, &json!({ "requestState": changed }));
    }
    refused("confirm", &json!({ "item": "b" }), &right);
    refused("purchase", &arguments, &right);
    let other = Process::start(&[]);
    let foreign = other.connect().result(&call("confirm", &arguments, &none));
    refused("confirm", &arguments, &answered(&foreign));
    assert_eq!(texts.len(), 1, "{texts:?}");
    let confirmed = server.connect().result(&call("confirm", &arguments, &right));
    assert_eq!(text(&confirmed), "confirmed a");
}
