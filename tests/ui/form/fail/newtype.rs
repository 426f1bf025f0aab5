use mcp_runtime::prelude::*;

#[data]
struct Name(String);
#[form]
struct F {
    a: Name,
}

fn main() {}
