use mcp_runtime::prelude::*;

#[tool(crate = "mcp_runtime")]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
