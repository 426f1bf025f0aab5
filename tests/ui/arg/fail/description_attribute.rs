use mcp_runtime::prelude::*;

#[tool]
async fn show(#[description = "many"] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
