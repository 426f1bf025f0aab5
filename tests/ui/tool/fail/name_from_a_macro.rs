use mcp_runtime::prelude::*;

#[tool(name = concat!("a", "b"))]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
