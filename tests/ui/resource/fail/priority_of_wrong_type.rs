use mcp_runtime::prelude::*;

const PRIORITY: &str = "high";

#[resource("notes://all", priority = PRIORITY)]
async fn all() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![all];
}
