use mcp_runtime::prelude::*;

#[data]
#[data]
struct Note {
    a: u32,
}

fn main() {}
