use mcp_runtime::prelude::*;

#[tool]
async fn sum(numbers: &[i64]) -> i64 {
    numbers.iter().sum()
}

fn main() {
    let _: Handlers<()> = handlers![sum];
}
