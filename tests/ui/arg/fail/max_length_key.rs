use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(max_length = 5)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
