use mcp_runtime::prelude::*;

struct Store;

#[tool]
async fn show(State(store): State<Store>) -> String {
    String::new()
}

fn main() {
    let _: Handlers<Store> = handlers![show];
}
