use mcp_runtime::prelude::*;

#[tool]
async fn show(n: Vec<&str>) -> String {
    n.concat()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
