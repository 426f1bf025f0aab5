use mcp_runtime::prelude::*;

#[tool(destructive = false)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
