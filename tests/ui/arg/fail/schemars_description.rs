use mcp_runtime::prelude::*;

#[tool]
async fn show(#[schemars(description = "many")] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
