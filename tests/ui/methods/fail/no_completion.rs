use mcp_runtime::prelude::*;

struct Store(u32);

#[methods]
impl Store {
    #[prompt]
    async fn count(&self, #[arg(complete = Self::names)] name: String) -> String {
        format!("{name} {}", self.0)
    }

    fn names(&self, typed: String) -> Vec<String> {
        vec![typed]
    }
}

fn main() {
    let _: Handlers<Store> = Store::handlers();
}
