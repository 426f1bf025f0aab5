use mcp_runtime::prelude::*;

#[data(rename_all = "camelCase")]
struct Note {
    a_b: u32,
}

fn main() {}
