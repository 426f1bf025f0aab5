use mcp_runtime::prelude::*;

#[form]
struct Note {
    #[arg(description = "x")]
    a_b: u32,
}

fn main() {}
