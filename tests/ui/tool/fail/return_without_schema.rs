use mcp_runtime::prelude::*;

use serde::Serialize;

#[derive(Serialize)]
struct Sum(i64);

#[tool]
async fn add(a: i64, b: i64) -> Sum {
    Sum(a + b)
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
