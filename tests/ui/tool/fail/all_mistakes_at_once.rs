// errors: 4
use mcp_runtime::prelude::*;

#[tool(titel = "Add", name = "add numbers")]
async fn add(a: &str, b: impl Into<i64>) -> i64 {
    a.len() as i64 + b.into()
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
