use mcp_runtime::prelude::*;

struct Store;

#[tool]
async fn count<'a>(store: &'a Store) -> i64 {
    let _ = store;
    1
}

fn main() {
    let _: Handlers<Store> = handlers![count];
}
