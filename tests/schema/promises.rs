//! What is published of an argument is enforced, wherever it stands, or refused when the server is
//! built.

use std::borrow::Cow;

use mcp_runtime::Handlers;
use mcp_runtime::prelude::*;
use mcp_runtime::schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use mcp_runtime::serde_json::Value;
use mcp_runtime::testing::block_on;

/// Promises that look like what a type keeps by itself, and that its type does not keep.
#[data]
#[derive(Debug)]
struct Promises {
    #[schemars(length(equal = 1))]
    letter: Option<String>,
    #[schemars(extend("format" = "date"))]
    day: Option<String>,
    #[schemars(extend("format" = "time"))]
    time: Option<String>,
    #[schemars(extend("format" = "date-time"))]
    when: Option<String>,
    #[schemars(extend("format" = "uuid"))]
    id: Option<String>,
    #[schemars(extend("format" = "ipv4"))]
    v4: Option<String>,
    #[schemars(extend("format" = "ipv6"))]
    v6: Option<String>,
    #[schemars(extend("format" = "duration"))]
    lasts: Option<String>,
    #[schemars(extend("enum" = ["a", "b"]))]
    word: Option<String>,
    #[schemars(with = "u8")]
    #[serde(default)]
    narrow: i64,
    #[schemars(extend("minItems" = 2, "maxItems" = 2, "prefixItems" = [{}, {}]))]
    pair: Option<Vec<i64>>,
    #[schemars(extend("contains" = { "const": 1 }, "maxContains" = 1))]
    one: Option<Vec<i64>>,
    #[schemars(extend("not" = { "const": "no" }))]
    yes: Option<String>,
    #[schemars(extend("propertyNames" = { "maxLength": 1 }, "maxProperties" = 1))]
    short: Option<std::collections::HashMap<String, i64>>,
    #[schemars(extend("dependentRequired" = { "a": ["b"] }))]
    both: Option<std::collections::HashMap<String, i64>>,
    #[schemars(extend("if" = { "minimum": 5 }, "then" = { "multipleOf": 5 }))]
    steps: Option<i64>,
}

/// Take them below another type.
#[tool]
async fn nested(all: Vec<Promises>) -> String {
    format!("{all:?}")
}

#[test]
fn promises_in_nested_types_are_enforced() {
    for (right, wrong) in [
        (json!({ "letter": "ü" }), json!({ "letter": "ab" })),
        (json!({ "letter": "a" }), json!({ "letter": "" })),
        (json!({ "day": "2026-02-28" }), json!({ "day": "2026-02-30" })),
        (json!({ "time": "12:00:00Z" }), json!({ "time": "noon" })),
        (json!({ "when": "2026-02-28T12:00:00Z" }), json!({ "when": "2026-02-28 12:00:00Z" })),
        (json!({ "id": "123e4567-e89b-12d3-a456-426614174000" }), json!({ "id": "1" })),
        (json!({ "v4": "127.0.0.1" }), json!({ "v4": "::1" })),
        (json!({ "v6": "::1" }), json!({ "v6": "127.0.0.1" })),
        (json!({ "lasts": "PT5M" }), json!({ "lasts": "5 minutes" })),
        (json!({ "word": "a" }), json!({ "word": "c" })),
        (json!({ "narrow": 255 }), json!({ "narrow": 256 })),
        (json!({ "pair": [1, 2] }), json!({ "pair": [1, 2, 3] })),
        (json!({ "one": [1, 2] }), json!({ "one": [1, 1] })),
        (json!({ "one": [1] }), json!({ "one": [2] })),
        (json!({ "yes": "yes" }), json!({ "yes": "no" })),
        (json!({ "short": { "a": 1 } }), json!({ "short": { "ab": 1 } })),
        (json!({ "short": {} }), json!({ "short": { "a": 1, "b": 2 } })),
        (json!({ "both": { "a": 1, "b": 1 } }), json!({ "both": { "a": 1 } })),
        (json!({ "steps": 10 }), json!({ "steps": 6 })),
        (json!({ "steps": 3 }), json!({ "steps": 7 })),
    ] {
        let answer = told(handlers![nested], "nested", json!({ "all": [right] }));
        assert!(answer.is_ok(), "{answer:?}");
        let answer = told(handlers![nested], "nested", json!({ "all": [{}, wrong] }));
        let refused = answer.unwrap_err();
        assert!(refused.contains("- `all[1]."), "{wrong} {refused}");
    }
}

macro_rules! written_by_hand {
    ($($name:ident: $schema:tt)*) => {$(
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        struct $name(Value);

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

written_by_hand! {
    Level: { "enum": ["low", "high", 3] }
    Even: { "type": "integer", "multipleOf": 2 }
    Choice: { "oneOf": [{ "type": "number", "minimum": 2 }, { "type": "integer" }] }
    Tail: { "type": "array", "unevaluatedItems": false }
    Nowhere: { "type": "object", "properties": { "a": { "$ref": "#/definitions/A" } } }
    Old: { "type": "string", "nullable": true }
    Odd: { "type": "text" }
}

/// Take what is no object and no list.
#[tool]
async fn by_hand(level: Option<Level>, even: Option<Even>, choice: Option<Choice>) -> String {
    format!("{level:?} {even:?} {choice:?}")
}

#[test]
fn schemas_that_are_written_by_hand_are_enforced() {
    for (right, wrong) in [
        (json!({ "level": "low" }), json!({ "level": "middle" })),
        (json!({ "level": 3 }), json!({ "level": 4 })),
        (json!({ "even": 4 }), json!({ "even": 5 })),
        (json!({ "choice": 1 }), json!({ "choice": 2 })),
        (json!({ "choice": 2.5 }), json!({ "choice": 1.5 })),
    ] {
        let answer = told(handlers![by_hand], "by_hand", right);
        assert!(answer.is_ok(), "{answer:?}");
        assert!(told(handlers![by_hand], "by_hand", wrong.clone()).is_err(), "{wrong}");
    }
}

/// Take what nobody checks.
#[tool]
async fn tail(value: Option<Tail>) -> String {
    format!("{value:?}")
}
/// Take what leads nowhere.
#[tool]
async fn nowhere(value: Vec<Nowhere>) -> String {
    format!("{value:?}")
}
/// Take what another draft says.
#[tool]
async fn old(value: Old) -> String {
    format!("{value:?}")
}
/// Take what no draft says.
#[tool]
async fn odd(value: Odd) -> String {
    format!("{value:?}")
}

/// Give what nobody checks.
#[data]
struct Given {
    value: Tail,
}

/// Give it.
#[tool]
async fn give() -> Given {
    Given { value: Tail(json!([])) }
}

#[test]
fn what_nobody_checks_is_refused_with_its_place_and_advice() {
    for (handlers, place, advice) in [
        (handlers![tail], "`/properties/value/unevaluatedItems`", "write `items` or `maxItems`"),
        (
            handlers![nowhere],
            "`/properties/value/items/properties/a/$ref`",
            "`#/definitions/A` leads nowhere: only `#/$defs/…` is followed",
        ),
        (handlers![old], "`/properties/value/nullable`", "write `anyOf` with"),
        (handlers![odd], "`/properties/value/type`", "got \"text\""),
        (handlers![give], "its result: the schema at `/properties/value/unevaluatedItems`", ""),
    ] {
        let refused = check(handlers).unwrap_err();
        assert!(refused.contains(place) && refused.contains(advice), "{refused}");
        assert!(refused.contains("promises.rs:"), "{refused}");
    }
}

fn check(handlers: Handlers<()>) -> Result<(), String> {
    let server = Server::new("promises", "1.0.0").with(handlers);
    server.state(()).check().map_err(|refused| refused.to_string())
}

fn told(handlers: Handlers<()>, tool: &str, arguments: Value) -> Result<String, String> {
    block_on(async {
        let server = Server::new("promises", "1.0.0").with(handlers).state(());
        let mut client = server.test_client().await;
        client.text(tool, arguments).await.map_err(|error| error.to_string())
    })
}
