//! What is said to a client beside answers, on its way to its stream: progress and log messages,
//! which may be left out, and requests, which may not.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::jsonrpc::escape_separators;

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
    /// `None` where the client cannot be asked by requests.
    requests: Option<(Arc<Requests>, Peer)>,
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
    /// When the reader is to leave, and come back after this time.
    #[cfg(feature = "http")]
    reconnect: Option<Duration>,
}

/// The requests of the server that wait for their answers, by their ids.
pub(crate) struct Requests {
    table: Mutex<Table>,
    /// How long one waits.
    answer: Duration,
}

struct Table {
    waiting: HashMap<u64, (Peer, oneshot::Sender<Reply>)>,
    first_id: u64,
    next_id: u64,
    /// No more answers come.
    is_closed: bool,
}

/// Whom a request was sent to: a session of HTTP, or the one client of a stream.
pub(crate) type Peer = u128;

/// The `result` or the `error` of an answer, as JSON.
pub(crate) type Reply = Result<String, String>;

/// A request that waits for its answer. Dropping it tells the client that nobody waits any more.
pub(crate) struct Waiting {
    outgoing: Arc<Outgoing>,
    id: u64,
    reply: oneshot::Receiver<Reply>,
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

    /// Of a client that can be asked by requests.
    pub(crate) fn asking(requests: Arc<Requests>, peer: Peer) -> Self {
        Self { requests: Some((requests, peer)), ..Self::default() }
    }

    /// Sends a request, given as an object with its method and params; `None` if nobody is there to
    /// answer.
    pub(crate) fn ask(self: &Arc<Self>, request: &str) -> Option<Waiting> {
        let (requests, peer) = self.requests.as_ref()?;
        let (id, reply) = requests.open(*peer)?;
        let members = request.strip_prefix('{').unwrap_or_default();
        self.send(&format!(r#"{{"jsonrpc":"2.0","id":{id},{members}"#));
        Some(Waiting { outgoing: Arc::clone(self), id, reply })
    }

    /// How long a request waits for its answer.
    pub(crate) fn answer_limit(&self) -> Duration {
        self.requests.as_ref().map_or(Duration::ZERO, |(requests, _)| requests.answer)
    }

    /// Tells the client that nobody waits for its answer.
    fn withdraw(&self, id: u64) {
        let is_open = |(requests, _): &(Arc<Requests>, Peer)| requests.close(id);
        if self.requests.as_ref().is_some_and(is_open) {
            self.send(&format!(
                r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id},"reason":"the answer is not needed any more"}}}}"#
            ));
        }
    }

    /// Writes a message that is never left out.
    fn send(&self, message: &str) {
        let mut messages = self.lock();
        let start = messages.lines.len();
        messages.lines.extend_from_slice(message.as_bytes());
        messages.lines.push(b'\n');
        escape_separators(&mut messages.lines, start);
        self.wake(&mut messages);
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

    /// Asks the reader of this stream to leave, and to come back after this time.
    #[cfg(feature = "http")]
    pub(crate) fn reconnect(&self, after: Duration) {
        if self.requests.is_none() {
            return;
        }
        let mut messages = self.lock();
        messages.reconnect = Some(after);
        self.wake(&mut messages);
    }

    /// When the reader is to come back, if it is to leave.
    #[cfg(feature = "http")]
    pub(crate) fn take_reconnect(&self) -> Option<Duration> {
        self.lock().reconnect.take()
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

impl Requests {
    /// Ids count from `first_id` on.
    pub(crate) fn new(first_id: u64, answer: Duration) -> Self {
        let waiting = HashMap::new();
        let table = Table { waiting, first_id, next_id: first_id, is_closed: false };
        Self { table: Mutex::new(table), answer }
    }

    fn open(&self, peer: Peer) -> Option<(u64, oneshot::Receiver<Reply>)> {
        let mut table = self.lock();
        if table.is_closed {
            return None;
        }
        let id = table.next_id;
        table.next_id += 1;
        let (sender, reply) = oneshot::channel();
        table.waiting.insert(id, (peer, sender));
        Some((id, reply))
    }

    /// Takes the answer of a client. One that nobody waits for is dropped. Whether there ever was a
    /// request with this id.
    pub(crate) fn answer(&self, peer: Peer, id: &str, reply: impl FnOnce() -> Reply) -> bool {
        let Ok(id) = id.parse::<u64>() else { return false };
        let mut table = self.lock();
        if table.waiting.get(&id).is_some_and(|(asked, _)| *asked == peer)
            && let Some((_, request)) = table.waiting.remove(&id)
        {
            // Whoever asked may have gone meanwhile.
            request.send(reply()).unwrap_or_default();
        }
        (table.first_id..table.next_id).contains(&id)
    }

    /// Closes a request; whether it was open.
    fn close(&self, id: u64) -> bool {
        self.lock().waiting.remove(&id).is_some()
    }

    /// No more answers come: those who wait are told, and nothing more is asked.
    pub(crate) fn end(&self) {
        let mut table = self.lock();
        table.is_closed = true;
        table.waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing that panics is done under the lock.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests").finish_non_exhaustive()
    }
}

impl Waiting {
    /// The answer, or `None` if none will come.
    pub(crate) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<Reply>> {
        std::pin::Pin::new(&mut self.reply).poll(cx).map(Result::ok)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.outgoing.withdraw(self.id);
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
