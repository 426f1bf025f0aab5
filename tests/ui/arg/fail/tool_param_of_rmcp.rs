use mcp_runtime::prelude::*;

#[tool]
async fn show(#[tool(param)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
