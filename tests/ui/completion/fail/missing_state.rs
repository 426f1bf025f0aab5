use mcp_runtime::prelude::*;

struct Store;
struct Clock;

#[completion]
fn names(clock: &Clock, typed: String) -> Vec<String> {
    let _ = clock;
    vec![typed]
}

#[prompt]
async fn greet(#[arg(complete = names)] name: String) -> String {
    name
}

fn main() {
    let _: Handlers<Store> = handlers![greet];
}
