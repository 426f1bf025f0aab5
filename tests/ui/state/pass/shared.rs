#![deny(warnings)]

use std::sync::Arc;

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;

struct Store(u64);

trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

impl Clock for u64 {
    fn now(&self) -> u64 {
        *self
    }
}

/// What an `Arc` shares is lent as well as the `Arc`.
#[derive(State)]
struct App {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
}

#[tool]
async fn of_field(store: &Store, same: &Arc<Store>, clock: &dyn Clock, ctx: &Context) -> u64 {
    let _ = ctx;
    store.0 + same.0 + clock.now()
}

#[tool]
async fn of_state(store: &Store, ctx: &Context) -> u64 {
    let _ = ctx;
    store.0
}

#[tool]
async fn whole(store: &Arc<Store>) -> u64 {
    store.0
}

fn main() {
    let store = Arc::new(Store(1));
    block_on(async {
        let app = App { store: Arc::clone(&store), clock: Arc::new(10_u64) };
        let server = Server::new("field", "1.0.0").with(handlers![of_field]).state(app);
        let mut client = server.test_client().await;
        assert_eq!(client.call::<u64>("of_field", json!({})).await.unwrap(), 12);

        let server = Server::new("state", "1.0.0").with(handlers![of_state, whole]).state(store);
        let mut client = server.test_client().await;
        assert_eq!(client.call::<u64>("of_state", json!({})).await.unwrap(), 1);
        assert_eq!(client.call::<u64>("whole", json!({})).await.unwrap(), 1);
    });
}
