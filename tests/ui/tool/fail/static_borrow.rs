use mcp_runtime::prelude::*;

struct Store;

#[tool]
async fn count(store: &'static Store) -> i64 {
    let _ = store;
    1
}

fn main() {
    let _: Handlers<Store> = handlers![count];
}
