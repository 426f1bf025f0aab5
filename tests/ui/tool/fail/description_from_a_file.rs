use mcp_runtime::prelude::*;

#[tool(description = include_str!("show.md"))]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
