use mcp_runtime::prelude::*;

#[methods]
async fn count() -> String {
    String::new()
}

fn main() {}
