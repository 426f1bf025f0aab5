use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[tool]
    async fn count(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
