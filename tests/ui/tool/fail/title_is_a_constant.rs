use mcp_runtime::prelude::*;

const TEXT: &str = "x";

#[tool(title = TEXT)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
