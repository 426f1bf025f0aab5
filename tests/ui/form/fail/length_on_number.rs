use mcp_runtime::prelude::*;

#[form]
struct Contact {
    #[arg(length = 1..=9)]
    age: u32,
}

fn main() {}
