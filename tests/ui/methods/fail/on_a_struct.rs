use mcp_runtime::prelude::*;

#[methods]
struct Store;

fn main() {
    let _ = Store;
}
