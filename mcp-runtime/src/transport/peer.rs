//! What can be seen of the peer without reading or writing.
//!
//! A peer that closes its end shows when everything it sent is read, and one that stopped reading
//! shows at the next write. Neither comes about while the output is full, or while calls wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use tokio::sync::Notify;

/// The peer of a connection.
#[derive(Clone, Default)]
pub(crate) struct Peer(Arc<Seen>);

#[derive(Default)]
struct Seen {
    has_hung_up: AtomicBool,
    has_left: AtomicBool,
    pace: Pace,
    has_read: AtomicBool,
    /// Wakes the connection.
    waker: Mutex<Option<Waker>>,
    /// Wakes whoever watches from outside.
    changed: Notify,
}

/// How it shows that the peer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Pace {
    /// By a write that is accepted after one that was not: the peer has made room.
    #[default]
    Writes,
    /// Whoever writes for us says so by [`Peer::reads`].
    Told,
}

impl Peer {
    pub(super) fn new(pace: Pace) -> Self {
        Self(Arc::new(Seen { pace, ..Seen::default() }))
    }

    pub(super) fn pace(&self) -> Pace {
        self.0.pace
    }

    /// Nothing more will be sent; what was sent may still be unread.
    pub(super) fn has_hung_up(&self) -> bool {
        self.0.has_hung_up.load(Ordering::Acquire)
    }

    /// Nobody will read what is written.
    pub(super) fn has_left(&self) -> bool {
        self.0.has_left.load(Ordering::Acquire)
    }

    /// Ready when the peer has closed both of its ends.
    pub(crate) async fn is_gone(&self) {
        loop {
            let changed = self.0.changed.notified();
            if self.has_hung_up() && self.has_left() {
                return;
            }
            changed.await;
        }
    }

    /// Whether the peer has read anything since the last time this was asked.
    pub(super) fn take_read(&self) -> bool {
        self.0.has_read.swap(false, Ordering::AcqRel)
    }

    /// Asks to be woken when the peer hangs up or leaves.
    pub(super) fn listen(&self, waker: &Waker) {
        let mut known = self.0.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *known = Some(waker.clone());
        }
    }

    #[cfg(unix)]
    pub(super) fn hangs_up(&self) {
        self.0.has_hung_up.store(true, Ordering::Release);
        self.wake();
    }

    #[cfg(unix)]
    pub(super) fn leaves(&self) {
        self.0.has_left.store(true, Ordering::Release);
        self.wake();
    }

    pub(super) fn reads(&self) {
        self.0.has_read.store(true, Ordering::Release);
    }

    #[cfg(unix)]
    fn wake(&self) {
        let known = self.0.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = &*known {
            waker.wake_by_ref();
        }
        self.0.changed.notify_waiters();
    }
}
