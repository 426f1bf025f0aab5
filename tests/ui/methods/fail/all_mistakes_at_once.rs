// errors: 4
use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[tool(read_only, destructive)]
    async fn count(&mut self) -> u32 {
        self.0
    }

    #[resource("counts://{id}")]
    async fn one(&self) -> u32 {
        self.0
    }

    #[prompt]
    async fn write(&self, about: &str) -> String {
        about.to_owned()
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
