//! The server that is measured over HTTP: `bench-server ADDR`.
//!
//! The first line on stderr says where it listens.

use std::error::Error;
use std::process::ExitCode;

use mcp_runtime::Server;
use mcp_tests::probe::measured;

fn serve() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    // As many threads as there are cores, which is how a server of this kind is run.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        Ok(Server::new("bench-server", "1.0.0")
            .with(measured())
            .state(())
            .build()
            .await?
            .serve_http(&address)
            .await?)
    })
}

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
