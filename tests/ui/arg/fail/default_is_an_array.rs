use mcp_runtime::prelude::*;

#[tool]
async fn show(#[arg(default = ["a", "b"])] names: Vec<String>) -> String {
    names.concat()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
