use mcp_runtime::prelude::*;

#[tool]
async fn sum(_: i64) -> i64 {
    1
}

fn main() {
    let _: Handlers<()> = handlers![sum];
}
