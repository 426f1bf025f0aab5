use mcp_runtime::prelude::*;

#[tool(desc = "Show.")]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
