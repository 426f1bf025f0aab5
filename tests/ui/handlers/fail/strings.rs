use mcp_runtime::prelude::*;

#[tool]
async fn show() -> String {
    String::new()
}

fn main() {
    let _ = Server::new("a", "1").with(handlers!["show"]).run();
}
