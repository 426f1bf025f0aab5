use mcp_runtime::prelude::*;

#[tool]
async fn add(a: i64, b: i64) -> i64
where
    i64: Copy,
{
    a + b
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
