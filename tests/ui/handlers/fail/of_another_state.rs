use mcp_runtime::prelude::*;

struct Store;

struct Other;

#[tool]
async fn show(store: &Store) -> String {
    let _ = store;
    String::new()
}

#[tool]
async fn list(other: &Other) -> String {
    let _ = other;
    String::new()
}

fn tools() -> Handlers<Store> {
    handlers![show]
}

fn others() -> Handlers<Other> {
    handlers![list]
}

fn main() -> ExitCode {
    Server::new("a", "1").with(tools()).with(others()).state(Store).run()
}
