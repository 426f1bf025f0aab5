use mcp_runtime::prelude::*;

#[tool]
async fn double(#[arg(default = "five")] number: i64) -> i64 {
    number * 2
}

fn main() {
    let _: Handlers<()> = handlers![double];
}
