//! A call that has begun: its future, whatever it answers, and what a panic in it comes to.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use super::listing::Listing;
use super::pace::poll_timed;
use crate::completion::Values;
use crate::error::Error;
use crate::prompt::Messages;
use crate::resource::Contents;
use crate::schema::Promise;
use crate::tool;
use crate::tool::result::Outcome;

/// A call that has begun.
pub(super) enum Running {
    Tool {
        future: tool::Running<Outcome>,
        name: Arc<str>,
        /// What its result is held against.
        promise: Option<Arc<Promise>>,
    },
    Resource {
        future: tool::Running<Contents>,
        of: ResourceOf,
    },
    Prompt {
        future: tool::Running<Messages>,
        description: Option<&'static str>,
    },
    Completion(tool::Running<Values>),
    Listing(tool::Running<Listing>),
}

/// The resource that is read: its contents say so where they do not say otherwise.
#[derive(Debug)]
pub(super) struct ResourceOf {
    pub(super) uri: String,
    pub(super) mime: Option<&'static str>,
}

/// A call that has ended.
#[derive(Debug)]
pub(super) enum Done {
    Tool(Outcome),
    Resource(Contents, ResourceOf),
    Prompt(Messages, Option<&'static str>),
    Completion(Values),
    Listing(Listing),
    /// It was not a call of a tool, and it has no result: the client gets this internal error.
    Failed(Cow<'static, str>),
}

/// What is said instead of a result that is longer than the limit.
pub(super) fn too_long(length: usize, limit: usize) -> String {
    format!("the result has {length} bytes, the limit is {limit}: ask for less of it at a time")
}

impl Running {
    /// What the call comes to if it panics.
    pub(super) fn failed(&self) -> Done {
        match self {
            // What it said is in the log; the model only learns that it failed.
            Self::Tool { name, .. } => {
                Done::Tool(Outcome::tool_error(format!("{name} failed unexpectedly")))
            }
            Self::Resource { .. }
            | Self::Prompt { .. }
            | Self::Completion(_)
            | Self::Listing(_) => Done::Failed("internal error".into()),
        }
    }

    /// What the call comes to if its result cannot be sent.
    pub(super) fn without_result(&self, why: impl Into<Cow<'static, str>>) -> Done {
        match self {
            Self::Tool { .. } => Done::Tool(Outcome::tool_error(why)),
            Self::Resource { .. }
            | Self::Prompt { .. }
            | Self::Completion(_)
            | Self::Listing(_) => Done::Failed(why.into()),
        }
    }

    /// The tool that is called, if it is one.
    pub(super) fn tool(&self) -> Option<&Arc<str>> {
        match self {
            Self::Tool { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The tool that was called; the call itself is gone.
    pub(super) fn into_tool(self) -> Option<Arc<str>> {
        match self {
            Self::Tool { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Polls a call that has become a task.
    pub(super) fn poll_alone(&mut self, cx: &mut TaskContext<'_>) -> Poll<Done> {
        let polled = poll_timed(self, cx);
        // A function that begins in here is not that of the call which is polled next.
        tool::take_blocking();
        polled
    }

    /// Polls the call where it stands; a panic is its end.
    pub(super) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Done> {
        let polled = catch_unwind(AssertUnwindSafe(|| match self {
            Self::Tool { future, promise, .. } => {
                let mut polled = future.as_mut().poll(cx);
                if let (Poll::Ready(outcome), Some(promise)) = (&mut polled, promise) {
                    outcome.keep(promise);
                }
                polled.map(Done::Tool)
            }
            Self::Resource { future, of } => future.as_mut().poll(cx).map(|contents| {
                let of = ResourceOf { uri: std::mem::take(&mut of.uri), mime: of.mime };
                Done::Resource(contents, of)
            }),
            Self::Prompt { future, description } => {
                future.as_mut().poll(cx).map(|messages| Done::Prompt(messages, *description))
            }
            Self::Completion(future) => future.as_mut().poll(cx).map(Done::Completion),
            Self::Listing(future) => future.as_mut().poll(cx).map(Done::Listing),
        }));
        polled.unwrap_or_else(|payload| {
            forget(payload);
            Poll::Ready(self.failed())
        })
    }
}

/// Begins a call; reading its arguments runs code of the author's types, which may panic too.
pub(super) fn begin<T>(begin: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(begin)).map_err(|payload| {
        forget(payload);
        Error::hidden("a panic while the arguments were read")
    })
}

/// Drops what was panicked with, which may be anything, and may panic itself.
pub(super) fn forget(payload: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Nobody panics so for ever, but nobody has to find out.
        std::mem::forget(another);
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}
