use mcp_runtime::prelude::*;

#[form]
enum Plan<const N: usize> {
    Basic,
}

fn main() {}
