use mcp_runtime::prelude::*;

use std::path::Path;

#[tool]
async fn show(n: Option<&Path>) -> String {
    format!("{n:?}")
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
