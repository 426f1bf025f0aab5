//! What is published of types that hosts or models have stumbled over.

use std::collections::{BTreeMap, HashMap};

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::Value;
use mcp_runtime::testing::block_on;

/// Nothing at all.
#[data]
struct Empty {}

/// Ask for nothing.
#[tool]
async fn nothing() -> Empty {
    Empty {}
}

/// R2: some hosts lose the whole session over an object without `properties`.
#[test]
fn objects_without_members_say_so() {
    let tool = published(handlers![nothing]);
    assert_eq!(
        tool["inputSchema"],
        json!({ "type": "object", "properties": {}, "additionalProperties": false })
    );
    assert_eq!(tool["outputSchema"]["properties"], json!({}));
}

/// A place, and another one of the same kind.
#[tool]
async fn go(pair: (i64, String), line: (f64, f64), nested: Vec<(bool, Empty)>) -> String {
    format!("{pair:?} {line:?} {}", nested.len())
}

/// R8: some hosts refuse an array without `items`.
#[test]
fn tuples_have_items_beside_prefix_items() {
    let properties = &published(handlers![go])["inputSchema"]["properties"];
    let (integer, text) = (json!({ "type": "integer" }), json!({ "type": "string" }));
    assert_eq!(properties["pair"]["prefixItems"], json!([integer, text]));
    assert_eq!(properties["pair"]["items"], json!({ "anyOf": [integer, text] }));
    assert_eq!(properties["line"]["items"], json!({ "type": "number" }));
    let items = &properties["nested"]["items"]["items"];
    assert_eq!(items["anyOf"][0], json!({ "type": "boolean" }));

    let sent = |pair: Value| json!({ "pair": pair, "line": [0, 1], "nested": [] });
    let answer = |pair| told(handlers![go], "go", sent(pair));
    assert!(answer(json!([1, "a"])).is_ok());
    for wrong in [json!(["a", 1]), json!([1]), json!([1, "a", 2])] {
        assert!(answer(wrong.clone()).is_err(), "{wrong}");
    }
}

/// Count by numbers.
#[tool]
async fn tally(
    counts: BTreeMap<u32, String>,
    signed: HashMap<i8, Vec<(u8, u8)>>,
    #[arg(default)] more: Option<BTreeMap<u64, BTreeMap<i64, bool>>>,
) -> String {
    format!("{counts:?} {signed:?} {more:?}")
}

/// R18: hosts that do not know `patternProperties` see an object that is closed to every member.
#[test]
fn maps_with_numbers_as_keys_are_open_and_their_keys_are_checked() {
    let tool = published(handlers![tally]);
    assert!(!tool["inputSchema"].to_string().contains("patternProperties"), "{tool}");
    let properties = &tool["inputSchema"]["properties"];
    assert_eq!(properties["counts"]["additionalProperties"], json!({ "type": "string" }));

    let answer = |counts, signed| {
        told(handlers![tally], "tally", json!({ "counts": counts, "signed": signed }))
    };
    assert!(answer(json!({ "1": "a" }), json!({ "-1": [[1, 2]] })).is_ok());
    for (counts, signed) in [
        (json!({ "x": "a" }), json!({})),
        (json!({ "-1": "a" }), json!({})),
        (json!({ "1": 1 }), json!({})),
        (json!({}), json!({ "128": [] })),
    ] {
        let refused = answer(counts.clone(), signed.clone());
        assert!(refused.is_err(), "{counts} {signed} {refused:?}");
    }
}

/// Take anything.
#[tool]
async fn anything(name: String, #[arg(rest)] rest: HashMap<String, Value>) -> String {
    format!("{name} {}", rest.len())
}

/// Take anything, and say what it is.
#[tool]
async fn described(
    /// What else there is.
    #[arg(rest)]
    rest: HashMap<String, Value>,
    free: HashMap<String, Value>,
) -> String {
    format!("{} {}", rest.len(), free.len())
}

/// R19: the Inspector's `--strict` warns about `additionalProperties: {}`.
#[test]
fn arguments_of_any_kind_go_without_saying() {
    let schema = published(handlers![anything])["inputSchema"].take();
    assert_eq!(schema.get("additionalProperties"), None, "{schema}");
    let schema = published(handlers![described])["inputSchema"].take();
    assert!(!schema.to_string().contains("additionalProperties"), "{schema}");
    assert_eq!(schema["description"], "What else there is.");

    let arguments = json!({ "name": "n", "a": 1, "b": [null], "c": { "d": {} } });
    assert_eq!(told(handlers![anything], "anything", arguments).unwrap(), "n 3");
}

/// What to look for.
#[data]
#[derive(Debug)]
struct Query {
    tag: Option<String>,
    limit: Option<u8>,
    within: Option<Box<Query>>,
}

/// A way to look.
#[data]
#[derive(Debug)]
#[serde(tag = "kind")]
enum Way {
    Near { place: Option<String> },
    Far(Box<Distance>),
    All,
}

/// How far.
#[data]
#[derive(Debug)]
struct Distance {
    metres: Option<u8>,
    via: Option<Box<Way>>,
}

/// By its shape.
#[data]
#[derive(Debug)]
#[serde(untagged)]
enum Shape {
    Circle { radius: Option<u8> },
    Name(String),
}

/// Members of its own, of another struct and of a choice.
#[data]
#[derive(Debug)]
struct Flat {
    id: Option<u8>,
    #[serde(flatten)]
    distance: Size,
}

/// How large.
#[data]
#[derive(Debug)]
struct Size {
    width: Option<u8>,
}

/// A choice among its members.
#[data]
#[derive(Debug)]
struct FlatChoice {
    id: Option<u8>,
    #[serde(flatten)]
    way: Way,
}

/// What it does not name is kept.
#[data]
#[derive(Debug)]
struct Open {
    id: Option<u8>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// Look for something.
#[tool]
#[expect(clippy::too_many_arguments, reason = "one for each kind of type")]
async fn find(
    query: Option<Query>,
    list: Option<Vec<Query>>,
    way: Option<Way>,
    shape: Option<Shape>,
    flat: Option<Flat>,
    choice: Option<FlatChoice>,
    open: Option<Open>,
    pair: Option<(Size, Size)>,
) -> String {
    format!("{query:?} {list:?} {way:?} {shape:?} {flat:?} {choice:?} {open:?} {pair:?}")
}

/// R17: serde ignores a member that a struct does not name, and what was meant by it is lost.
#[test]
fn unknown_members_of_structs_are_refused_with_the_nearest_name() {
    for (arguments, problem) in [
        (json!({ "query": { "tagg": "x" } }), "`query.tagg`: unknown; did you mean `tag`?"),
        (
            json!({ "query": { "within": { "limt": 1 } } }),
            "`query.within.limt`: unknown; did you mean `limit`?",
        ),
        (json!({ "list": [{}, { "limi": 1 }] }), "`list[1].limi`: unknown; did you mean `limit`?"),
        (
            json!({ "way": { "kind": "near", "plac": "x" } }),
            "`way.plac`: unknown; did you mean `place`?",
        ),
        (json!({ "way": { "kind": "all", "kinds": "x" } }), "`way.kinds`: unknown"),
        (
            json!({ "flat": { "id": 1, "widht": 1 } }),
            "`flat.widht`: unknown; did you mean `width`?",
        ),
        (json!({ "shape": { "radiu": 1 } }), "`shape.radiu`: unknown; did you mean `radius`?"),
        (json!({ "pair": [{}, { "with": 1 }] }), "`pair[1].with`: unknown; did you mean `width`?"),
    ] {
        let refused = told(handlers![find], "find", arguments).unwrap_err();
        assert!(refused.contains(problem), "{refused}");
    }
}

#[test]
fn what_a_type_leaves_open_stays_open() {
    for arguments in [
        json!({ "open": { "id": 1, "more": [1] } }),
        json!({ "choice": { "id": 1, "kind": "near", "place": "x" } }),
        json!({ "choice": { "kind": "far", "metres": 1, "via": { "kind": "all" } } }),
        json!({ "way": { "kind": "far", "metres": 1, "via": { "kind": "far", "metres": 2 } } }),
        json!({ "flat": { "id": 1, "width": 2 } }),
        json!({ "shape": "x" }),
    ] {
        let answer = told(handlers![find], "find", arguments.clone());
        assert!(answer.is_ok(), "{arguments} {answer:?}");
    }
}

fn published(handlers: Handlers<()>) -> Value {
    block_on(async {
        let server = Server::new("published", "1.0.0").with(handlers).state(());
        let mut tools = server.test_client().await.request("tools/list", json!({})).await.unwrap();
        tools["tools"][0].take()
    })
}

fn told(handlers: Handlers<()>, tool: &str, arguments: Value) -> Result<String, String> {
    block_on(async {
        let server = Server::new("published", "1.0.0").with(handlers).state(());
        let mut client = server.test_client().await;
        client.text(tool, arguments).await.map_err(|error| error.to_string())
    })
}
