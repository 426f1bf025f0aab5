use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(length(max = 20))] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
