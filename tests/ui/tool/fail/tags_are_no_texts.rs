use mcp_runtime::prelude::*;

#[tool(tags(net, "slow"))]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
