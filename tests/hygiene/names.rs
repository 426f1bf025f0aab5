//! Parameters and functions with the names an expansion would like to have.

use mcp_runtime::{Context, Handlers, handlers, prompt, resource, tool};

struct Store;

#[tool]
async fn parameters(
    state: &Store,
    ctx: &Context,
    args: String,
    arguments: String,
    call: String,
    context: String,
    inputs: String,
    generator: String,
    returns: String,
    returned: String,
    slot: String,
    #[arg(default = "x")] default: String,
    r#type: String,
    r#async: Option<String>,
    tool: String,
    declare: u8,
    core: u8,
    std: u8,
    mcp_runtime: u8,
) -> String {
    let _ = (state, ctx, call, context, inputs, generator, returns, returned, slot, default);
    let _ = (r#async, tool, declare, core, std, mcp_runtime);
    args + &arguments + &r#type
}

#[tool]
async fn r#match(r#fn: u8) -> u8 {
    r#fn
}

#[tool]
async fn call(call: u8) -> u8 {
    call
}

#[tool]
fn declare(state: &Store) {
    let _ = state;
}

#[tool]
async fn split() -> Result<(), String> {
    Ok(())
}

#[resource("names://{type}{?match}")]
async fn arguments(r#type: String, r#match: Option<u8>) -> String {
    let _ = r#match;
    r#type
}

#[prompt]
async fn r#yield(r#in: String) -> String {
    r#in
}

#[test]
fn listed() {
    let handlers: Handlers<Store> =
        handlers![parameters, r#match, call, declare, split, arguments, r#yield];
    let names = super::names(&handlers);
    assert_eq!(names, ["parameters", "match", "call", "declare", "split", "yield"]);
}
