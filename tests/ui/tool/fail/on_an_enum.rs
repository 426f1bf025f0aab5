use mcp_runtime::prelude::*;

#[tool]
enum Order {
    A,
}

fn main() {}
