use mcp_runtime::prelude::*;

#[resource("notes://all", audience("user", "model"))]
async fn all() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![all];
}
