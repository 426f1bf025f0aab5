use mcp_runtime::prelude::*;

#[tool(open_world = false)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
