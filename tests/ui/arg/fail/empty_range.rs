use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(range = 20..=1)] n: u32) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
