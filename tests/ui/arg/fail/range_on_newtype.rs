use mcp_runtime::prelude::*;

#[data]
struct Count(u32);

#[tool]
async fn show(#[arg(range = 1..=3)] n: Count) -> String {
    format!("{}", n.0)
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
