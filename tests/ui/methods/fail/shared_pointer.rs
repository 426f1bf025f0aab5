use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[tool]
    async fn count(self: std::sync::Arc<Self>) -> u32 {
        self.0
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
