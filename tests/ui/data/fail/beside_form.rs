use mcp_runtime::prelude::*;

#[data]
#[form]
struct Note {
    a: u32,
}

fn main() {}
