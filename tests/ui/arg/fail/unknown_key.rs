use mcp_runtime::prelude::*;

#[tool]
async fn greet(#[arg(defualt)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
