use mcp_runtime::prelude::*;

use serde::Deserialize;

#[derive(Deserialize)]
struct Name(String);

#[tool]
async fn greet(name: Option<Name>) -> String {
    name.map(|name| name.0).unwrap_or_default()
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
