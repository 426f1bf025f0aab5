//! What the messages advise to write.
#![deny(warnings)]

use std::path::PathBuf;
use std::sync::Arc;

use mcp_runtime::prelude::*;

#[derive(Clone)]
struct Store;

/// `read_only = false` is left out, `destructive = false` is `additive`, `open_world = false` is
/// `closed_world`.
#[tool(additive, closed_world)]
async fn words() -> String {
    String::new()
}

/// Lists, JSON and times.
#[tool(tags("a", "b"), icon("https://a", "https://b"), meta = json!({ "a": 1 }), timeout = "30s")]
async fn keys() -> String {
    String::new()
}

#[doc = include_str!("remedies.rs")]
#[tool(name = "described")]
async fn description_from_a_file() -> String {
    String::new()
}

/// Attributes of other crates.
#[tool]
async fn arguments(
    #[arg(name = "many", range = 1..=20, default = 3)] count: u32,
    /** How long. */
    #[arg(length = ..=20, pattern = "a", format = "email", default = "a")]
    text: String,
    #[arg(default = vec!["a".to_owned()])] names: Vec<String>,
    #[arg(range = 20..=20)] exact: u32,
    path: PathBuf,
) -> String {
    format!("{count}{text}{names:?}{exact}{}", path.display())
}

/// State that is shared, and the context.
#[tool]
async fn state(store: &Store, shared: &Arc<Store>, context: &Context) -> String {
    let _ = (store, shared, context);
    String::new()
}

#[data]
struct Count(#[schemars(range(min = 1, max = 20))] u32);

#[data]
struct Mail(#[schemars(length(min = 1, max = 20), extend("format" = "email"))] String);

/// Types of an author's own say what they promise.
#[tool]
async fn newtypes(count: Count, mail: Mail) -> String {
    format!("{}{}", count.0, mail.0)
}

fn main() {
    let server = Server::new("test", "1.0.0")
        .notice(|_: &Arc<Store>| String::new())
        .with(handlers![words, keys, description_from_a_file, state, newtypes]);
    server.state(Arc::new(Store)).check().unwrap();
    let _: Handlers<()> = handlers![arguments];
}
