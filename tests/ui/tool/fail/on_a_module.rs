use mcp_runtime::prelude::*;

#[tool]
mod tools {
    pub async fn show() -> String {
        String::new()
    }
}

fn main() {}
