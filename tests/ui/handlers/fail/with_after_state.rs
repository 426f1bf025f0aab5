use mcp_runtime::prelude::*;

struct Store(String);

#[tool]
async fn show(s: &Store) -> String {
    let _ = s;
    String::new()
}

fn main() -> ExitCode {
    Server::new("a", "1").state(Store(String::new())).with(handlers![show]).run()
}
