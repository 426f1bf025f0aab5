use mcp_runtime::prelude::*;

#[tool]
#[prompt]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
