use mcp_runtime::prelude::*;

#[derive(Default)]
struct Name(String);

#[tool]
async fn greet(#[arg(default)] name: Name) -> String {
    name.0
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
