//! The smallest server: one tool.
//!
//! `cargo run -p mcp-runtime --example hello`

use mcp_runtime::prelude::*;

/// Greet somebody.
#[tool(read_only, closed_world)]
async fn hello(
    /// Who is greeted.
    name: String,
    /// How often.
    #[arg(default = 1)]
    times: usize,
) -> String {
    vec![format!("Hello, {name}!"); times].join(" ")
}

fn main() -> ExitCode {
    Server::new("hello", "1.0.0").with(handlers![hello]).run()
}
