#![deny(dead_code)]

use mcp_runtime::prelude::*;

#[tool]
async fn ping() {}

fn main() {}
