use mcp_runtime::prelude::*;

struct Store(u32);
struct Clock;

#[methods]
impl Store {
    #[tool]
    async fn count(&self) -> u32 {
        self.0
    }
}

fn main() {
    let _: Handlers<Clock> = Store::handlers();
}
