//! A server that knows where its state comes from: run as a program, served, or built.

use std::io;
use std::process::ExitCode;

use tokio::io::{AsyncRead, AsyncWrite};

use super::command::Given;
use super::configure::Described;
use super::{App, BuildError, Opened, ReadyServer, StartError, command};
use crate::dispatch::Restriction;
use crate::testing::TestClient;
use crate::transport::stdio;

impl ReadyServer {
    /// Runs the server as a program: reads the command line, makes an event loop, serves over the
    /// standard streams, and gives the status to exit with.
    ///
    /// `fn main() -> ExitCode { server.run() }` is a whole program. In a program with an event loop
    /// of its own, as below `#[tokio::main]`, `run` fails, and [`run_async`](Self::run_async) does
    /// the same.
    pub fn run(self) -> ExitCode {
        command::run(self)
    }

    /// Runs the server as a program, as [`run`](Self::run), in an event loop that is already there.
    ///
    /// # Example
    /// ```no_run
    /// use mcp_runtime::prelude::*;
    /// # use mcp_runtime::testing::block_on;
    ///
    /// /// Say hello.
    /// #[tool(read_only)]
    /// async fn hello() -> &'static str { "hello" }
    ///
    /// // Below `#[tokio::main]`.
    /// async fn main() -> ExitCode {
    ///     Server::new("greeter", "1.0.0").with(handlers![hello]).run_async().await
    /// }
    /// # let _ = block_on(main());
    /// ```
    pub async fn run_async(self) -> ExitCode {
        // The futures of all commands are one of the largest of them.
        Box::pin(command::run_async(self)).await
    }

    /// Serves over the standard streams, in an event loop that is already there, until the input
    /// ends or SIGINT or SIGTERM arrives.
    ///
    /// The command line is not read: options have the values of an empty one. A server with
    /// options fails if the command line has arguments; [`run_async`](Self::run_async) reads them.
    ///
    /// What is printed goes to stderr and never reaches the client, also while the state is opened.
    /// While it serves, what nobody reads there is left out.
    ///
    /// The first SIGINT or SIGTERM is the end of the input. The process ends with status 128 + the
    /// signal's number (130, 143) at a second one, at any one after the connection has ended, and
    /// half a second after the [grace](crate::Limits::grace) if a call blocks the event loop. If
    /// one does when the client dies, that is a SIGHUP (129).
    ///
    /// # Errors
    /// If the server cannot be built, its state cannot be opened, or a stream fails.
    pub async fn serve_stdio(self) -> io::Result<()> {
        if self.command.has_options() && std::env::args_os().len() > 1 {
            let why = "`serve_stdio` does not read the command line, and this server has options: \
                       await `run_async()` instead";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let output = stdio::reserve_output()?;
        self.build().await?.serve_output(output).await
    }

    /// Serves one connection over any pair of byte streams: a socket, or a pipe in memory.
    ///
    /// # Errors
    /// As [`serve_stdio`](Self::serve_stdio).
    pub async fn serve(
        self,
        input: impl AsyncRead + Send,
        output: impl AsyncWrite + Send,
    ) -> io::Result<()> {
        self.build().await?.serve(input, output).await
    }

    /// A client of this server, in the same process and without a stream between them: for tests.
    ///
    /// It speaks the newest version; [`TestClient::legacy`] makes it one of an older.
    ///
    /// # Panics
    /// If the server cannot be built, or its state cannot be opened.
    pub async fn test_client(self) -> TestClient {
        match self.build().await {
            Ok(app) => app.test_client(),
            Err(error) => panic!("{error}"),
        }
    }

    /// Checks everything that is offered, and makes nothing else of it. What is offered by a
    /// server that is [configured](crate::Server::configure) is that of an empty command line.
    ///
    /// # Errors
    /// Every mistake at once: names that are given twice or refused by hosts, templates that match
    /// the same URIs, schemas whose root is no object; each with the place it was made at.
    pub fn check(self) -> Result<(), BuildError> {
        match self.described(&Given::nothing()) {
            Ok(Described { description, .. }) => {
                description.build(&Restriction::default()).map(drop)
            }
            Err(error) => Err(BuildError(vec![error.to_string()])),
        }
    }

    /// Checks everything that is offered, and opens the state: what comes of it serves any number
    /// of connections.
    ///
    /// # Errors
    /// Why the server could not be built.
    pub async fn build(self) -> Result<App, StartError> {
        self.build_with(&Given::nothing()).await.map(|(app, _)| app)
    }

    /// The same with what the command line says; with the server comes the notice for a person.
    pub(super) async fn build_with(self, given: &Given) -> Result<(App, String), StartError> {
        let Described { description, open } = self.described(given)?;
        #[cfg(feature = "http")]
        let keys = description.keys.clone();
        let built = description.build(&given.restriction()).map_err(StartError::Build)?;
        let Opened { state, notice } = open(given).await?;
        let app = App::new(built.serve(state));
        #[cfg(feature = "http")]
        let app = match keys {
            Some(keys) => app.with_keys(keys),
            None => app,
        };
        Ok((app, notice))
    }
}
