use mcp_runtime::prelude::*;

#[tool(titel = "Add")]
async fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
