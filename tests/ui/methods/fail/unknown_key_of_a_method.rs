use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[tool(titel = "Count")]
    async fn count(&self) -> u32 {
        self.0
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
