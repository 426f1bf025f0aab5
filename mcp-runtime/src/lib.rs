//! MCP servers from annotated functions.
//!
//! An annotated async function is the whole declaration of a tool, a resource or a prompt. One
//! process serves both eras of the protocol at once: 2026-07-28 (every request by itself) and
//! 2024-11-05 to 2025-11-25 (`initialize`).
//!
//! ```no_run
//! use mcp_runtime::prelude::*;
//!
//! /// Add two numbers.
//! #[tool(read_only)]
//! async fn add(
//!     /// The first number.
//!     a: i64,
//!     /// The second number.
//!     b: i64,
//! ) -> String {
//!     format!("{a} + {b} = {}", a + b)
//! }
//!
//! fn main() -> ExitCode {
//!     Server::new("calculator", "1.0.0").with(handlers![add]).run()
//! }
//! ```
//!
//! The [`guide`](mod@guide) goes from here to a whole server; [`tool`](macro@tool),
//! [`resource`](macro@resource) and [`prompt`](macro@prompt) have all keys and rules.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `cli` | a command line for every server: `list`, `call NAME key=value…`, options of its own |
//! | `tracing` | log lines as events of `tracing`, and a span for each call |
//! | `pattern` | regular expressions of arguments, `#[arg(pattern = "…")]` |
//! | `http` | Streamable HTTP: a listener, and a service for axum or any tower stack; keys that seal what clients keep |
//! | `jiff` | dates and times of the crate `jiff`, with its feature `serde`, as arguments and results |
//!
//! # Foreign types in public signatures
//! `serde_json::Value` and its map, the traits of `serde`, `schemars::JsonSchema`, tokio's
//! `AsyncRead` and `AsyncWrite`, with `cli` clap's `Args`, and with `http` the types of `http` and
//! the `Service` of `tower-service`; the crates are re-exported where a server has to name them.

// Pages for people: nothing of them is compiled into a server.
#[cfg(any(doc, doctest))]
pub mod guide;

// The rooms, in the order the data passes them; the empty lines keep rustfmt from sorting them.
mod macros;

mod server;

pub mod testing;

mod client;

mod transport;

mod dispatch;

mod router;

mod handler;

mod raw;

mod tool;

mod resource;

mod prompt;

mod completion;

mod uri_template;

mod state;

mod about;

mod args;

mod returns;

mod call;

mod notify;

mod output;

mod outgoing;

mod error;

mod ask;

mod form;

mod schema;

pub mod protocol;

mod jsonrpc;

#[cfg(feature = "http")]
mod keys;

mod limits;

mod log;

mod visible;

#[cfg(test)]
mod random;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "cli")]
pub use clap;
#[cfg(feature = "http")]
pub use http;
pub use schemars;
pub use serde_json::{self, json};

pub use crate::ask::{Answer, Question};
#[cfg(feature = "http")]
pub use crate::call::Principal;
pub use crate::call::{
    Amount, AskError, Asking, Confirmation, Context, Progress, Repeatable, Reporter,
};
pub use crate::dispatch::Switch;
pub use crate::error::{Error, IntoBoxedError};
pub use crate::form::{Form, FormShape};
pub use crate::handler::{Handlers, IntoHandlers};
pub use crate::jsonrpc::ErrorObject;
#[cfg(feature = "http")]
pub use crate::keys::{Keys, KeysError};
pub use crate::limits::Limits;
pub use crate::macros::{State, completion, data, form, handlers, methods, prompt, resource, tool};
pub use crate::notify::{BackgroundFn, Notifier};
pub use crate::prompt::PromptOutput;
pub use crate::protocol::{
    Annotations, ContentBlock as Content, LoggingLevel, PromptMessage as Message, ProtocolVersion,
    ResourceContents, ResourceDescriptor, Role,
};
pub use crate::raw::{Prompt, RawCall, Resource, Tool};
pub use crate::resource::ResourceOutput;
pub use crate::server::{App, BuildError, Configured, Options, ReadyServer, Server, StartError};
pub use crate::state::Provide;
pub use crate::tool::result::{Reply, ToolOutput};
#[cfg(feature = "http")]
pub use crate::transport::http::{HttpBody, HttpService};

/// A handler's result; `?` turns standard errors, `anyhow::Error` and texts into [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// All that a server's source needs, for `use mcp_runtime::prelude::*`.
pub mod prelude {
    pub use std::process::ExitCode;

    pub use crate::{
        Annotations, Answer, Content, Context, Error, Form, Handlers, LoggingLevel, Message,
        Notifier, Prompt, RawCall, Reply, Resource, ResourceContents, Role, Server, State, Tool,
        completion, data, form, handlers, json, methods, prompt, resource, tool,
    };

    #[doc(hidden)]
    pub use crate::server::{StateComesLast as _, Stateless as _};
}
