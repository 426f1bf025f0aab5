use mcp_runtime::prelude::*;

#[tool]
async fn greet(#[arg(default = 5)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
