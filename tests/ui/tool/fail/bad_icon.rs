use mcp_runtime::prelude::*;

#[tool(icon = "icon.png")]
async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
