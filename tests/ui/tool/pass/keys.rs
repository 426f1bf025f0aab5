use mcp_runtime::prelude::*;

#[tool(
    name = "add-numbers",
    title = "Add numbers",
    description = "Adds two numbers.",
    read_only,
    idempotent,
    closed_world,
    strict,
    blocking
)]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Docs and a trailing comma.
#[tool(additive, idempotent)]
async fn note(text: String) -> String {
    text
}

#[tool()]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![add, note, ping];
}
