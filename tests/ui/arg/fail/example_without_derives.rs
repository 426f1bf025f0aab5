use mcp_runtime::prelude::*;

struct Name(String);

#[tool]
async fn greet(#[arg(example = Name("you".to_owned()))] name: Name) -> String {
    name.0
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
