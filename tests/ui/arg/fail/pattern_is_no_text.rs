use mcp_runtime::prelude::*;

#[tool]
async fn greet(#[arg(pattern = 1)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
