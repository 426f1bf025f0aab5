use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(format = email)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
