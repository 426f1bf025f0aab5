use mcp_runtime::prelude::*;

#[form]
struct Picture {
    image: Option<Vec<u8>>,
}

fn main() {}
