use mcp_runtime::prelude::*;

struct Store;

#[tool]
async fn show(s: &Store) -> String {
    let _ = s;
    String::new()
}
fn tools() -> Handlers<Store> {
    handlers![show]
}
async fn f() {
    Server::new("a", "1").with(tools()).serve_stdio().await.unwrap()
}

fn main() {
    let _ = f();
}
