use mcp_runtime::prelude::*;

struct Store;
struct Other;

#[tool]
async fn show(s: &Store) -> String {
    let _ = s;
    String::new()
}

fn main() -> ExitCode {
    Server::new("a", "1").with(handlers![show]).state(Other).run()
}
