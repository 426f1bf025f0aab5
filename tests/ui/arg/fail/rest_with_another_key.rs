use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[tool]
async fn put(#[arg(default, rest)] texts: HashMap<String, String>) -> usize {
    texts.len()
}

fn main() {
    let _: Handlers<()> = handlers![put];
}
