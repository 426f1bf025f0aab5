use mcp_runtime::prelude::*;

#[tool]
async fn greet(name: &str) -> String {
    name.to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
