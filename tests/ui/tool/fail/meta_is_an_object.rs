use mcp_runtime::prelude::*;

#[tool(meta = { "a": 1 })]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
