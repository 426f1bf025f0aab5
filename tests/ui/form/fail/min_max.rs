use mcp_runtime::prelude::*;

#[form]
struct Note {
    #[arg(min = 3)]
    a_b: u32,
}

fn main() {}
