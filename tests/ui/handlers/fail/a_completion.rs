use mcp_runtime::prelude::*;

#[completion]
async fn names(typed: String) -> Vec<String> {
    vec![typed]
}

fn main() {
    let _: Handlers<()> = handlers![names];
}
