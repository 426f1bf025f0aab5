use mcp_runtime::prelude::*;

#[tool]
async fn show(#[schemars(range(min = 1, max = 10))] n: u32) -> String {
    n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
