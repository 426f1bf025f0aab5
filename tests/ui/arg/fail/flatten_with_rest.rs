use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[tool]
async fn list(#[arg(rest, flatten)] labels: HashMap<String, String>) -> usize {
    labels.len()
}

fn main() {
    let _: Handlers<()> = handlers![list];
}
