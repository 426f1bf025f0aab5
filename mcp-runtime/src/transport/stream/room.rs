//! Room for results: what calls have answered and the client has not yet been sent.
//!
//! A client that does not read makes answers wait. They are bounded by their bytes: while too much
//! waits, calls in flight are not polled, so that no further result is made. A function that blocks
//! cannot be paused: beyond a second bound its result is dropped and replaced by an error.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};

use tokio::task::{Id as TaskId, try_id};

use super::pace::poll_timed;
use crate::dispatch::{Done, Exchange};
use crate::limits::Limits;

/// A result of this size is always kept: all that can be in flight at the same time are 4 MiB, and
/// most calls that change something answer with less.
const SMALL: usize = 4 * 1024;

/// What is said instead of a result that could not be kept.
const UNREAD: &str = "the call ran, but its result was dropped: too many answers wait for the client \
     to read them; read them, then ask for the result again";

/// What the connection and its calls share.
#[derive(Debug)]
pub(super) struct Room {
    /// Bytes of finished results that are not yet written.
    held: AtomicUsize,
    /// The output has all that it takes.
    is_full: AtomicBool,
    /// From here on calls are not polled.
    pause: usize,
    /// A longer result is not kept.
    longest: usize,
    /// Beyond this much the results of functions that block are dropped.
    most: usize,
    /// The calls that are not polled.
    paused: Mutex<HashMap<TaskId, Waker>>,
    has_paused: AtomicBool,
}

/// What a finished result takes, until it is written.
#[derive(Debug)]
pub(super) struct Held {
    room: Arc<Room>,
    bytes: usize,
}

/// A call that goes on by itself, as long as there is room for what it answers.
pub(super) struct Gated {
    exchange: Exchange,
    room: Arc<Room>,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            held: AtomicUsize::new(0),
            is_full: AtomicBool::new(false),
            pause: limits.unsent,
            longest: limits.result,
            most: limits.result.saturating_mul(2).max(limits.unsent),
            paused: Mutex::default(),
            has_paused: AtomicBool::new(false),
        }
    }

    /// Told before and after results are written; wakes the calls that wait for room.
    pub(super) fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::SeqCst);
        if self.is_open() && self.has_paused.swap(false, Ordering::SeqCst) {
            let paused = std::mem::take(&mut *self.paused());
            paused.into_values().for_each(Waker::wake);
        }
    }

    fn is_open(&self) -> bool {
        !self.is_full.load(Ordering::SeqCst) && self.held.load(Ordering::SeqCst) < self.pause
    }

    /// Whether the call that is polled may go on; if not, it is woken when it may.
    fn admits(&self, cx: &TaskContext<'_>) -> bool {
        if self.is_open() {
            return true;
        }
        // Outside of a task nobody could be told apart, and nobody polls there.
        let Some(task) = try_id() else { return true };
        self.paused().insert(task, cx.waker().clone());
        self.has_paused.store(true, Ordering::SeqCst);
        // Room may have been made before the waker was seen.
        self.is_open()
    }

    /// Takes room for a result.
    fn take(self: &Arc<Self>, bytes: usize) -> Held {
        self.held.fetch_add(bytes, Ordering::SeqCst);
        Held { room: Arc::clone(self), bytes }
    }

    /// Takes room for a blocking function's result; `None` if so much is held that the result
    /// has to be dropped.
    fn take_bounded(self: &Arc<Self>, bytes: usize) -> Option<Held> {
        let held = self.take(bytes);
        (bytes <= SMALL || self.held.load(Ordering::SeqCst) <= self.most).then_some(held)
    }

    fn paused(&self) -> std::sync::MutexGuard<'_, HashMap<TaskId, Waker>> {
        // Nothing that panics is done under the lock.
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

impl Gated {
    pub(super) fn new(exchange: Exchange, room: Arc<Room>) -> Self {
        Self { exchange, room }
    }
}

impl Future for Gated {
    type Output = (Done, Option<Held>);

    fn poll(self: std::pin::Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let Self { exchange, room } = self.get_mut();
        let is_blocking = exchange.is_blocking();
        if !is_blocking && !room.admits(cx) {
            return Poll::Pending;
        }
        poll_timed(exchange, cx).map(|done| {
            let done = done.within(room.longest);
            // Several threads may poll calls at the same time, and each of their results is kept:
            // only as many as there are threads come on top.
            let held = if is_blocking {
                room.take_bounded(done.size())
            } else {
                Some(room.take(done.size()))
            };
            match held {
                Some(held) => (done, Some(held)),
                None => (done.without_result(UNREAD.to_owned()), None),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Arc<Room> {
        Arc::new(Room::new(&Limits::default().unsent(1000).result(100_000)))
    }

    #[test]
    fn results_are_held_up_to_a_bound_in_bytes() {
        let room = room();
        let first = room.take_bounded(150_000).unwrap();
        assert!(!room.is_open());
        assert!(room.take_bounded(60_000).is_none());
        // The result of a call that was polled at the same time in another thread.
        drop(room.take(60_000));
        let small = room.take_bounded(SMALL).unwrap();
        drop(first);
        assert!(room.take_bounded(60_000).is_some());
        drop(small);
        assert!(room.is_open());
        assert_eq!(room.held.load(Ordering::SeqCst), 0);
    }
}
