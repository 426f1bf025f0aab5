use mcp_runtime::prelude::*;

#[data]
struct Args {
    n: u32,
}

#[tool]
async fn show(Parameters(Args { n }): Parameters<Args>) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
