use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(header = "X Y")] n: String) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
