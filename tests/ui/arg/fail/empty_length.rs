use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(length = 5..5)] n: String) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
