use mcp_runtime::prelude::*;

#[tool(input_schema = 3)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
