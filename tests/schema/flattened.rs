//! Structs of arguments that several handlers share: their members are arguments.

use std::collections::HashMap;

use mcp_runtime::prelude::*;
use mcp_runtime::schemars::JsonSchema;
use mcp_runtime::serde_json::Value;
use mcp_runtime::testing::block_on;
use serde::{Deserialize, Deserializer, de};

/// Which part of a list.
#[data]
struct Page {
    /// How many at most.
    #[serde(default = "ten")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Where to go on.
    cursor: Option<String>,
    #[serde(rename = "order")]
    by: Order,
}

fn ten() -> u32 {
    10
}

#[data]
enum Order {
    Name,
    Age,
}

/// List the notes.
#[tool]
async fn list(
    /// What they say.
    text: String,
    #[arg(flatten)] page: Page,
) -> String {
    let Page { limit, cursor, by } = page;
    let by = match by {
        Order::Name => "name",
        Order::Age => "age",
    };
    format!("{text} {limit} {cursor:?} {by}")
}

/// List the notes with labels.
#[tool]
async fn labelled(#[arg(flatten)] page: Page, #[arg(rest)] labels: HashMap<String, i64>) -> String {
    format!("{} {labels:?}", page.limit)
}

/// Sum the notes up.
#[prompt]
async fn sum_up(#[arg(flatten)] page: Page) -> String {
    format!("{} {:?}", page.limit, page.cursor)
}

fn server() -> Server {
    Server::new("notes", "1.0.0").with(handlers![list, labelled, sum_up])
}

fn told(tool: &str, arguments: Value) -> String {
    block_on(async {
        let mut client = server().state(()).test_client().await;
        client.text(tool, arguments).await.unwrap_or_else(|error| error.to_string())
    })
}

#[test]
fn members_are_published_as_arguments() {
    block_on(async {
        let mut client = server().state(()).test_client().await;
        let tools = client.request("tools/list", json!({})).await.unwrap();
        let schema = &tools["tools"][0]["inputSchema"];
        assert_eq!(schema["required"], json!(["text", "order"]));
        assert_eq!(schema["additionalProperties"], false);
        let limit = json!({ "description": "How many at most.", "type": "integer", "default": 10,
            "minimum": 1, "maximum": 100 });
        assert_eq!(schema["properties"]["limit"], limit);
        assert_eq!(schema["properties"]["order"]["enum"], json!(["name", "age"]));
        let names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["text", "limit", "cursor", "order"]);

        let prompts = client.request("prompts/list", json!({})).await.unwrap();
        let arguments = prompts["prompts"][0]["arguments"].clone();
        assert_eq!(arguments[0]["description"], "How many at most.");
        assert_eq!(arguments[2], json!({ "name": "order", "required": true }));
    });
}

#[test]
fn members_are_read_as_arguments_are() {
    let sent = json!({ "order": "age", "text": "a", "limit": 3, "cursor": "x" });
    assert_eq!(told("list", sent), r#"a 3 Some("x") age"#);
    // Sent as text, and not sent.
    let sent = json!({ "text": "a", "limit": "3", "order": "name", "cursor": null });
    assert_eq!(told("list", sent), "a 3 None name");
    for limit in [json!(null), json!("")] {
        let sent = json!({ "text": "a", "limit": limit, "order": "name" });
        assert_eq!(told("list", sent), "a 10 None name");
    }
    let sent = json!({ "order": "name", "red": 1 });
    assert_eq!(told("labelled", sent), r#"10 {"red": 1}"#);
    block_on(async {
        let mut client = server().state(()).test_client().await;
        let sent = json!({ "limit": "7", "order": "name" });
        let messages = client.prompt("sum_up", sent).await.unwrap();
        assert_eq!(messages, [Message::user("7 None")]);
    });
}

#[test]
fn all_that_does_not_fit_is_named_by_its_argument() {
    let sent = json!({ "text": 1.5, "limit": 101, "curser": "x" });
    let expected = "4 arguments of `list` do not fit:\n\
        - `text`: expected a string; got 1.5\n\
        - `limit`: expected an integer from 1 to 100; got 101\n\
        - `curser`: unknown; did you mean `cursor`?\n\
        - `order`: missing";
    assert_eq!(told("list", sent), expected);
}

/// An argument that is a member of the struct too.
#[tool]
async fn twice(limit: u32, #[arg(flatten)] page: Page) -> u32 {
    limit + page.limit
}

/// The same in the other order.
#[tool]
async fn twice_after(#[arg(flatten)] page: Page, limit: u32) -> u32 {
    limit + page.limit
}

/// A prompt in the other order.
#[prompt]
async fn asked_after(#[arg(flatten)] page: Page, cursor: String) -> String {
    format!("{cursor} {}", page.limit)
}

/// A text is no struct.
#[tool]
async fn text(#[arg(flatten)] text: String) -> String {
    text
}

/// Nor is one that may be missing.
#[tool]
async fn optional(#[arg(flatten)] page: Option<Page>) -> bool {
    page.is_some()
}

#[test]
fn what_cannot_be_flattened_is_refused() {
    let server: Server = Server::new("notes", "1.0.0").with(handlers![
        twice,
        twice_after,
        asked_after,
        text,
        optional
    ]);
    let refused = server.state(()).check().unwrap_err().to_string();
    assert_eq!(refused.matches("argument `limit`: there already").count(), 2, "{refused}");
    for part in [
        "argument `cursor`: there already, and a member of `page`",
        "argument `limit`: there already, and a member of `page`",
        "argument `text`: `flatten` takes a struct",
        "argument `page`: `flatten` takes a struct",
    ] {
        assert!(refused.contains(part), "{refused}");
    }
}

/// A name or a number; its schema has the name only.
#[derive(Debug, JsonSchema)]
#[schemars(crate = "mcp_runtime::schemars", transparent)]
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(id) => Ok(Self(id)),
            Value::Number(id) => Ok(Self(format!("#{id}"))),
            _ => Err(de::Error::custom("expected an id")),
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "mcp_runtime::schemars")]
#[serde(deny_unknown_fields)]
struct Who {
    id: Id,
    name: Option<String>,
}

fn shown(Who { id, name }: &Who) -> String {
    format!("{} {name:?}", id.0)
}

/// Find somebody.
#[tool]
async fn find(#[arg(flatten)] who: Who) -> String {
    shown(&who)
}

/// Find somebody.
#[tool]
async fn find_plain(id: Id, name: Option<String>) -> String {
    shown(&Who { id, name })
}

/// Ask for somebody.
#[prompt]
async fn ask_for(#[arg(flatten)] who: Who) -> String {
    shown(&who)
}

/// Ask for somebody.
#[prompt]
async fn ask_for_plain(id: Id, name: Option<String>) -> String {
    shown(&Who { id, name })
}

/// Members are arguments as all others are.
#[test]
fn members_take_what_other_arguments_take() {
    block_on(async {
        let handlers = handlers![find, find_plain, ask_for, ask_for_plain];
        let server: Server = Server::new("people", "1.0.0").with(handlers);
        let mut client = server.state(()).test_client().await;
        for sent in [
            json!({ "id": 5 }),
            json!({ "id": "a", "name": "" }),
            json!({ "id": "a", "name": 5 }),
            json!({ "id": 5, "nam": "b" }),
        ] {
            let mut told = Vec::new();
            for tool in ["find", "find_plain"] {
                let text = client.text(tool, sent.clone()).await;
                told.push(text.map_err(|error| error.to_string().replace(tool, "find")));
            }
            assert_eq!(told[0], told[1], "{sent}");
        }
        for name in ["", "b"] {
            let sent = json!({ "id": "a", "name": name });
            let flattened = client.prompt("ask_for", sent.clone()).await.unwrap();
            assert_eq!(flattened, client.prompt("ask_for_plain", sent).await.unwrap());
        }
    });
}

/// A number with a secret, which refuses some numbers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Parts")]
#[schemars(crate = "mcp_runtime::schemars", with = "Parts")]
struct Lucky(u32);

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "mcp_runtime::schemars")]
#[serde(deny_unknown_fields)]
struct Parts {
    n: u32,
    z: Option<String>,
}

impl TryFrom<Parts> for Lucky {
    type Error = String;

    fn try_from(parts: Parts) -> Result<Self, String> {
        match (parts.n, parts.z) {
            (13, _) => Err("13 is unlucky".to_owned()),
            (n, _) => Ok(Self(n)),
        }
    }
}

/// Draw a number.
#[tool]
async fn draw(#[arg(flatten)] lucky: Lucky) -> String {
    lucky.0.to_string()
}

/// The client does not know the parameter's name, and need not read what it has sent.
#[test]
fn a_struct_that_is_refused_is_named_by_its_members() {
    block_on(async {
        let server: Server = Server::new("draw", "1.0.0").with(handlers![draw]);
        let mut client = server.state(()).test_client().await;
        assert_eq!(client.text("draw", json!({ "n": 12, "z": "a" })).await.unwrap(), "12");
        for (sent, wrong) in [
            (json!({ "n": 13 }), "`n`: 13 is unlucky"),
            (json!({ "n": 13, "z": "secret" }), "`n`, `z`: 13 is unlucky"),
        ] {
            let error = client.text("draw", sent).await.unwrap_err().to_string();
            assert!(error.ends_with(wrong), "{error}");
        }
    });
}
