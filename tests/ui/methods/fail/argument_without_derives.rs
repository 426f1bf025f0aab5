use mcp_runtime::prelude::*;

struct Store(u32);
struct Id(u32);

#[methods]
impl Store {
    #[tool]
    async fn count(&self, id: Id) -> u32 {
        self.0 + id.0
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
