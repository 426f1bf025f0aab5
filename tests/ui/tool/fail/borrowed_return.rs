use mcp_runtime::prelude::*;

struct Store {
    motto: String,
}

#[tool]
async fn motto(store: &Store) -> &str {
    &store.motto
}

fn main() {
    let _: Handlers<Store> = handlers![motto];
}
