use mcp_runtime::prelude::*;

use std::path::Path;

#[tool]
async fn show(n: &Path) -> String {
    n.display().to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
