use mcp_runtime::prelude::*;

#[tool(meta(beta))]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
