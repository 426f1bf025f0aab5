#![deny(dead_code)]

use mcp_runtime::prelude::*;

#[completion]
fn names(typed: String) -> Vec<String> {
    vec![typed]
}

fn main() {}
