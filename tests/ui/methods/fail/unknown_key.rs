use mcp_runtime::prelude::*;

struct Store(u32);

#[methods(prefix = "store")]
impl Store {
    #[tool]
    async fn count(&self) -> u32 {
        self.0
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
