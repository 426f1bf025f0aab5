//! Tools whose arguments are held against more than a type, offered with `--misbehave`: what a
//! check costs is measured with them. They keep nothing of what they are sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mcp_runtime::prelude::*;

/// All of them.
pub(super) fn tools<S: Send + Sync + 'static>() -> Handlers<S> {
    handlers![graft, apply, collect, choose, measure, label, grow, flatten, route]
}

/// A tool with an argument inside another one that is repeated in a header.
pub(super) fn send<S: 'static>() -> Tool<S> {
    let region = json!({ "type": "string", "x-mcp-header": "Region" });
    let to = json!({ "type": "object", "properties": { "region": region } });
    let schema = json!({ "type": "object", "properties": { "to": to } });
    Tool::raw("send", schema, async |_| Ok::<_, String>("sent")).description("Send a thing.")
}

/// Take what clients repeat in headers.
#[tool]
async fn route(
    #[arg(header = "Region")] region: Option<String>,
    #[arg(header = "Number")] number: Option<i64>,
    #[arg(header = "Urgent")] is_urgent: Option<bool>,
) -> String {
    format!("{region:?} {number:?} {is_urgent:?}")
}

/// A thing with members.
#[data]
struct Node {
    name: String,
    size: Option<u32>,
}

/// One of several things that are told apart by `kind`.
#[data]
#[serde(tag = "kind")]
enum Op {
    Add { value: i64 },
    Remove { name: String },
}

/// One of several things that nothing tells apart.
#[data]
#[serde(untagged)]
enum Untold {
    Size { size: u32 },
    Sizes { sizes: Vec<u32> },
    Name(String),
}

/// A thing that holds others of its kind.
#[data]
struct Tree {
    label: u8,
    children: Vec<Tree>,
}

/// A thing with the members of another one.
#[data]
struct Flat {
    id: u32,
    #[serde(flatten)]
    op: Op,
}

/// Take a thing.
#[tool]
async fn graft(node: Node) -> &'static str {
    let _ = node;
    "grafted"
}

/// Take things by their kind.
#[tool]
async fn apply(ops: Vec<Op>) -> String {
    ops.len().to_string()
}

/// Take different things.
#[tool]
async fn collect(numbers: Option<BTreeSet<u32>>, nodes: Option<Vec<Node>>) -> String {
    format!("{} {}", numbers.map_or(0, |it| it.len()), nodes.map_or(0, |it| it.len()))
}

/// Take one of several things.
#[tool]
async fn choose(untold: Untold) -> &'static str {
    let _ = untold;
    "chosen"
}

/// Take many numbers.
#[tool]
async fn measure(sizes: Vec<u32>, by_name: Option<BTreeMap<String, Vec<u32>>>) -> String {
    format!("{} {}", sizes.len(), by_name.map_or(0, |it| it.len()))
}

/// Take a text of some form.
#[tool]
async fn label(#[arg(format = "uri")] text: String) -> String {
    text.len().to_string()
}

/// Take a tree.
#[tool]
async fn grow(tree: Tree) -> String {
    tree.children.len().to_string()
}

/// Take flat things.
#[tool]
async fn flatten(flat: Vec<Flat>, more: Option<HashMap<String, Untold>>) -> String {
    format!("{} {}", flat.len(), more.map_or(0, |it| it.len()))
}
