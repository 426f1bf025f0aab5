use mcp_runtime::prelude::*;

use std::sync::Arc;
struct Store;

#[tool]
async fn show(s: &Arc<Store>) -> String {
    let _ = s;
    String::new()
}

fn main() -> ExitCode {
    Server::new("a", "1").with(handlers![show]).state(Store).run()
}
