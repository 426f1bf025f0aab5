use mcp_runtime::prelude::*;

struct Store;

#[methods]
impl Store {
    fn count(&self) -> usize {
        0
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
