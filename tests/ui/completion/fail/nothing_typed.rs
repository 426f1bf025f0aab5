use mcp_runtime::prelude::*;

struct Store;

#[completion]
async fn names(store: &Store) -> Vec<String> {
    let _ = store;
    Vec::new()
}

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<Store> = handlers![greet];
}
