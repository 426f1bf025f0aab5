use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[tool]
    #[prompt]
    async fn count(&self) -> String {
        self.0.to_string()
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
