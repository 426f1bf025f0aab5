use mcp_runtime::prelude::*;

#[tool(title: "Show")]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
