use mcp_runtime::prelude::*;

#[tool(read_only = false)]
async fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
