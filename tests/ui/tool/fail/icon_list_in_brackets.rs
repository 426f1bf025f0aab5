use mcp_runtime::prelude::*;

#[tool(icon = ["https://a", "https://b"])]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
