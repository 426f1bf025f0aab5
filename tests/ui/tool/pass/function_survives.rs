use mcp_runtime::prelude::*;

struct Store {
    greeting: String,
}

/// Greets.
#[tool]
async fn greet(
    store: &Store,
    /** Whom. */
    #[arg(default = "you")]
    name: String,
) -> String {
    format!("{}, {name}", store.greeting)
}

#[tool]
fn length(text: String) -> usize {
    text.len()
}

fn main() {
    let _: Handlers<Store> = handlers![greet, length];
    let store = Store { greeting: "hello".to_owned() };
    drop(greet(&store, "you".to_owned()));
    assert_eq!(length("abc".to_owned()), 3);
}
