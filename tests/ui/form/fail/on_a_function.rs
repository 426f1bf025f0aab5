use mcp_runtime::prelude::*;

#[form]
fn main() {}
