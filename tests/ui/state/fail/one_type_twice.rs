use mcp_runtime::prelude::*;

struct Store;

#[derive(State)]
struct App {
    tasks: Store,
    archive: Store,
}

#[tool]
async fn ping(store: &Store) {
    let _ = store;
}

fn main() {
    let _: Handlers<App> = handlers![ping];
}
