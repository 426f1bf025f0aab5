use mcp_runtime::prelude::*;

#[methods]
mod tools {}

fn main() {}
