use mcp_runtime::prelude::*;

#[tool(timeout = std::time::Duration::from_secs(30))]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
