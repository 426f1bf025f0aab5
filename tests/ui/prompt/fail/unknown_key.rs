use mcp_runtime::prelude::*;

#[prompt(description = "Greet.", read_only)]
async fn greet(name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
