use mcp_runtime::prelude::*;

#[completion]
async fn names(typed: String) -> Vec<String> {
    vec![typed]
}

#[tool]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
