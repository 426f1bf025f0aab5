use mcp_runtime::prelude::*;

#[resource("notes://all", audience = ["user"])]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
