//! What is said to a client beside answers, on its way to its stream: progress and log messages.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Bytes that wait to be sent. What comes on top is left out: these are hints for a person who
/// watches, and a client that does not read them is not told more.
const WAITING: usize = 256 * 1024;

/// The messages of one stream's calls, in the order they were said.
#[derive(Default)]
pub(crate) struct Outgoing {
    messages: Mutex<Messages>,
    /// Whether anything waits: most calls say nothing, and the loop asks after each.
    waits: AtomicBool,
    /// Nobody will ever look.
    is_unheard: bool,
}

#[derive(Default)]
struct Messages {
    lines: Vec<u8>,
    /// Wakes whoever owns the stream.
    waker: Option<Waker>,
}

impl Outgoing {
    /// Of calls whose client can hear nothing: what they say is not even written.
    #[cfg(feature = "http")]
    pub(crate) fn unheard() -> Self {
        Self { is_unheard: true, ..Self::default() }
    }

    /// Writes one message, with its newline. It is left out while too much waits.
    pub(crate) fn hint(&self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.is_unheard {
            return;
        }
        let mut messages = self.lock();
        let waiting = messages.lines.len();
        if waiting < WAITING {
            write(&mut messages.lines);
            // One message can be of any length.
            if messages.lines.len() > 2 * WAITING {
                messages.lines.truncate(waiting);
                messages.lines.shrink_to(WAITING);
            }
        }
        self.waits.store(true, Ordering::Release);
        if let Some(waker) = messages.waker.take() {
            waker.wake();
        }
    }

    /// Whether anything waits to be sent.
    #[cfg(feature = "http")]
    pub(crate) fn has_waiting(&self) -> bool {
        self.waits.load(Ordering::Acquire)
    }

    /// Moves what waits into the output.
    pub(crate) fn drain(&self, out: &mut Vec<u8>) {
        if self.waits.load(Ordering::Relaxed) && self.waits.swap(false, Ordering::Acquire) {
            out.append(&mut self.lock().lines);
        }
    }

    /// Asks to be woken when something is said.
    pub(crate) fn listen(&self, waker: &Waker) {
        let mut messages = self.lock();
        if !messages.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            messages.waker = Some(waker.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        // Nothing that panics is done under the lock; whole messages are all it can hold.
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("waits", &self.waits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_waits_and_what_nobody_can_hear_is_not_even_written() {
        let outgoing = Outgoing::default();
        outgoing.hint(|out| out.push(b'\n'));
        let mut out = Vec::new();
        outgoing.drain(&mut out);
        assert_eq!(out, b"\n");
        #[cfg(feature = "http")]
        {
            let unheard = Outgoing::unheard();
            unheard.hint(|_| panic!("it is written all the same"));
            assert!(!unheard.has_waiting());
        }
    }
}
