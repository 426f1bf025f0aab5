//! Being asked to end from outside, while messages are carried.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Poll, ready};

use tokio::sync::mpsc;

/// What a connection knows of the wish that it end. Dropped when it has ended.
pub(crate) struct Stop {
    asked: Option<mpsc::Receiver<()>>,
    goes_on: Arc<AtomicBool>,
}

/// The other side of [`Stop`].
pub(crate) struct Stopper {
    ask: mpsc::Sender<()>,
    goes_on: Arc<AtomicBool>,
}

impl Stop {
    /// Nobody asks.
    pub(crate) fn never() -> Self {
        Self { asked: None, goes_on: Arc::default() }
    }

    pub(crate) fn pair() -> (Stopper, Self) {
        let (ask, asked) = mpsc::channel(1);
        let goes_on = Arc::default();
        (Stopper { ask, goes_on: Arc::clone(&goes_on) }, Self { asked: Some(asked), goes_on })
    }

    /// Ready when the connection is asked to end.
    pub(crate) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<()> {
        let Some(asked) = &mut self.asked else { return Poll::Pending };
        if ready!(asked.poll_recv(cx)).is_some() {
            return Poll::Ready(());
        }
        self.asked = None;
        Poll::Pending
    }

    /// Tells that the time for the end has begun anew: the peer is still reading.
    pub(super) fn goes_on(&self) {
        self.goes_on.store(true, Ordering::Relaxed);
    }
}

impl Stopper {
    /// Asks the connection to end.
    pub(crate) fn ask(&self) {
        // Full or closed: it was asked already, or has ended.
        self.ask.try_send(()).unwrap_or_default();
    }

    /// Ready when the connection has ended.
    pub(crate) async fn ended(&self) {
        self.ask.closed().await;
    }

    /// Whether the time for the end has begun anew since this was last asked.
    pub(crate) fn takes_longer(&self) -> bool {
        self.goes_on.swap(false, Ordering::Relaxed)
    }
}
