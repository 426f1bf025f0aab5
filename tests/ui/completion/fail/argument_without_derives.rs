use mcp_runtime::prelude::*;

struct Id(String);

#[completion]
fn names(typed: String, id: Option<Id>) -> Vec<String> {
    vec![typed, id.map(|id| id.0).unwrap_or_default()]
}

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
