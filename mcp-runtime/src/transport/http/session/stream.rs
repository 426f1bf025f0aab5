//! The messages of one stream of a session. They are kept until they are sent, and some of them
//! longer, so that a client can resume the stream.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use memchr::memchr_iter;

use crate::jsonrpc::Id;

/// How many bytes of messages are kept for resumption.
const KEPT: usize = 256 * 1024;

/// How many bytes may wait for a reader. Beyond it, progress and log messages stay in the
/// `Outgoing` of their calls, which drops them when it is full.
const WAITING: usize = 64 * 1024;

/// The messages of one stream, in order.
pub(super) struct Stream {
    state: Mutex<State>,
    /// Bytes of the messages of all streams.
    total: Arc<AtomicUsize>,
}

#[derive(Default)]
struct State {
    /// Messages without their newlines.
    messages: VecDeque<Vec<u8>>,
    /// The number of the first of them.
    first: u64,
    /// The number of the next message for the latest reader.
    sent: u64,
    /// Bytes of all messages, and of those that are not sent.
    bytes: usize,
    unsent: usize,
    /// How many of the messages are answers.
    answers: usize,
    /// No more messages will follow.
    is_done: bool,
    /// The calls to cancel, and whether all are cancelled.
    cancelled: Vec<Id<'static>>,
    is_cancelled: bool,
    /// Wakes the task that runs the calls.
    runner: Option<Waker>,
    /// The latest reader. Earlier readers end.
    reader: u64,
    waker: Option<Waker>,
    /// The reader is to end; the client reconnects after this time.
    reconnect: Option<Duration>,
}

/// What a reader sends next.
pub(super) enum Next {
    /// A message, and its number.
    Message(u64, Vec<u8>),
    /// The time after which the client reconnects. The reader ends.
    Reconnect(Duration),
    /// The end of the stream.
    End,
}

impl Stream {
    /// An empty stream. `total` counts the bytes of all streams.
    pub(super) fn new(total: Arc<AtomicUsize>) -> Self {
        Self { state: Mutex::default(), total }
    }

    /// Adds messages, one a line. `answers` is how many of them are answers.
    pub(super) fn add(&self, lines: &[u8], answers: usize) {
        self.add_to(&mut self.lock(), lines, answers);
    }

    /// Adds the last messages and ends the stream, in one step: a reader that sees the answer
    /// knows that it is complete.
    pub(super) fn add_last(&self, lines: &[u8], answers: usize) {
        let mut state = self.lock();
        state.is_done = true;
        self.add_to(&mut state, lines, answers);
    }

    fn add_to(&self, state: &mut State, lines: &[u8], answers: usize) {
        state.answers += answers;
        let mut start = 0;
        for end in memchr_iter(b'\n', lines) {
            let bytes = end - start;
            state.bytes += bytes;
            state.unsent += bytes;
            self.total.fetch_add(bytes, Ordering::Relaxed);
            state.messages.push_back(lines[start..end].to_vec());
            start = end + 1;
        }
        self.forget(state, KEPT);
        state.wake();
    }

    /// Drops sent messages, the oldest first, until at most `left` bytes are left.
    fn forget(&self, state: &mut State, left: usize) {
        while state.bytes > left && state.first < state.sent {
            let Some(message) = state.messages.pop_front() else { return };
            state.bytes -= message.len();
            state.first += 1;
            self.total.fetch_sub(message.len(), Ordering::Relaxed);
        }
    }

    /// Whether there is room for progress and log messages. The task that runs the calls is woken
    /// when there is room again.
    pub(super) fn has_room(&self) -> bool {
        self.lock().unsent < WAITING
    }

    /// Wakes the reader.
    pub(super) fn wake(&self) {
        self.lock().wake();
    }

    /// Ends the stream.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.is_done = true;
        state.wake();
    }

    /// Whether the stream has ended.
    pub(super) fn is_done(&self) -> bool {
        self.lock().is_done
    }

    /// Ends the reader. The client reconnects after this time.
    pub(super) fn reconnect(&self, after: Duration) {
        let mut state = self.lock();
        state.reconnect = Some(after);
        state.wake();
    }

    /// Registers a new reader, which begins with this message, and returns its number. It
    /// replaces the previous reader.
    pub(super) fn take_over(&self, at: u64) -> u64 {
        let mut state = self.lock();
        state.reader += 1;
        // Messages that an earlier reader has sent are kept until this one has sent them too.
        state.sent = at;
        let sent = usize::try_from(at.saturating_sub(state.first)).unwrap_or(usize::MAX);
        state.unsent = state.messages.iter().skip(sent).map(Vec::len).sum();
        state.reconnect = None;
        state.wake();
        state.reader
    }

    /// The number of the first message that no reader has sent.
    pub(super) fn unsent(&self) -> u64 {
        self.lock().sent
    }

    /// Whether messages from this number on are still kept.
    pub(super) fn has(&self, at: u64) -> bool {
        let state = self.lock();
        (state.first..=state.end()).contains(&at)
    }

    /// The message with this number, or what comes instead of it.
    pub(super) fn poll(&self, reader: u64, at: u64, cx: &TaskContext<'_>) -> Poll<Next> {
        let mut state = self.lock();
        if state.reader != reader {
            return Poll::Ready(Next::End);
        }
        let index = at.checked_sub(state.first).and_then(|index| usize::try_from(index).ok());
        if let Some(message) = index.and_then(|index| state.messages.get(index)) {
            let message = message.clone();
            let had_room = state.unsent < WAITING;
            state.sent = at + 1;
            state.unsent = state.unsent.saturating_sub(message.len());
            if !had_room && state.unsent < WAITING {
                state.wake_runner();
            }
            return Poll::Ready(Next::Message(at, message));
        }
        if state.is_done {
            return Poll::Ready(Next::End);
        }
        if let Some(after) = state.reconnect.take() {
            return Poll::Ready(Next::Reconnect(after));
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Ready when there is a message, or none will come.
    pub(super) fn poll_first(&self, cx: &TaskContext<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_done || state.reconnect.is_some() || !state.messages.is_empty() {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Ready when the stream has ended.
    pub(super) fn poll_done(&self, cx: &TaskContext<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_done {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Takes all messages, one a line, if the stream has ended and contains answers only: the
    /// response is JSON then. It may be empty, because cancelled calls have no answer.
    pub(super) fn take_answers(&self) -> Option<Vec<u8>> {
        let mut state = self.lock();
        if !state.is_done || state.answers != state.messages.len() {
            return None;
        }
        let mut lines = Vec::with_capacity(state.bytes + state.messages.len());
        for message in &state.messages {
            lines.extend_from_slice(message);
            lines.push(b'\n');
        }
        state.sent = state.end();
        self.forget(&mut state, 0);
        Some(lines)
    }

    /// Cancels a call.
    pub(super) fn cancel(&self, id: Id<'static>) {
        let mut state = self.lock();
        state.cancelled.push(id);
        state.wake_runner();
    }

    /// Cancels all calls.
    pub(super) fn cancel_all(&self) {
        let mut state = self.lock();
        state.is_cancelled = true;
        state.wake_runner();
    }

    /// Takes the calls to cancel; `None` means all of them.
    pub(super) fn take_cancelled(&self, cx: &TaskContext<'_>) -> Option<Vec<Id<'static>>> {
        let mut state = self.lock();
        state.runner = Some(cx.waker().clone());
        (!state.is_cancelled).then(|| std::mem::take(&mut state.cancelled))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that panics is done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let bytes = self.lock().bytes;
        self.total.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl State {
    /// The number of the next message to be added.
    fn end(&self) -> u64 {
        self.first + self.messages.len() as u64
    }

    fn wake_runner(&mut self) {
        if let Some(waker) = self.runner.take() {
            waker.wake();
        }
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::task::Wake;

    use super::*;

    fn stream() -> (Arc<AtomicUsize>, Stream) {
        let total = Arc::default();
        (Arc::clone(&total), Stream::new(total))
    }

    /// Adds messages of 1 KiB.
    fn add(stream: &Stream, count: usize) {
        let line = [&[b'x'; 1024][..], b"\n"].concat();
        stream.add(&line.repeat(count), 0);
    }

    /// Reads this many messages, and gives the number of the next.
    fn read(stream: &Stream, reader: u64, mut at: u64, count: u64) -> u64 {
        let cx = TaskContext::from_waker(Waker::noop());
        let end = at + count;
        while at < end {
            let next = stream.poll(reader, at, &cx);
            assert!(matches!(next, Poll::Ready(Next::Message(number, _)) if number == at));
            at += 1;
        }
        at
    }

    // HTTL-14.
    #[test]
    fn a_slow_reader_that_came_back_misses_nothing_that_an_earlier_one_has_read() {
        let (_, stream) = stream();
        add(&stream, 200);
        let first = stream.take_over(0);
        read(&stream, first, 0, 200);
        let second = stream.take_over(10);
        add(&stream, 300);
        stream.end();
        let cx = TaskContext::from_waker(Waker::noop());
        assert!(matches!(stream.poll(first, 200, &cx), Poll::Ready(Next::End)));
        assert_eq!(read(&stream, second, 10, 490), 500);
        assert!(matches!(stream.poll(second, 500, &cx), Poll::Ready(Next::End)));
    }

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// A question may wait behind progress that found no room.
    #[test]
    fn whoever_runs_the_calls_is_woken_when_there_is_room_again() {
        let (_, stream) = stream();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        stream.take_cancelled(&TaskContext::from_waker(&waker));
        add(&stream, 100);
        assert!(!stream.has_room());
        let reader = stream.take_over(0);
        read(&stream, reader, 0, 30);
        assert!(!stream.has_room() && !woken.0.load(Ordering::Relaxed));
        read(&stream, reader, 30, 20);
        assert!(stream.has_room() && woken.0.load(Ordering::Relaxed));
    }

    #[test]
    fn the_bytes_of_all_streams_are_counted() {
        let (total, stream) = stream();
        add(&stream, 1000);
        assert_eq!(total.load(Ordering::Relaxed), 1000 * 1024);
        let reader = stream.take_over(0);
        read(&stream, reader, 0, 1000);
        add(&stream, 1);
        assert!(total.load(Ordering::Relaxed) <= KEPT);
        drop(stream);
        assert_eq!(total.load(Ordering::Relaxed), 0);
    }

    /// Else an answer that is ready would be a stream, now and then.
    #[test]
    fn the_last_answer_and_the_end_are_seen_together() {
        let (_, stream) = stream();
        stream.add_last(b"1\n", 1);
        assert!(stream.poll_first(&TaskContext::from_waker(Waker::noop())).is_ready());
        assert_eq!(stream.take_answers().as_deref(), Some(&b"1\n"[..]));
    }

    #[test]
    fn answers_without_a_stream_are_not_kept() {
        let (total, stream) = stream();
        stream.add(b"1\n", 1);
        assert_eq!(stream.take_answers(), None);
        stream.end();
        assert_eq!(stream.take_answers().as_deref(), Some(&b"1\n"[..]));
        assert_eq!(total.load(Ordering::Relaxed), 0);
        let (_, mixed) = self::stream();
        mixed.add(b"progress\n", 0);
        mixed.add(b"1\n", 1);
        mixed.end();
        assert_eq!(mixed.take_answers(), None);
    }
}
