use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(range = "1..=20")] n: u32) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
