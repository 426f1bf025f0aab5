use mcp_runtime::prelude::*;

#[form]
struct Nothing;

fn main() {}
