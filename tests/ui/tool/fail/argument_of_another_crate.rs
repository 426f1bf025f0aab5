use mcp_runtime::prelude::*;

#[tool]
async fn show(n: std::time::Instant) -> String {
    format!("{n:?}")
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
