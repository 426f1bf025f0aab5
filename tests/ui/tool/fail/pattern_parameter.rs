use mcp_runtime::prelude::*;

#[tool]
async fn sum((a, b): (i64, i64)) -> i64 {
    a + b
}

fn main() {
    let _: Handlers<()> = handlers![sum];
}
