use mcp_runtime::prelude::*;

#[tool(read_only_hint = true)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
