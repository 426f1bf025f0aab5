use mcp_runtime::prelude::*;

use mcp_runtime::schemars::{self, JsonSchema};
use serde::Deserialize;

#[derive(Default, Deserialize, JsonSchema)]
struct Name(String);

#[tool]
async fn greet(#[arg(default)] name: Name) -> String {
    name.0
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
