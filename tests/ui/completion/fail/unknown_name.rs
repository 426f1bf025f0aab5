use mcp_runtime::prelude::*;

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
