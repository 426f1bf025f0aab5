use mcp_runtime::prelude::*;

#[tool(meta("com.mcp.tools/cost" = 1))]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
