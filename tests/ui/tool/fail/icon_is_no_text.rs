use mcp_runtime::prelude::*;

#[tool(icon(48))]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
