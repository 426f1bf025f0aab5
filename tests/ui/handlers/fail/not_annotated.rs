use mcp_runtime::prelude::*;

async fn ping() {}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
