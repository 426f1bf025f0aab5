use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[tool]
    const COUNT: u32 = { 1 };

    #[tool]
    async fn count(&self) -> u32 {
        self.0 + Self::COUNT
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
