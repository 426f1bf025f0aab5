use mcp_runtime::prelude::*;

#[form]
struct Contact {
    #[arg(range = 1..=9)]
    name: String,
}

fn main() {}
