use mcp_runtime::prelude::*;

#[tool]
async fn show(#[clap(long)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
