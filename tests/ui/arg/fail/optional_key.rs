use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(optional)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
