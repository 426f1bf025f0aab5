#![deny(dead_code)]

use mcp_runtime::prelude::*;

pub struct Store(u32);

#[methods]
impl Store {
    #[tool]
    async fn count(&self) -> u32 {
        self.0
    }
}

fn main() {}
