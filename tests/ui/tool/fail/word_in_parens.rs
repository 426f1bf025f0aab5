use mcp_runtime::prelude::*;

#[tool(read_only(true))]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
