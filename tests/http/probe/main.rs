//! The server that is measured and abused, over HTTP.
//!
//! ```text
//! http-probe ADDR [--many N] [--public-url URL] [--allow-origin ORIGIN]… [--keys-file F]
//!            [--require-sessions]
//! ```
//!
//! It serves `http://ADDR/mcp`; the first line on stderr says where that is. `--misbehave` and the
//! bounds are those of `probe-server`; `--body`, `--connections`, `--calls` and `--drain`, in
//! milliseconds, are those of HTTP.

use std::process::ExitCode;

use mcp_runtime::{HttpService, Keys, ReadyServer};
use mcp_tests::probe::Options;

fn main() -> ExitCode {
    match Command::read(std::env::args().skip(1)).and_then(Command::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line says.
struct Command {
    address: String,
    server: ReadyServer,
    public_url: Option<String>,
    origins: Vec<String>,
    keys_file: Option<String>,
    requires_sessions: bool,
}

impl Command {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options::default();
        let (mut address, mut public_url, mut origins) = (None, None, Vec::new());
        let (mut keys_file, mut requires_sessions) = (None, false);
        while let Some(argument) = arguments.next() {
            if options.take(&argument, &mut arguments)? {
                continue;
            }
            let mut value = || arguments.next().ok_or(format!("`{argument}` takes a value"));
            match argument.as_str() {
                "--public-url" => public_url = Some(value()?),
                "--allow-origin" => origins.push(value()?),
                "--require-sessions" => requires_sessions = true,
                "--keys-file" => keys_file = Some(value()?),
                option if option.starts_with('-') => return Err(format!("unknown: `{option}`")),
                _ => address = Some(argument),
            }
        }
        let address = address.ok_or("usage: http-probe ADDR [OPTIONS]")?;
        let server = options.server("http-probe");
        Ok(Self { address, server, public_url, origins, keys_file, requires_sessions })
    }

    fn run(self) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let keys = self.keys_file.map(Keys::from_file).transpose();
        let server = match keys.map_err(|error| error.to_string())? {
            Some(keys) => self.server.keys(keys),
            None => self.server,
        };
        let ended = runtime.block_on(async {
            let app = server.build().await.map_err(|error| error.to_string())?;
            let service = app.into_service().allow_origins(self.origins);
            let service =
                self.public_url.iter().fold(service, |it, url| HttpService::public_url(it, url));
            let service = if self.requires_sessions { service.require_sessions() } else { service };
            service.serve(&self.address).await.map_err(|error| error.to_string())
        });
        // Functions that block are not waited for.
        runtime.shutdown_background();
        ended
    }
}
