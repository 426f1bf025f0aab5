use mcp_runtime::prelude::*;

#[form]
struct Contact {
    names: Vec<String>,
}

fn main() {}
