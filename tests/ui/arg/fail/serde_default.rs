use mcp_runtime::prelude::*;

#[tool]
async fn show(#[serde(default)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
