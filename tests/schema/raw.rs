//! Tools whose schema is data, and whose arguments are checked against it when they ask for that.

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::{Map, Value};
use mcp_runtime::testing::block_on;

/// A tool that answers with the arguments it was given.
fn echo(schema: Value) -> Tool {
    Tool::raw("echo", schema, async |arguments: Map<String, Value>| {
        Ok::<_, String>(Value::Object(arguments).to_string())
    })
}

fn told(tool: Tool, arguments: Value) -> Result<Value, String> {
    block_on(async {
        let server: Server = Server::new("raw", "1.0.0").with(tool);
        let mut client = server.state(()).test_client().await;
        let text = client.text("echo", arguments).await.map_err(|error| error.to_string())?;
        Ok(mcp_runtime::serde_json::from_str(&text).unwrap())
    })
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "maxLength": 5 },
            "count": { "type": "integer", "minimum": 1 },
            "tags": { "type": "array", "items": { "type": "string" } },
            "at": { "$ref": "#/$defs/Place" },
            "note": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
        },
        "required": ["name"],
        "additionalProperties": false,
        "dependentRequired": { "count": ["tags"] },
        "$defs": { "Place": {
            "type": "object",
            "properties": { "x": { "type": "number" } },
            "required": ["x"],
        } },
    })
}

#[test]
fn arguments_that_fit_arrive_as_they_were_sent() {
    for arguments in [
        json!({ "name": "a" }),
        json!({ "name": "a", "count": 1, "tags": ["x"], "at": { "x": 1.5, "y": 2 } }),
        json!({ "name": "a", "note": null }),
    ] {
        assert_eq!(told(echo(schema()).check_arguments(), arguments.clone()), Ok(arguments));
    }
}

#[test]
fn what_was_sent_as_text_is_taken_and_null_is_absent() {
    let sent = json!({ "name": "a", "count": "2", "tags": "[\"x\"]", "at": null });
    let taken = json!({ "name": "a", "count": 2, "tags": ["x"] });
    assert_eq!(told(echo(schema()).check_arguments(), sent), Ok(taken));
}

#[test]
fn everything_that_does_not_fit_is_named_at_once() {
    let sent = json!({ "nam": "a", "count": 0, "tags": ["x", 1], "at": {} });
    let error = told(echo(schema()).check_arguments(), sent).unwrap_err();
    for problem in [
        "5 arguments of `echo` do not fit:",
        "- `nam`: unknown; did you mean `name`?",
        "- `count`: expected an integer of 1 or more; got 0",
        "- `tags[1]`: expected",
        "- `at.x`: missing",
        "- `name`: missing",
    ] {
        assert!(error.contains(problem), "{problem} is not in:\n{error}");
    }
    // What holds of all arguments together.
    let error = told(echo(schema()).check_arguments(), json!({ "name": "a", "count": 1 }));
    assert!(error.as_ref().is_err_and(|error| error.contains("tags")), "{error:?}");
}

#[test]
fn without_the_wish_nothing_is_checked() {
    let sent = json!({ "nam": "a", "count": "2" });
    assert_eq!(told(echo(schema()), sent.clone()), Ok(sent));
}

#[test]
fn a_keyword_that_is_not_checked_stops_the_server() {
    let schema = json!({ "type": "object", "properties": { "a": { "unevaluatedItems": false } } });
    let server = |tool: Tool| -> Server { Server::new("raw", "1.0.0").with(tool) };
    assert!(server(echo(schema.clone())).state(()).check().is_ok());
    let refused = server(echo(schema).check_arguments()).state(()).check().unwrap_err();
    assert!(refused.to_string().contains("/properties/a/unevaluatedItems"), "{refused}");
}
