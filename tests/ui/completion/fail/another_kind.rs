use mcp_runtime::prelude::*;

#[prompt]
async fn names(typed: String) -> String {
    typed
}

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet, names];
}
