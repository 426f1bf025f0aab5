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

fn main() -> ExitCode {
    Server::new("a", "1").with(tools()).run()
}
