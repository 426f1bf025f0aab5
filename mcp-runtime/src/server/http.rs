//! Serving over HTTP: what the command line says of it, and starting it.

use std::io;

use super::app::App;
use super::configure::Source;
use super::{ReadyServer, Server, signals};
use crate::keys::Keys;
use crate::log::{self, Level};
use crate::transport::Peer;
use crate::transport::http::{HttpService, Listener};

/// Where a server listens and for whom, as its command line says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Http {
    pub(super) address: String,
    pub(super) public_url: Option<String>,
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) keys_file: Option<String>,
}

/// Names the file of keys where the command line does not.
const KEYS_FILE: &str = "MCP_KEYS_FILE";

impl Http {
    /// The options, each with the name of its value and what it says.
    pub(super) const OPTIONS: [(&str, &str, &str); 5] = [
        ("http", "ADDR", "Serve over HTTP at HOST:PORT, :PORT or unix:PATH, at the path /mcp"),
        ("public-url", "URL", "With --http: the URL under which clients reach the server"),
        ("allow-host", "HOST", "With --http: a host that requests may name; may be repeated"),
        ("allow-origin", "ORIGIN", "With --http: an origin of web pages; may be repeated"),
        ("keys-file", "PATH", "With --http: keys that outlive the process; made if it is missing"),
    ];

    /// Serves as they say.
    pub(super) async fn serve(self, app: App) -> io::Result<()> {
        let Self { address, public_url, hosts, origins, keys_file } = self;
        let app = match keys_file.map(Into::into).or_else(|| std::env::var_os(KEYS_FILE)) {
            Some(path) => app.with_keys(Keys::from_file(path)?),
            None => app,
        };
        let mut service = app.into_service().allow_hosts(hosts).allow_origins(origins);
        if let Some(url) = public_url {
            service = service.try_public_url(&url).map_err(io::Error::other)?;
        }
        service.serve(&address).await
    }

    /// Takes one option of a command line without the feature `cli`; gives it back if it is none.
    #[cfg(not(feature = "cli"))]
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "--http" => value.clone_into(&mut self.address),
            "--public-url" => self.public_url = Some(value.to_owned()),
            "--keys-file" => self.keys_file = Some(value.to_owned()),
            "--allow-host" => self.hosts.push(value.to_owned()),
            "--allow-origin" => self.origins.push(value.to_owned()),
            _ => return Err(format!("unexpected argument {name}; see --help")),
        }
        Ok(())
    }
}

impl<S> Server<S> {
    /// The [`Keys`] of a server over HTTP; `--keys-file` and `MCP_KEYS_FILE` go before them.
    pub fn keys(mut self, keys: Keys) -> Self {
        self.description.keys = Some(keys);
        self
    }
}

impl ReadyServer {
    /// The [`Keys`] of a server over HTTP; `--keys-file` and `MCP_KEYS_FILE` go before them.
    pub fn keys(self, keys: Keys) -> Self {
        let source = match self.source {
            Source::Described(mut described) => {
                described.description.keys = Some(keys);
                Source::Described(described)
            }
            Source::Configured(configure) => {
                Source::Configured(Box::new(move |given| Ok(configure(given)?.keys(keys))))
            }
        };
        Self { source, ..self }
    }
}

impl App {
    /// The server over HTTP, to be mounted into another one or served by [`HttpService::serve`].
    pub fn into_service(self) -> HttpService {
        let (served, keys) = self.into_parts();
        HttpService::new(served, keys)
    }

    /// Serves over HTTP at `HOST:PORT`, `:PORT` or `unix:PATH`, at the path `/mcp`; see
    /// [`HttpService::serve`].
    ///
    /// # Errors
    /// If nobody can listen there.
    pub async fn serve_http(self, address: &str) -> io::Result<()> {
        self.into_service().serve(address).await
    }
}

impl HttpService {
    /// Serves at `HOST:PORT`, `:PORT` of 127.0.0.1, or `unix:PATH`, at the path `/mcp`. Where it
    /// listens is said on stderr; port 0 picks one.
    ///
    /// `/healthz` answers as long as the process does, `/readyz` until it is asked to end. That
    /// SIGTERM or SIGINT asks for: no connection is taken any more, streams end, calls have the
    /// time of [`Limits::drain`](crate::Limits::drain) to be answered. A second signal ends the
    /// process.
    ///
    /// # Errors
    /// If nobody can listen there.
    pub async fn serve(self, address: &str) -> io::Result<()> {
        let listener = Listener::bind(address).await?;
        let stop = signals::watch(self.drain_time(), Peer::default()).await?;
        log::line(Level::Info, format_args!("listening on {}", listener.url()));
        if self.keys().are_of_process() {
            log::line(
                Level::Warn,
                "no file of keys: sessions and unanswered questions end with this process; \
                 see --keys-file",
            );
        }
        self.listen(listener, stop).await
    }
}
