use mcp_runtime::prelude::*;

struct Inner {
    x: u32,
}

#[form]
struct Note {
    a: Inner,
}

fn main() {}
