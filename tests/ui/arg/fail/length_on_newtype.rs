use mcp_runtime::prelude::*;

#[data]
struct Name(String);

#[tool]
async fn show(#[arg(length = 1..=3)] n: Name) -> String {
    format!("{}", n.0)
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
