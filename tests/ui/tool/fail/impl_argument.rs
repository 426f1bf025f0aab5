use mcp_runtime::prelude::*;

#[tool]
async fn greet(name: impl ToString) -> String {
    name.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
