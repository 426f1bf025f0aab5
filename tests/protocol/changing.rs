//! A server that changes while it serves: what its resources hold, and what it offers.

use mcp_runtime::prelude::*;
use mcp_runtime::{ReadyServer, Switch};

/// A server with a switch, and with resources that tell their changes and one that does not.
pub(crate) fn changing() -> ReadyServer {
    let mut server = Server::new("changing", "1.0.0")
        .with(handlers![update, tell, turn, extra, other])
        .with(handlers![value, quiet, item, ask]);
    let switch = server.switch();
    switch.tool("extra", false);
    server.state(switch)
}

/// A server whose resources tell their changes, and nothing else does.
pub(crate) fn told() -> ReadyServer {
    Server::new("told", "1.0.0").with(handlers![update, value, quiet]).state(())
}

/// A server whose list of resources changes with what its template stands for.
pub(crate) fn instances() -> ReadyServer {
    Server::new("instances", "1.0.0").with(handlers![tell, item, ask]).state(())
}

/// Tell that resources hold something else.
#[tool]
async fn update(ctx: &Context, uris: Vec<String>) -> &'static str {
    for uri in uris {
        ctx.notifier().updated(uri);
    }
    "told"
}

/// A list.
#[data]
enum List {
    Tools,
    Prompts,
    Resources,
}

/// Tell that a list has changed.
#[tool]
async fn tell(ctx: &Context, list: List) -> &'static str {
    match list {
        List::Tools => ctx.notifier().tools_changed(),
        List::Prompts => ctx.notifier().prompts_changed(),
        List::Resources => ctx.notifier().resources_changed(),
    }
    "told"
}

/// Turn something on or off.
#[tool]
async fn turn(switch: &Switch, of: List, name: String, on: bool) -> String {
    let is_there = match of {
        List::Tools => switch.tool(&name, on),
        List::Prompts => switch.prompt(&name, on),
        List::Resources => switch.resource(&name, on),
    };
    if is_there { "turned".to_owned() } else { format!("there is no {name}") }
}

/// Be there only sometimes.
#[tool]
async fn extra() -> &'static str {
    "extra"
}

/// Be there.
#[tool]
async fn other() -> &'static str {
    "other"
}

/// A value.
#[resource("changes://value", subscribe)]
async fn value() -> &'static str {
    "value"
}

/// A value that nobody is told of.
#[resource("changes://quiet")]
async fn quiet() -> &'static str {
    "quiet"
}

/// One of some items.
#[resource("changes://item/{id}", listed, subscribe)]
async fn item(#[arg(complete = ids)] id: String) -> String {
    format!("item {id}")
}

/// The items.
#[completion]
async fn ids(typed: String) -> Vec<&'static str> {
    ["a", "b"].into_iter().filter(|id| id.starts_with(&typed)).collect()
}

/// Ask something.
#[prompt]
async fn ask() -> &'static str {
    "Ask."
}
