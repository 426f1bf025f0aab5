use mcp_runtime::prelude::*;

#[tool(name("show_it"))]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
