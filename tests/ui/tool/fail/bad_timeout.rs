use mcp_runtime::prelude::*;

#[tool(timeout = "soon")]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
