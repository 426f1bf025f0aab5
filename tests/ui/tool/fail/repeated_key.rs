use mcp_runtime::prelude::*;

#[tool(title = "Add", read_only, title = "Sum")]
async fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
