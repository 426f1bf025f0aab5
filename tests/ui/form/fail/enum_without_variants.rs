use mcp_runtime::prelude::*;

#[form]
enum Nothing {}

fn main() {}
