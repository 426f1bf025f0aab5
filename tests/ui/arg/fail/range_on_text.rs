use mcp_runtime::prelude::*;

#[tool]
async fn greet(#[arg(range = 1..=20)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
