use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[tool]
async fn put(
    #[arg(rest)] numbers: HashMap<String, i64>,
    #[arg(rest)] texts: HashMap<String, String>,
) -> usize {
    numbers.len() + texts.len()
}

fn main() {
    let _: Handlers<()> = handlers![put];
}
