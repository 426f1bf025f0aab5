use mcp_runtime::prelude::*;

struct Sum(i64);

#[tool]
async fn add(a: i64, b: i64) -> Result<Sum, String> {
    Ok(Sum(a + b))
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
