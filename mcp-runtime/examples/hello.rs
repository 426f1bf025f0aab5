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

/// The server, which the program runs and the tests call.
pub fn server() -> Server {
    Server::new("hello", "1.0.0").with(handlers![hello])
}

fn main() -> ExitCode {
    server().run()
}
