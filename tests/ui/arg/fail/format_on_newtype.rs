use mcp_runtime::prelude::*;

#[data]
struct Name(String);

#[tool]
async fn show(#[arg(format = "email")] n: Name) -> String {
    format!("{}", n.0)
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
