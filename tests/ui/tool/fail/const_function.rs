use mcp_runtime::prelude::*;

#[tool]
const fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
