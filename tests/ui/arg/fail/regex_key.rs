use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(regex = "a")] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
