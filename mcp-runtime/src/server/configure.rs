//! A server whose command line decides what it offers.

use super::command::{Command, Given};
use super::{Description, Open, Options, ReadyServer, Server, StartError};
use crate::error::IntoBoxedError;

/// Where what is offered comes from.
pub(super) enum Source {
    /// It is known.
    Described(Box<Described>),
    /// It depends on the command line.
    Configured(Box<Configure>),
}

/// What is offered, and how the state is made.
pub(super) struct Described {
    pub(super) description: Description,
    pub(super) open: Box<Open>,
}

type Configure = dyn FnOnce(&Given) -> Result<ReadyServer, StartError> + Send;

/// What a function that is given to [`Server::configure`] may return: a server, or a `Result` of
/// one with an error of any type that `?` turns into an [`Error`](crate::Error).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server that can be run",
    label = "expected a `ReadyServer`, or a `Result` of one",
    note = "end with `.state(…)` or `.open(…)`"
)]
pub trait Configured {
    /// The server.
    #[doc(hidden)]
    fn into_server(self) -> Result<ReadyServer, StartError>;
}

impl Configured for ReadyServer {
    fn into_server(self) -> Result<ReadyServer, StartError> {
        Ok(self)
    }
}

impl<E: IntoBoxedError> Configured for Result<ReadyServer, E> {
    fn into_server(self) -> Result<ReadyServer, StartError> {
        self.map_err(|error| StartError::Configure(error.into_boxed()))
    }
}

impl<S: Send + Sync + 'static> Server<S> {
    /// Lets the command line decide: the function gets the server as it is so far and the options,
    /// adds what they ask for, and says where the state comes from. It is called once, by every
    /// command.
    ///
    /// `O` are the options the server adds to its command line: any `clap::Args` with the feature
    /// `cli`, else `()`. They are read once: what the state needs of them is moved into the
    /// function of [`open`](Self::open), which takes `()` here. The function must not wait for
    /// anything but files; connections belong into the state.
    ///
    /// # Example
    /// A tool that exists only with a flag:
    /// ```
    /// # #[cfg(feature = "cli")] mod with_options {
    /// use mcp_runtime::clap;
    /// use mcp_runtime::prelude::*;
    ///
    /// struct Notes(Vec<String>);
    ///
    /// /// Count the notes.
    /// #[tool(read_only)]
    /// async fn count(notes: &Notes) -> String { notes.0.len().to_string() }
    ///
    /// /// Forget every note.
    /// #[tool(destructive)]
    /// async fn purge(notes: &Notes) -> String { format!("{} notes are gone", notes.0.len()) }
    ///
    /// #[derive(clap::Args)]
    /// struct Options {
    ///     /// Offer tools that forget notes
    ///     #[arg(long)]
    ///     allow_purge: bool,
    /// }
    ///
    /// pub fn main() -> ExitCode {
    ///     Server::new("notes", "1.0.0")
    ///         .with(handlers![count])
    ///         .configure(|mut server, options: Options| {
    ///             if options.allow_purge {
    ///                 server = server.with(handlers![purge]);
    ///             }
    ///             server.state(Notes(Vec::new()))
    ///         })
    ///         .run()
    /// }
    /// # }
    /// ```
    pub fn configure<O, F, R>(self, configure: F) -> ReadyServer
    where
        O: Options,
        F: FnOnce(Self, O) -> R + Send + 'static,
        R: Configured,
    {
        let identity = self.description.identity.clone();
        let command = Command::new::<O>(&identity);
        let configure = move |given: &Given| {
            let options = given.options::<O>().map_err(StartError::Options)?;
            configure(self, options).into_server()
        };
        ReadyServer { identity, command, source: Source::Configured(Box::new(configure)) }
    }
}

impl ReadyServer {
    /// What is offered with this command line.
    pub(super) fn described(self, given: &Given) -> Result<Described, StartError> {
        match self.source {
            Source::Described(described) => Ok(*described),
            Source::Configured(configure) => {
                // The command line has been read: no option is left for the state.
                let Described { description, open } =
                    configure(given)?.described(&Given::nothing())?;
                Ok(Described { description, open: Box::new(move |_| open(&Given::nothing())) })
            }
        }
    }

    /// Whether what is offered depends on the command line.
    #[cfg(feature = "cli")]
    pub(super) fn is_configured(&self) -> bool {
        matches!(self.source, Source::Configured(_))
    }
}
