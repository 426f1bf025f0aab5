//! What is said to a client beside answers, on its way to its stream: progress and log messages,
//! which may be left out, and requests, which may not.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::jsonrpc::escape_separators;

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
    /// `None` where the client cannot be asked by requests.
    requests: Option<(Arc<Requests>, Peer)>,
}

#[derive(Default)]
struct Messages {
    lines: Vec<u8>,
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
        self.waits.store(true, Ordering::Release);
        if let Some(waker) = messages.waker.take() {
            waker.wake();
        }
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

    /// Asks the reader of this stream to leave, and to come back after this time.
    #[cfg(feature = "http")]
    pub(crate) fn reconnect(&self, after: Duration) {
        if self.requests.is_none() {
            return;
        }
        let mut messages = self.lock();
        messages.reconnect = Some(after);
        self.waits.store(true, Ordering::Release);
        if let Some(waker) = messages.waker.take() {
            waker.wake();
        }
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
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Reply>> {
        std::pin::Pin::new(&mut self.reply).poll(cx).map(Result::ok)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.outgoing.withdraw(self.id);
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
