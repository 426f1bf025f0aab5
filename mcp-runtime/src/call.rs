//! A call: what a handler runs with, how it runs, and the place it takes while it does.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context as TaskContext, Poll};

use crate::ask::{Digest, State};
use crate::notify::Bus;
use crate::output::Outcome;

mod asking;
mod asks;
mod blocking;
mod context;
mod place;
#[cfg(feature = "http")]
mod principal;
mod progress;
mod questions;
mod reporter;

pub use asking::{AskError, Asking};
pub(crate) use asks::Way;
pub(crate) use blocking::begun_apart;
pub use blocking::blocking;
pub use context::Context;
pub(crate) use context::{Caller, ClientInfo, LogLevel};
pub(crate) use place::{Place, Places};
#[cfg(feature = "http")]
pub use principal::Principal;
pub use progress::{Amount, Progress};
pub use questions::{Confirmation, Repeatable};
pub(crate) use reporter::ProgressGuard;
pub use reporter::Reporter;

/// The server's state with its type forgotten, so that everything behind registration is compiled
/// once, in this crate.
pub(crate) type AnyState = Arc<dyn Any + Send + Sync>;

/// What all calls of a server share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) state: AnyState,
    pub(crate) bus: Arc<Bus>,
}

/// What a handler runs with: the state and the context of this call, owned by its future.
#[derive(Debug)]
pub struct Call {
    context: Context,
    /// What the call takes of the bounds on calls that run. A function that blocks takes it along:
    /// it goes on when nobody waits for its call any more.
    place: Place,
}

impl Call {
    pub(crate) fn new(context: Context, place: Place) -> Self {
        Self { context, place }
    }

    /// One more call for the same request.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.context.again(), self.place.again())
    }

    /// The server's state.
    ///
    /// # Panics
    /// Never: a handler is only ever registered with a server of its own state type, which
    /// [`Handlers`](crate::Handlers) carries.
    pub fn state<S: 'static>(&self) -> &S {
        let state = self.context.state().downcast_ref();
        state.expect("the state has the type the handler was registered with")
    }

    /// The context of this call.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Whether a question ends it.
    #[inline]
    pub(crate) fn takes_rounds(&self) -> bool {
        self.context.asks.way.takes_rounds()
    }

    /// Goes on with what is known from earlier rounds of questions.
    pub(crate) fn resume(&mut self, state: State) {
        self.context.asks.resume(state);
    }

    /// The same call of a function that may ask: it remembers its arguments, if its client can be
    /// asked in rounds.
    pub(crate) fn bind(mut self, arguments: impl FnOnce() -> Digest) -> Self {
        let context = &mut self.context;
        if context.asks.way.takes_rounds() && context.caller().askable.anything() {
            context.asks.bind(arguments());
        }
        self
    }

    /// Waits for what a function returns, unless the call ends at a question.
    ///
    /// # Errors
    /// The questions that the call ends with, or why it cannot ask, or those of the function.
    pub async fn watch<T>(
        &self,
        returned: impl Future<Output = T>,
        finish: impl FnOnce(T) -> Outcome,
    ) -> Outcome {
        let mut returned = std::pin::pin!(returned);
        let asks = &self.context.asks;
        let ended = std::future::poll_fn(|cx| match returned.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending if asks.has_ended() => {
                asks.waits();
                let ended = asks.end(self.context.principal());
                ended.map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
            }
            Poll::Pending => {
                asks.waits();
                Poll::Pending
            }
        });
        finish(ended.await?)
    }

    /// The number of questions that are open, for the time limit of the call.
    pub(crate) fn open_questions(&self) -> Arc<AtomicUsize> {
        self.context.asks.counted()
    }
}

/// The handler of a call, which has begun.
pub struct Running {
    future: Pin<Box<dyn Future<Output = Outcome> + Send>>,
    is_blocking: bool,
    /// The same of a call that is still being begun, as soon as that is known.
    becomes_blocking: Option<Arc<AtomicBool>>,
}

impl Running {
    /// An async function.
    pub fn new(future: Pin<Box<dyn Future<Output = Outcome> + Send>>) -> Self {
        Self { future, is_blocking: false, becomes_blocking: None }
    }

    /// A call that needs no function.
    pub(crate) fn ready(outcome: Outcome) -> Self {
        Self::new(Box::pin(std::future::ready(outcome)))
    }

    /// The same function in another future.
    pub(crate) fn map<F>(self, wrap: impl FnOnce(Self) -> F) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (is_blocking, becomes_blocking) = (self.is_blocking, self.becomes_blocking.clone());
        Self { future: Box::pin(wrap(self)), is_blocking, becomes_blocking }
    }

    /// Whether the function runs in a thread, and is not stopped by not being polled.
    pub(crate) fn is_blocking(&self) -> bool {
        let becomes = |told: &Arc<AtomicBool>| told.load(Ordering::Relaxed);
        self.is_blocking || self.becomes_blocking.as_ref().is_some_and(becomes)
    }
}

impl Future for Running {
    type Output = Outcome;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Outcome> {
        self.future.as_mut().poll(cx)
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}
