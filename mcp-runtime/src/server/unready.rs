//! Methods that a server does not have yet, or has no more: they are there to say what is missing.

use std::future::{Ready, ready};
use std::io;
use std::process::ExitCode;

use crate::handler::IntoHandlers;
use crate::server::{ReadyServer, Server};

/// A server that needs no state beyond what it has: none but [`ReadyServer`], and `Server<()>`,
/// which has the methods itself.
#[diagnostic::on_unimplemented(
    message = "this server has no state yet",
    label = "the handlers of this server borrow a state",
    note = "give it one before it runs: `.state(value)`, or `.open(function)`"
)]
pub trait HasState {}

/// Answers `run` and its kin on a server whose handlers borrow a state that it does not have.
#[doc(hidden)]
pub trait Stateless: Sized {
    /// Refused.
    fn run(self) -> ExitCode
    where
        Self: HasState,
    {
        ExitCode::FAILURE
    }

    /// Refused.
    fn run_async(self) -> Ready<ExitCode>
    where
        Self: HasState,
    {
        ready(ExitCode::FAILURE)
    }

    /// Refused.
    fn serve_stdio(self) -> Ready<io::Result<()>>
    where
        Self: HasState,
    {
        ready(Ok(()))
    }
}

impl<S> Stateless for Server<S> {}

/// A server to which handlers can be added.
#[diagnostic::on_unimplemented(
    message = "a server that has its state takes no more handlers",
    label = "this comes after the state",
    note = "move it in front of `.state(…)` or `.open(…)`, which come last"
)]
pub trait TakesHandlers {}

/// Answers `with` on a server that has its state.
#[doc(hidden)]
pub trait StateComesLast: Sized {
    /// Refused.
    #[must_use]
    fn with<S>(self, _: impl IntoHandlers<S>) -> Self
    where
        Self: TakesHandlers,
    {
        self
    }
}

impl StateComesLast for ReadyServer {}
