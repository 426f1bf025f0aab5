use mcp_runtime::prelude::*;

#[tool]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping, ping];
}
