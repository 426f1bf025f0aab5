use mcp_runtime::prelude::*;

struct Store;

#[derive(State)]
struct App {
    store: Store,
    #[state(skipp)]
    name: String,
}

fn main() {
    let _ = App { store: Store, name: String::new() }.name;
}
