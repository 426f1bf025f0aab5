use mcp_runtime::prelude::*;

struct Store;

trait Count {
    fn count(&self) -> String;
}

#[methods]
impl Count for Store {
    #[tool]
    fn count(&self) -> String {
        String::new()
    }
}

fn main() {}
