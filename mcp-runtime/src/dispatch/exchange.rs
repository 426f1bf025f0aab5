//! A request that is being answered: it is polled until it has an outcome, and knows no id, no
//! stream and no lock. Dropping it cancels the call.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

#[cfg(feature = "http")]
use super::Reason;
use super::Served;
use super::envelope::Envelope;
use crate::call::{ProgressGuard, Running};
use crate::error::{Error, Misuse};
use crate::jsonrpc::{Id, code};
use crate::log::{self, CallSpan};
use crate::output::{Outcome, Output};
use crate::protocol::ProtocolVersion;
use crate::schema::Promise;
use crate::tool::result::keep;

/// A request that is being answered.
pub(crate) struct Exchange {
    running: Running,
    of: Of,
    version: ProtocolVersion,
    /// Its progress, if the client asked for it.
    progress: Option<ProgressGuard>,
    span: CallSpan,
}

/// What is asked for, as far as its answer depends on it.
#[derive(Debug, Clone)]
pub(super) enum Of {
    Tool {
        name: Arc<str>,
        /// What its result is held against.
        promise: Option<Arc<Promise>>,
    },
    /// The resource that is read: its contents say so where they do not say otherwise.
    Resource {
        uri: String,
        mime: Option<Cow<'static, str>>,
    },
    Prompt {
        name: String,
        description: Option<Cow<'static, str>>,
    },
    /// Values or names, which are sent as they come; said for the log.
    List(&'static str),
}

/// A request that has an outcome.
#[derive(Debug)]
pub(crate) struct Done {
    outcome: Outcome,
    of: Of,
    version: ProtocolVersion,
    /// For what is logged when it is written.
    span: CallSpan,
}

impl Exchange {
    pub(super) fn new(
        running: Running,
        of: Of,
        version: ProtocolVersion,
        progress: Option<ProgressGuard>,
    ) -> Self {
        Self { running, of, version, progress, span: CallSpan::none() }
    }

    /// The same request, polled in a span.
    #[cfg(feature = "tracing")]
    pub(super) fn in_span(self, id: &Id<'_>, client: Option<&str>) -> Self {
        let (kind, name) = (self.of.kind(), self.of.name());
        let span = CallSpan::of(kind, name, id.as_json(), client);
        Self { span, ..self }
    }

    /// The tool that is called, if it is one.
    pub(crate) fn tool(&self) -> Option<&Arc<str>> {
        match &self.of {
            Of::Tool { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Whether its function runs in a thread, and is not stopped by not being polled.
    pub(crate) fn is_blocking(&self) -> bool {
        self.running.is_blocking()
    }

    /// Drops it. A panic of the author's code on the way is logged by the hook and ends here: two
    /// at once would abort the process.
    #[cfg(feature = "http")]
    pub(crate) fn cancel(self) {
        catch_unwind(AssertUnwindSafe(|| drop(self))).unwrap_or_else(forget);
    }

    /// What it comes to if it ends without an outcome; why that is. A model only learns that its
    /// tool failed.
    pub(crate) fn failed(&self, why: impl Into<Cow<'static, str>>) -> Done {
        self.done(Err(Error::panicked(why)))
    }

    fn done(&self, outcome: Outcome) -> Done {
        Done { outcome, of: self.of.clone(), version: self.version, span: self.span.clone() }
    }

    #[cold]
    fn panicked(&self, payload: Box<dyn Any + Send>) -> Done {
        match payload.downcast::<Misuse>() {
            Ok(misuse) => self.done(Err(Error::new(misuse.0))),
            Err(payload) => {
                let why = format!("it panicked: {}", log::panic_message(&*payload));
                forget(payload);
                self.failed(why)
            }
        }
    }

    /// Polls it where it stands; a panic is its end.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Done> {
        let Self { running, of, span, .. } = self;
        let poll = AssertUnwindSafe(|| {
            let mut polled = Pin::new(running).poll(cx);
            if let (Poll::Ready(outcome), Of::Tool { promise: Some(promise), .. }) =
                (&mut polled, of)
            {
                keep(outcome, promise);
            }
            polled
        });
        let polled = span.in_scope(|| catch_unwind(poll));
        if !matches!(polled, Ok(Poll::Pending))
            && let Some(progress) = self.progress.take()
        {
            progress.finish();
        }
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(outcome)) => {
                let of = std::mem::replace(&mut self.of, Of::List(""));
                let span = std::mem::replace(&mut self.span, CallSpan::none());
                Poll::Ready(Done { outcome, of, version: self.version, span })
            }
            Err(payload) => Poll::Ready(self.panicked(payload)),
        }
    }
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(what) => f.write_str(what),
            of => write!(f, "{} `{}`", of.kind(), of.name()),
        }
    }
}

impl Of {
    pub(super) fn is_tool(&self) -> bool {
        matches!(self, Self::Tool { .. })
    }

    /// The kind of what is asked for, for the log.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Tool { .. } => "tool",
            Self::Resource { .. } => "resource",
            Self::Prompt { .. } => "prompt",
            Self::List(what) => what,
        }
    }

    /// Its name or URI; empty if it has none.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Tool { name, .. } => name,
            Self::Resource { uri, .. } => uri,
            Self::Prompt { name, .. } => name,
            Self::List(_) => "",
        }
    }
}

impl Done {
    /// Why the request is refused after all, if it is.
    ///
    /// Spec: 2026-07-28, basic, Client Capabilities.
    #[cfg(feature = "http")]
    pub(crate) fn reason(&self) -> Option<Reason> {
        let is_lacking = self.outcome.as_ref().is_err_and(Error::is_lacking);
        is_lacking.then_some(Reason::Capability)
    }

    /// The tool that was called, if it was one.
    pub(crate) fn tool(&self) -> Option<&Arc<str>> {
        match &self.of {
            Of::Tool { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The same request, whose result cannot be sent.
    pub(crate) fn without_result(mut self, why: String) -> Self {
        self.drop_result(why);
        self
    }

    #[cold]
    fn drop_result(&mut self, why: String) {
        self.outcome = match &self.of {
            Of::Tool { .. } => Ok(Output::tool_error(why)),
            _ => Err(Error::protocol(code::INTERNAL_ERROR, why)),
        };
    }

    /// The same request with an error in place of a result that is longer than the limit, as far as
    /// that is known before it is written.
    #[inline]
    pub(crate) fn within(mut self, limit: usize) -> Self {
        self.keep_within(limit);
        self
    }

    fn keep_within(&mut self, limit: usize) {
        let length = self.outcome.as_ref().map_or(0, Output::length);
        if length > limit {
            self.drop_result(too_long(length, limit));
        }
    }

    /// Bytes that are held until the answer is written: those of an error too.
    pub(crate) fn size(&self) -> usize {
        match &self.outcome {
            Ok(output) => output.size(),
            Err(error) => error.size(),
        }
    }

    /// Writes the answer, under the version of the request.
    pub(crate) fn write(mut self, out: &mut Vec<u8>, id: &Id<'_>, served: &Served) {
        let start = out.len();
        let limit = served.limits.result;
        self.keep_within(limit);
        let Self { outcome, of, version, span } = self;
        let is_tool = of.is_tool();
        let mut envelope = Envelope { out, id, served, version };
        span.in_scope(|| envelope.write(outcome, &of));
        // The newline does not count, as in a line that is read.
        let length = (envelope.out.len() - start).saturating_sub(1);
        if length > limit {
            envelope.out.truncate(start);
            let what = too_long(length, limit);
            envelope.write_without_result(is_tool, what);
        }
    }
}

/// What is said instead of a result that is longer than the limit.
fn too_long(length: usize, limit: usize) -> String {
    format!("the result has {length} bytes, the limit is {limit}: ask for less of it at a time")
}

/// Begins a call; reading its arguments runs code of the author's types, which may panic too.
pub(super) fn begin_call<T>(begin: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(begin)).map_err(|payload| {
        let message = log::panic_message(&*payload);
        let error = Error::hidden(format!("a panic while the arguments were read: {message}"));
        forget(payload);
        error
    })
}

/// Drops what was panicked with, which may be anything, and may panic itself.
pub(super) fn forget(payload: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Nobody panics so for ever, but nobody has to find out.
        std::mem::forget(another);
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("of", &self.of).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_held_like_results() {
        let text = "x".repeat(1000);
        let outcomes = [
            Err(Error::panicked(text.clone())),
            Err(Error::new(text.clone())),
            Err(Error::hidden(text.clone())),
            Err(Error::not_found(text.clone())),
            Err(Error::protocol(1, text.clone())),
            Ok(Output::tool_error(text)),
        ];
        for outcome in outcomes {
            let (of, span) = (Of::List("test"), CallSpan::none());
            let done = Done { outcome, of, version: ProtocolVersion::ALL[0], span };
            assert_eq!(done.size(), 1000, "{done:?}");
        }
    }
}
