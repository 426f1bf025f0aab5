use mcp_runtime::prelude::*;

struct Store(String);

#[tool]
async fn show(s: &Store) -> String {
    let _ = s;
    String::new()
}

fn main() -> ExitCode {
    Server::new("a", "1")
        .notice(|s| s.0.clone())
        .with(handlers![show])
        .state(Store(String::new()))
        .run()
}
