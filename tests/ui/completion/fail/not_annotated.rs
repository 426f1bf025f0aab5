use mcp_runtime::prelude::*;

async fn names(typed: String) -> Vec<String> {
    vec![typed]
}

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
