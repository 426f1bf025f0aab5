//! A server: what it is called, what it offers, where its state comes from; and starting it.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use crate::call::AnyState;
use crate::dispatch::Switch;
use crate::error::IntoBoxedError;
use crate::handler::Handlers;
use crate::limits::Limits;
use crate::notify::{BackgroundFn, BackgroundTask, Bus};
use crate::protocol::{Icon, Implementation};

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
mod options;
mod program;
mod ready;
mod signals;

pub use app::{App, BuildError, StartError};
use built::Description;
use command::{Command, Given};
pub use configure::Configured;
use configure::{Described, Source};
pub use options::Options;

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
    /// A failure is one line on stderr, and the process ends with status 1. It may be of any type
    /// that `?` turns into an [`Error`](crate::Error), a text among them.
    pub fn open<O, F, R, E>(self, open: F) -> ReadyServer
    where
        O: Options,
        F: FnOnce(O) -> R + Send + 'static,
        R: Future<Output = Result<S, E>> + Send + 'static,
        E: IntoBoxedError,
    {
        let notice = self.notice;
        let open = move |given: &Given| -> Opening {
            let opening = given.options::<O>().map(open);
            Box::pin(async move {
                let opening = opening.map_err(StartError::Options)?;
                let state = opening.await.map_err(|error| StartError::Open(error.into_boxed()))?;
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
