//! A server that is built: everything it offers is checked, and its state is open.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use super::signals;
use crate::dispatch::Served;
#[cfg(feature = "http")]
use crate::keys::Keys;
use crate::notify::Notifier;
use crate::testing::TestClient;
use crate::transport::stdio::{self, Streams};
use crate::transport::stop::Stop;
use crate::transport::{self, Peer};

/// A server that is built: it serves any number of connections, which share its state.
///
/// A clone is the same server. Made by [`ReadyServer::build`](crate::ReadyServer::build).
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// /// Add two numbers.
/// #[tool(read_only)]
/// async fn add(a: i64, b: i64) -> String { (a + b).to_string() }
///
/// # mcp_runtime::testing::block_on(async {
/// let app = Server::new("calculator", "1.0.0").with(handlers![add]).state(()).build().await?;
/// let (mut first, mut second) = (app.test_client(), app.test_client());
/// assert_eq!(first.text("add", json!({ "a": 1, "b": 2 })).await.unwrap(), "3");
/// assert_eq!(second.text("add", json!({ "a": 3, "b": 4 })).await.unwrap(), "7");
/// # Ok::<(), mcp_runtime::StartError>(()) }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct App {
    served: Arc<Served>,
    #[cfg(feature = "http")]
    keys: Keys,
}

/// Why a server could not be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// What it offers cannot be offered.
    Build(BuildError),
    /// Its options are not what they must be; why.
    Options(String),
    /// The function that was given to [`Server::configure`](crate::Server::configure) failed: its
    /// error, as it was.
    Configure(Box<dyn StdError + Send + Sync>),
    /// Its state could not be opened: the error of the function that was given to
    /// [`Server::open`](crate::Server::open), as it was.
    Open(Box<dyn StdError + Send + Sync>),
}

/// Everything that is wrong with what a server was told to offer.
#[derive(Debug)]
pub struct BuildError(pub(super) Vec<String>);

impl App {
    pub(super) fn new(served: Served) -> Self {
        Self {
            served: Arc::new(served),
            #[cfg(feature = "http")]
            keys: Keys::random(),
        }
    }

    /// Serves over the standard streams; see
    /// [`ReadyServer::serve_stdio`](crate::ReadyServer::serve_stdio).
    ///
    /// # Errors
    /// If a stream fails.
    pub async fn serve_stdio(&self) -> io::Result<()> {
        self.serve_output(stdio::reserve_output()?).await
    }

    /// Serves over the standard streams, whose output was moved away before the state was opened.
    pub(super) async fn serve_output(&self, output: stdio::Output) -> io::Result<()> {
        let Streams { input, output, peer, taken } = stdio::open(output)?;
        let stop = signals::watch(self.served.limits.grace, peer.clone()).await?;
        let _serving = self.served.serve();
        let served = Arc::clone(&self.served);
        let result = transport::serve(served, input, output, peer, stop).await;
        drop(taken);
        result
    }

    /// Serves one connection over any pair of byte streams: a socket, or a pipe in memory.
    ///
    /// # Errors
    /// If a stream fails.
    pub async fn serve(
        &self,
        input: impl AsyncRead + Send,
        output: impl AsyncWrite + Send,
    ) -> io::Result<()> {
        let (input, output) = (Box::pin(input), Box::pin(output));
        let _serving = self.served.serve();
        let served = Arc::clone(&self.served);
        transport::serve(served, input, output, Peer::default(), Stop::never()).await
    }

    /// A client of this server, in the same process and without a stream between them: for tests.
    ///
    /// It speaks the newest version; [`TestClient::legacy`] makes it one of an older.
    pub fn test_client(&self) -> TestClient {
        TestClient::of(Arc::clone(&self.served))
    }

    /// Notifies clients of changes, from anywhere in the program.
    pub fn notifier(&self) -> Notifier {
        self.served.shared.bus.notifier()
    }

    #[cfg(feature = "http")]
    pub(super) fn with_keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    #[cfg(feature = "http")]
    pub(super) fn into_parts(self) -> (Arc<Served>, Keys) {
        (self.served, self.keys)
    }

    #[cfg(feature = "cli")]
    pub(super) fn served(&self) -> &Arc<Served> {
        &self.served
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::Options(why) => f.write_str(why),
            Self::Configure(error) | Self::Open(error) => error.fmt(f),
        }
    }
}

impl StdError for StartError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // Their words are its own.
            Self::Build(_) | Self::Options(_) => None,
            Self::Configure(error) | Self::Open(error) => error.source(),
        }
    }
}

impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Build(error) => Self::new(io::ErrorKind::InvalidInput, error),
            error => Self::other(error),
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl StdError for BuildError {}
