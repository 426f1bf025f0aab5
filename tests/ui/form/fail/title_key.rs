use mcp_runtime::prelude::*;

#[form(title = "Contact")]
struct Note {
    a_b: u32,
}

fn main() {}
