#![deny(warnings)]

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;

mod clock {
    pub trait Clock: Send + Sync {
        fn now(&self) -> u64;
    }

    pub struct Fixed(pub u64);

    impl Clock for Fixed {
        fn now(&self) -> u64 {
            self.0
        }
    }
}

struct Store(u64);

type Names = Vec<String>;

#[derive(State)]
struct App {
    store: Store,
    clock: Box<dyn clock::Clock>,
    names: Names,
    #[state(skip)]
    aliases: Vec<String>,
    #[cfg(any())]
    missing: Missing,
}

#[derive(State)]
struct Pair(Store, Names);

#[derive(State)]
struct Nothing;

/// Borrows fields, the whole, and the call.
#[tool]
async fn all(
    store: &Store,
    clock: &Box<dyn clock::Clock>,
    app: &App,
    ctx: &Context,
    names: &Vec<String>,
) -> u64 {
    let _ = ctx;
    store.0 + clock.now() + app.aliases.len() as u64 + names.len() as u64
}

#[tool]
async fn part(store: &Store, names: &Names) -> u64 {
    store.0 + names.len() as u64
}

#[methods]
impl Store {
    #[tool]
    async fn own(&self) -> u64 {
        self.0
    }
}

fn app() -> App {
    let names = vec!["one".to_owned()];
    App { store: Store(1), clock: Box::new(clock::Fixed(10)), aliases: names.clone(), names }
}

fn main() {
    let _: Handlers<Pair> = handlers![part];
    let _ = (Pair(Store(1), Names::new()), Nothing);
    let server = Server::new("apps", "1.0.0").with(handlers![all, part]).with(Store::handlers());
    block_on(async {
        let mut client = server.state(app()).test_client().await;
        assert_eq!(client.call::<u64>("all", json!({})).await.unwrap(), 13);
        assert_eq!(client.call::<u64>("part", json!({})).await.unwrap(), 2);
        assert_eq!(client.call::<u64>("own", json!({})).await.unwrap(), 1);
    });
}
