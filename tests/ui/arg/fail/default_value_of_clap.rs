use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(default_value = "a")] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
