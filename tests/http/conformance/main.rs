//! The fixtures of the official conformance suite.
//!
//! ```text
//! conformance-server ADDR       serves http://ADDR/mcp
//! conformance-server --stdio    serves the standard streams
//! ```

use std::io;
use std::process::ExitCode;

use mcp_runtime::prelude::*;

mod asking;
mod content;
mod others;
mod tools;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: conformance-server ADDR|--stdio");
        return ExitCode::from(2);
    };
    match serve(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(address: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut server = Server::new("conformance-server", env!("CARGO_PKG_VERSION"))
            .with(tools::tools())
            .with(asking::handlers())
            .with(tools::json_schema_2020_12_tool())
            .with(others::resources_and_prompts());
        // With a switch the server says that its lists may change.
        server.switch();
        let app = server.state(()).build().await?;
        match address {
            "--stdio" => app.serve_stdio().await,
            address => app.serve_http(address).await,
        }
    })
}
