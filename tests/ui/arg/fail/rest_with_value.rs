use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[tool]
async fn put(#[arg(rest = true)] texts: HashMap<String, String>) -> usize {
    texts.len()
}

fn main() {
    let _: Handlers<()> = handlers![put];
}
