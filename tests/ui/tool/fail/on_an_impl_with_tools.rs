use mcp_runtime::prelude::*;

struct Notes;

#[tool]
impl Notes {
    #[tool]
    async fn show(&self) -> String {
        String::new()
    }
}

fn main() {}
