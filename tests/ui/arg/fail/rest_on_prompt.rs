use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[prompt]
async fn write(#[arg(rest)] texts: HashMap<String, String>) -> String {
    texts.into_keys().collect()
}

fn main() {
    let _: Handlers<()> = handlers![write];
}
