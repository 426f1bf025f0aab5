use mcp_runtime::prelude::*;

#[data]
fn main() {}
