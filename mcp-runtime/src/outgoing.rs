//! What is said to a client beside answers, on its way to its stream: progress and log messages.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes that wait to be sent. What comes on top is left out: these are hints for a person who
/// watches, and a client that does not read them is not told more.
const WAITING: usize = 256 * 1024;

/// The shortest time between two progress reports of one call: faster than anybody can read, and a
/// call that reports each of a million steps costs its client a hundred messages a second.
const PACE: Duration = Duration::from_millis(10);

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
    /// Calls that have reported progress.
    paced: Vec<Paced>,
    /// Wakes the owner of the stream when the next message that is kept back is due.
    timer: Option<Pin<Box<Sleep>>>,
    /// Wakes whoever owns the stream.
    waker: Option<Waker>,
}

/// The pace of one call: of the messages within one pause the last one is sent.
struct Paced {
    call: usize,
    /// The end of the pause.
    due: Instant,
    /// Kept back until then.
    line: Option<Vec<u8>>,
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
        messages.hint(write);
        self.wake(&mut messages);
    }

    /// Writes one message of a call: at once, or if one was sent less than [`PACE`] ago, when that
    /// time is over. It replaces a message that is kept back.
    pub(crate) fn pace(&self, call: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if self.is_unheard {
            return;
        }
        let now = Instant::now();
        let mut messages = self.lock();
        let known = messages.paced.iter().position(|paced| paced.call == call);
        match known {
            Some(at) if messages.paced[at].due > now => {
                let mut line = Vec::new();
                write(&mut line);
                messages.keep_back(at, line);
            }
            Some(at) => {
                let due = now + PACE;
                messages.paced[at] = Paced { call, due, line: None };
                messages.hint(write);
            }
            None => {
                messages.paced.push(Paced { call, due: now + PACE, line: None });
                messages.hint(write);
            }
        }
        self.wake(&mut messages);
    }

    /// Sends the message of a call that is kept back, because the call has an answer.
    pub(crate) fn release(&self, call: usize) {
        if self.is_unheard {
            return;
        }
        let mut messages = self.lock();
        if let Some(Paced { line: Some(line), .. }) = messages.take_paced(call) {
            messages.lines.extend_from_slice(&line);
            self.wake(&mut messages);
        }
    }

    /// Drops the message of a call that is kept back, because the call was cancelled.
    pub(crate) fn forget(&self, call: usize) {
        if !self.is_unheard {
            self.lock().take_paced(call);
        }
    }

    /// Wakes the owner of the stream.
    fn wake(&self, messages: &mut Messages) {
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

    /// Asks to be woken when something is said, or is due.
    pub(crate) fn listen(&self, cx: &mut TaskContext<'_>) {
        let mut messages = self.lock();
        if !messages.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            messages.waker = Some(cx.waker().clone());
        }
        if !messages.paced.is_empty() && messages.release_due(cx) {
            self.waits.store(true, Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        // Nothing that panics is done under the lock; whole messages are all it can hold.
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Messages {
    fn hint(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let waiting = self.lines.len();
        if waiting < WAITING {
            write(&mut self.lines);
            // One message can be of any length.
            if self.lines.len() > 2 * WAITING {
                self.lines.truncate(waiting);
                self.lines.shrink_to(WAITING);
            }
        }
    }

    /// Keeps a message back, unless too much waits.
    fn keep_back(&mut self, at: usize, line: Vec<u8>) {
        self.paced[at].line = None;
        let kept: usize = self.paced.iter().flat_map(|paced| &paced.line).map(Vec::len).sum();
        if self.lines.len() + kept + line.len() < WAITING {
            self.paced[at].line = Some(line);
        }
    }

    fn take_paced(&mut self, call: usize) -> Option<Paced> {
        let at = self.paced.iter().position(|paced| paced.call == call)?;
        Some(self.paced.swap_remove(at))
    }

    /// Sends what is due, and returns whether there was anything. Sets the timer for the rest.
    fn release_due(&mut self, cx: &mut TaskContext<'_>) -> bool {
        let Self { lines, paced, timer, .. } = self;
        let mut has_released = false;
        loop {
            let now = Instant::now();
            let mut next: Option<Instant> = None;
            for Paced { due, line, .. } in &mut *paced {
                if line.is_some() && *due > now {
                    next = Some(next.map_or(*due, |next| next.min(*due)));
                } else if let Some(line) = line.take() {
                    lines.extend_from_slice(&line);
                    *due = now + PACE;
                    has_released = true;
                }
            }
            let Some(next) = next else { return has_released };
            let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
            if timer.deadline() != next {
                timer.as_mut().reset(next);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return has_released;
            }
        }
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

    /// What an owner of the stream that polls all the time gets, and when, in milliseconds.
    async fn sent(outgoing: &Outgoing, until: Duration) -> Vec<(u128, String)> {
        let began = Instant::now();
        let mut sent = Vec::new();
        let poll = std::future::poll_fn(|cx| {
            let mut out = Vec::new();
            outgoing.listen(cx);
            outgoing.drain(&mut out);
            let lines = str::from_utf8(&out).unwrap().lines();
            sent.extend(lines.map(|line| (began.elapsed().as_millis(), line.to_owned())));
            std::task::Poll::<()>::Pending
        });
        tokio::time::timeout(until, poll).await.unwrap_err();
        sent
    }

    fn paused(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().unwrap().block_on(test);
    }

    fn say(outgoing: &Outgoing, call: usize, what: &str) {
        outgoing.pace(call, |out| out.extend_from_slice(format!("{what}\n").as_bytes()));
    }

    /// PROG-05.
    #[test]
    fn of_what_a_call_says_in_a_row_the_last_is_sent_when_it_is_due() {
        paused(async {
            let outgoing = Outgoing::default();
            for what in ["a1", "a2", "a3"] {
                say(&outgoing, 1, what);
            }
            say(&outgoing, 2, "b1");
            let expected = [(0, "a1"), (0, "b1"), (10, "a3")];
            let sent_now = sent(&outgoing, Duration::from_millis(12)).await;
            assert_eq!(sent_now, expected.map(|(ms, what)| (ms, what.to_owned())));
            // 2 ms after the one that was kept back, 12 after that of the other call.
            say(&outgoing, 1, "a4");
            say(&outgoing, 2, "b2");
            let expected = [(0, "b2"), (8, "a4")];
            let sent_now = sent(&outgoing, Duration::from_secs(1)).await;
            assert_eq!(sent_now, expected.map(|(ms, what)| (ms, what.to_owned())));
        });
    }

    #[test]
    fn the_end_of_a_call_sends_what_is_kept_back_unless_it_was_cancelled() {
        paused(async {
            let outgoing = Outgoing::default();
            for call in [1, 2] {
                say(&outgoing, call, "first");
                say(&outgoing, call, if call == 1 { "answered" } else { "cancelled" });
            }
            outgoing.release(1);
            outgoing.forget(2);
            let sent = sent(&outgoing, Duration::from_secs(1)).await;
            let sent: Vec<&str> = sent.iter().map(|(_, what)| &**what).collect();
            assert_eq!(sent, ["first", "first", "answered"]);
        });
    }

    #[test]
    fn what_is_kept_back_is_bounded() {
        paused(async {
            let outgoing = Outgoing::default();
            for call in 0..100 {
                say(&outgoing, call, "first");
                say(&outgoing, call, &"x".repeat(10_000));
            }
            let sent = sent(&outgoing, Duration::from_secs(1)).await;
            let bytes: usize = sent.iter().map(|(_, what)| what.len()).sum();
            assert!((WAITING / 2..WAITING).contains(&bytes), "{bytes}");
        });
    }
}
