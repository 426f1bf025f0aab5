use mcp_runtime::prelude::*;

#[tool(tags = ["a", "b"])]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
