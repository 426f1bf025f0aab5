use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(default = "abcdef", length = 1..=3)] n: String) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
