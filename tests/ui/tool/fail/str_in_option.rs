use mcp_runtime::prelude::*;

#[tool]
async fn greet(name: Option<&str>) -> String {
    name.unwrap_or("you").to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
