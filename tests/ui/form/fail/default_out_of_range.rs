use mcp_runtime::prelude::*;

#[form]
struct F {
    #[arg(default = 30, range = 1..=20)]
    n: u32,
}

fn main() {}
