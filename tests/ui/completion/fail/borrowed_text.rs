use mcp_runtime::prelude::*;

#[completion]
fn names(typed: &str) -> Vec<String> {
    vec![typed.to_owned()]
}

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
