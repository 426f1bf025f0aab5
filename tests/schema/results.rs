//! What an output schema promises of a result holds, or the call is a tool error.

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::Value;
use mcp_runtime::testing::block_on;

/// A figure.
#[data]
struct Mean {
    value: f64,
    small: Option<f32>,
    list: Vec<f64>,
}

/// Work a figure out.
#[tool]
async fn mean(#[arg(name = "of")] place: String) -> Mean {
    let mut mean = Mean { value: 1.5, small: Some(0.5), list: vec![1.0, 2.0] };
    match place.as_str() {
        "nan" => mean.value = f64::NAN,
        "infinite" => mean.value = f64::INFINITY,
        "list" => mean.list[1] = f64::NEG_INFINITY,
        "small" => mean.small = Some(f32::NAN),
        _ => {}
    }
    mean
}

/// The same with words.
#[tool]
async fn reply(#[arg(name = "of")] place: String) -> Reply<Mean> {
    let value = if place == "nan" { f64::NAN } else { 1.0 };
    Reply::new("The mean.", Mean { value, small: None, list: Vec::new() })
}

/// R3: NaN and the infinities are written as null, and every client that checks would throw the
/// call away.
#[test]
fn numbers_that_json_cannot_write_are_a_tool_error() {
    for tool in ["mean", "reply"] {
        let fine = called(tool, &json!({ "of": "" }));
        assert_eq!(fine.get("isError"), None, "{fine}");
    }
    for (tool, of) in [("mean", "nan"), ("mean", "infinite"), ("mean", "list"), ("reply", "nan")] {
        is_refused(tool, &json!({ "of": of }));
    }
    // The schema allows null there.
    assert_eq!(
        called("mean", &json!({ "of": "small" }))["structuredContent"]["small"],
        json!(null)
    );
}

/// Promises of every kind, by attributes and by hand.
#[data]
#[schemars(extend("required" = ["narrow", "needed"]))]
struct Promises {
    #[schemars(range(min = 1, max = 9))]
    level: Option<u8>,
    #[schemars(length(equal = 1))]
    letter: Option<String>,
    #[schemars(extend("enum" = ["a", "b", null]))]
    word: Option<String>,
    #[schemars(extend("format" = "date"))]
    day: Option<String>,
    #[schemars(length(max = 2), extend("uniqueItems" = true))]
    #[serde(default)]
    items: Vec<i64>,
    #[schemars(with = "u8")]
    narrow: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<bool>,
    /// A pair whose second one is never the first.
    #[schemars(extend("not" = { "const": [1, 1] }))]
    pair: (u8, u8),
}

/// Give back what was sent, whatever was promised of it.
#[tool]
async fn promised(changes: std::collections::HashMap<String, Value>) -> Result<Promises, Error> {
    let mut sent = json!({ "narrow": 1, "needed": true, "pair": [1, 2], "items": [] });
    for (name, value) in changes {
        sent[name] = value;
    }
    Ok(serde_json::from_value(sent)?)
}

#[test]
fn whatever_a_schema_promises_of_a_result_holds() {
    for fine in [
        json!({}),
        json!({ "level": 9, "letter": "ü", "word": "b", "day": "2026-11-30", "items": [1, 2] }),
        json!({ "narrow": 255, "pair": [2, 2] }),
    ] {
        let result = called("promised", &json!({ "changes": fine }));
        assert_eq!(result.get("isError"), None, "{fine} {result}");
    }
    for broken in [
        json!({ "level": 0 }),
        json!({ "letter": "ab" }),
        json!({ "letter": "" }),
        json!({ "word": "c" }),
        json!({ "day": "2026-02-30" }),
        json!({ "items": [1, 2, 3] }),
        json!({ "items": [1, 1] }),
        json!({ "narrow": 256 }),
        json!({ "needed": null }),
        json!({ "pair": [1, 1] }),
    ] {
        is_refused("promised", &json!({ "changes": broken }));
    }
}

/// How long something takes; `jiff` publishes `duration` for its types and writes more than that.
#[data]
struct Lasts {
    #[schemars(extend("format" = "duration"))]
    time: String,
}

/// Give back how long it takes.
#[tool]
async fn lasts(of: Lasts) -> Lasts {
    of
}

#[test]
fn durations_of_every_form_that_types_write_come_back() {
    for written in ["PT1.5S", "-PT1S", "P1W2D", "P1Y2M3W4DT5H6M7.000000008S", "PT0S", "P2D"] {
        let result = called("lasts", &json!({ "of": { "time": written } }));
        assert_eq!(result["structuredContent"]["time"], written, "{result}");
    }
    let refused = called("lasts", &json!({ "of": { "time": "2 days" } }));
    assert_eq!(refused["isError"], true, "{refused}");
}

fn is_refused(tool: &str, arguments: &Value) {
    let result = called(tool, arguments);
    assert_eq!(result["isError"], true, "{tool} {arguments} {result}");
    assert_eq!(result.get("structuredContent"), None, "{result}");
    assert_eq!(result["content"][0]["text"], "internal error", "{result}");
}

fn called(tool: &str, arguments: &Value) -> Value {
    block_on(async {
        let server: Server =
            Server::new("results", "1.0.0").with(handlers![mean, reply, promised, lasts]);
        let mut client = server.state(()).test_client().await;
        let params = json!({ "name": tool, "arguments": arguments });
        client.request("tools/call", params).await.unwrap()
    })
}
