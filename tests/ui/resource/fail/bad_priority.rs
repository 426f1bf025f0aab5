use mcp_runtime::prelude::*;

#[resource("notes://all", priority = 7)]
async fn all() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![all];
}
