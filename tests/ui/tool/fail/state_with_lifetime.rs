use mcp_runtime::prelude::*;

struct Store<'a>(&'a str);

#[tool]
async fn show(store: &Store<'_>) -> String {
    store.0.to_owned()
}

fn main() {
    let _: Handlers<Store<'static>> = handlers![show];
}
