use mcp_runtime::prelude::*;

struct Store;
struct Clock;

#[tool]
async fn count(store: &Store, clock: &Clock, ctx: &Context) -> i64 {
    let _ = (store, clock, ctx);
    1
}

fn main() {
    let _ = Server::new("counter", "1.0.0").with(handlers![count]).state(Store);
}
