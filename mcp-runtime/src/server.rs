//! A server: what it is called, what it offers, where its state comes from; and starting it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::call::AnyState;
use crate::dispatch::{Restriction, Switch};
use crate::handler::Handlers;
use crate::limits::Limits;
use crate::notify::{BackgroundFn, BackgroundTask, Bus};
use crate::protocol::{Icon, Implementation};
use crate::testing::TestClient;

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
use cli as command;

#[cfg(not(feature = "cli"))]
mod command;

mod app;
mod built;
mod configure;
#[cfg(feature = "http")]
mod http;
mod program;
mod signals;

pub use app::{App, BuildError, StartError};
use built::Description;
pub use command::Options;
use command::{Command, Given};
pub use configure::Configured;
use configure::{Described, Source};

/// A server of tools, resources and prompts whose state is of type `S`.
///
/// The state comes last: [`state`](Self::state) takes a value, [`open`](Self::open) a function that
/// makes one when it is needed. A server whose handlers need none starts without.
///
/// # Example
/// ```no_run
/// use mcp_runtime::prelude::*;
///
/// struct Greeting(String);
///
/// /// Greet somebody.
/// #[tool(read_only)]
/// async fn greet(greeting: &Greeting, /** Who is greeted. */ name: String) -> String {
///     format!("{}, {name}!", greeting.0)
/// }
///
/// fn main() -> ExitCode {
///     Server::new("greeter", "1.0.0")
///         .with(handlers![greet])
///         .state(Greeting("Hello".to_owned()))
///         .run()
/// }
/// ```
#[must_use = "a server does nothing until it is run or served"]
pub struct Server<S = ()> {
    description: Description,
    notice: fn(&S) -> String,
}

/// A server that knows where its state comes from: it can be run.
#[must_use = "a server does nothing until it is run or served"]
pub struct ReadyServer {
    identity: Implementation,
    command: Command,
    source: Source,
}

type Open = dyn FnOnce(&Given) -> Opening + Send;
type Opening = Pin<Box<dyn Future<Output = Result<Opened, StartError>> + Send>>;

/// The state, and what the server has to say about it to a person.
struct Opened {
    state: AnyState,
    notice: String,
}

impl<S: Send + Sync + 'static> Server<S> {
    /// A server that offers nothing so far.
    ///
    /// `name` is its name for programs, `version` its own version, not the protocol's.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        let identity = Implementation::new(name, version);
        let description = Description {
            identity,
            instructions: None,
            handlers: Vec::new(),
            limits: Limits::default(),
            bus: Bus::new(),
            switch: None,
            background: Vec::new(),
            #[cfg(feature = "http")]
            keys: None,
        };
        Self { description, notice: |_| String::new() }
    }

    /// A name for people.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.description.identity.title = Some(title.into());
        self
    }

    /// What the server is, for people.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description.identity.description = Some(description.into());
        self
    }

    /// Where to read more about the server.
    pub fn website(mut self, url: impl Into<String>) -> Self {
        self.description.identity.website_url = Some(url.into());
        self
    }

    /// An icon of the server: an `https:` URL, or a `data:` URI with an image.
    pub fn icon(mut self, src: impl Into<String>) -> Self {
        self.description.identity.icons.push(Icon::new(src));
        self
    }

    /// What a model should know to use the server well, beyond what its tools say.
    ///
    /// Spec: 2026-07-28, server/discover; up to 2025-11-25, basic/lifecycle.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.description.instructions = Some(instructions.into());
        self
    }

    /// Offers more: a list of [`handlers!`](crate::handlers), or a [`Tool`](crate::Tool).
    pub fn with(mut self, handlers: impl Into<Handlers<S>>) -> Self {
        self.description.handlers.extend(handlers.into().list);
        self
    }

    /// Offers more under a common prefix: tools and prompts are named `prefix_name`, resources keep
    /// their URIs.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Forget everything.
    /// #[tool(destructive)]
    /// async fn purge() -> &'static str { "gone" }
    ///
    /// // The client sees `admin_purge`.
    /// let server: Server<()> = Server::new("example", "1.0.0").nest("admin", handlers![purge]);
    /// ```
    pub fn nest(mut self, prefix: &str, handlers: impl Into<Handlers<S>>) -> Self {
        let mut list = handlers.into().list;
        for handler in &mut list {
            handler.nest(prefix);
        }
        self.description.handlers.extend(list);
        self
    }

    /// Bounds what one connection may take, where the defaults do not fit.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.description.limits = limits;
        self
    }

    /// Returns a handle that turns tools, resources and prompts on and off while the server runs.
    ///
    /// A server that has one declares `listChanged`, and notifies clients when a list has changed.
    pub fn switch(&mut self) -> Switch {
        let Description { switch, bus, .. } = &mut self.description;
        switch.get_or_insert_with(|| Switch::new(Arc::clone(bus))).clone()
    }

    /// Runs an async function in the background while the server serves: it starts with the first
    /// connection, and is dropped after the last one.
    ///
    /// This is how a server notices changes from elsewhere, such as those of a database or another
    /// process. If the function returns or panics, that is logged and the server goes on.
    ///
    /// # Example
    /// ```
    /// use std::time::Duration;
    /// use mcp_runtime::prelude::*;
    ///
    /// struct Inbox;
    ///
    /// impl Inbox {
    ///     async fn has_mail(&self) -> bool { true }
    /// }
    ///
    /// /// The mail that has come.
    /// #[resource("mail://inbox", subscribe)]
    /// async fn inbox(inbox: &Inbox) -> String { format!("mail: {}", inbox.has_mail().await) }
    ///
    /// async fn look_for_mail(inbox: &Inbox, notifier: &Notifier) {
    ///     loop {
    ///         // Nothing is polled while no client is subscribed.
    ///         notifier.watched().await;
    ///         if inbox.has_mail().await {
    ///             notifier.updated("mail://inbox");
    ///         }
    ///         tokio::time::sleep(Duration::from_secs(10)).await;
    ///     }
    /// }
    ///
    /// let server = Server::new("mail", "1.0.0").with(handlers![inbox]).background(look_for_mail);
    /// ```
    pub fn background<W>(mut self, work: W) -> Self
    where
        W: for<'a> BackgroundFn<'a, S>,
    {
        self.description.background.push(BackgroundTask::new::<S, W>(work));
        self
    }

    /// What the server tells a person who starts it by hand, on a terminal: where its state lies,
    /// for example. It goes to stderr, after how to connect a client.
    pub fn notice(mut self, notice: fn(&S) -> String) -> Self {
        self.notice = notice;
        self
    }

    /// Gives the server its state.
    pub fn state(self, state: S) -> ReadyServer {
        self.open(async move |()| Ok::<S, std::convert::Infallible>(state))
    }

    /// Says how the state is made: once, after the command line was read and before the first byte
    /// of input, and only by commands that need it.
    ///
    /// `O` are the options the server adds to its command line: any `clap::Args` with the feature
    /// `cli`, else `()`. Where what is offered depends on them too, they belong to
    /// [`configure`](Self::configure).
    ///
    /// A failure is one line on stderr, and the process ends with status 1; it may be of any type
    /// that `?` turns into a `Box<dyn Error + Send + Sync>`, a text among them.
    pub fn open<O, F, R, E>(self, open: F) -> ReadyServer
    where
        O: Options,
        F: FnOnce(O) -> R + Send + 'static,
        R: Future<Output = Result<S, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let notice = self.notice;
        let open = move |given: &Given| -> Opening {
            let opening = given.options::<O>().map(open);
            Box::pin(async move {
                let opening = opening.map_err(StartError::Options)?;
                let state = opening.await.map_err(|error| StartError::Open(error.into()))?;
                Ok(Opened { notice: notice(&state), state: Arc::new(state) })
            })
        };
        let identity = self.description.identity.clone();
        let command = Command::new::<O>(&identity);
        let described = Described { description: self.description, open: Box::new(open) };
        let described = Box::new(described);
        ReadyServer { identity, command, source: Source::Described(described) }
    }
}

impl Server<()> {
    /// Runs a server without state; see [`ReadyServer::run`].
    pub fn run(self) -> ExitCode {
        self.state(()).run()
    }

    /// Runs a server without state; see [`ReadyServer::run_async`].
    pub async fn run_async(self) -> ExitCode {
        self.state(()).run_async().await
    }

    /// Serves a server without state; see [`ReadyServer::serve_stdio`].
    ///
    /// # Errors
    /// As there.
    pub async fn serve_stdio(self) -> io::Result<()> {
        self.state(()).serve_stdio().await
    }
}

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
    /// While it serves, what is printed goes to stderr and never reaches the client; what nobody
    /// reads there is left out.
    ///
    /// The first SIGINT or SIGTERM is the end of the input. The process ends with status 128 + the
    /// signal's number (130, 143) at a second one, at any one after the connection has ended, and
    /// half a second after the [grace](Limits::grace) if a call blocks the event loop. If one does
    /// when the client dies, that is a SIGHUP (129).
    ///
    /// # Errors
    /// If the server cannot be built, its state cannot be opened, or a stream fails.
    pub async fn serve_stdio(self) -> io::Result<()> {
        if self.command.has_options() && std::env::args_os().len() > 1 {
            let why = "`serve_stdio` does not read the command line, and this server has options: \
                       await `run_async()` instead";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        self.build().await?.serve_stdio().await
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
    /// server that is [configured](Server::configure) is that of an empty command line.
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
    async fn build_with(self, given: &Given) -> Result<(App, String), StartError> {
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

impl<S> fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.description).finish()
    }
}

impl fmt::Debug for ReadyServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyServer").field("identity", &self.identity).finish_non_exhaustive()
    }
}
