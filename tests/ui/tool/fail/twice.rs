use mcp_runtime::prelude::*;

#[tool]
#[tool]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
