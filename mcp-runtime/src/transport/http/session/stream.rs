//! What is said on one stream of a session, kept until it is sent, and for a while longer for a
//! reader that comes back.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use memchr::memchr_iter;

use crate::jsonrpc::Id;

/// Bytes of sent messages that are kept for a reader that comes back.
const KEPT: usize = 256 * 1024;

/// Bytes that wait for a reader. Beyond these, progress and log messages are left out.
const WAITING: usize = 256 * 1024;

/// The messages of one stream, in the order they were said.
#[derive(Default)]
pub(super) struct Stream(Mutex<State>);

#[derive(Default)]
struct State {
    /// Messages without their newlines.
    messages: VecDeque<Vec<u8>>,
    /// The number of the first of them.
    first: u64,
    /// The number behind the last that was sent.
    sent: u64,
    bytes: usize,
    /// How many of the messages are answers.
    answers: usize,
    /// Nothing more will be said.
    is_done: bool,
    /// The calls that are to be dropped, and whether all are.
    cancelled: Vec<Id<'static>>,
    is_cancelled: bool,
    /// Wakes whoever runs the calls.
    runner: Option<Waker>,
    /// The latest reader; earlier ones are to leave.
    reader: u64,
    waker: Option<Waker>,
    /// The reader is to leave, and to come back after this time.
    reconnect: Option<Duration>,
}

/// What a reader is to send next.
pub(super) enum Next {
    /// A message, and its number.
    Message(u64, Vec<u8>),
    /// That it is to come back after this time; then it leaves.
    Reconnect(Duration),
    /// Nothing more.
    End,
}

impl Stream {
    /// Adds messages, a line each; how many of them are answers.
    pub(super) fn add(&self, lines: &[u8], answers: usize) {
        let mut state = self.lock();
        state.answers += answers;
        let mut start = 0;
        for end in memchr_iter(b'\n', lines) {
            state.bytes += end - start;
            state.messages.push_back(lines[start..end].to_vec());
            start = end + 1;
        }
        while state.bytes > KEPT && state.first < state.sent {
            state.forget_first();
        }
        state.wake();
    }

    /// Whether there is room for messages that may be left out.
    pub(super) fn has_room(&self) -> bool {
        let state = self.lock();
        state.bytes < WAITING + KEPT
    }

    /// Nothing more will be said.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.is_done = true;
        state.wake();
    }

    /// Whether everything was said and sent.
    pub(super) fn is_read(&self) -> bool {
        let state = self.lock();
        state.is_done && state.sent >= state.end()
    }

    /// Asks the reader to leave, and to come back after this time.
    pub(super) fn reconnect(&self, after: Duration) {
        let mut state = self.lock();
        state.reconnect = Some(after);
        state.wake();
    }

    /// The number of a new reader. The one before leaves.
    pub(super) fn take_over(&self) -> u64 {
        let mut state = self.lock();
        state.reader += 1;
        state.reconnect = None;
        state.wake();
        state.reader
    }

    /// Whether messages from this number on are still kept.
    pub(super) fn has(&self, at: u64) -> bool {
        let state = self.lock();
        (state.first..=state.end()).contains(&at)
    }

    /// What comes at this number, for a reader that sends messages one after the other.
    pub(super) fn poll(&self, reader: u64, at: u64, cx: &TaskContext<'_>) -> Poll<Next> {
        let mut state = self.lock();
        if state.reader != reader {
            return Poll::Ready(Next::End);
        }
        let index = at.checked_sub(state.first).and_then(|index| usize::try_from(index).ok());
        if let Some(message) = index.and_then(|index| state.messages.get(index)) {
            let message = message.clone();
            state.sent = state.sent.max(at + 1);
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

    /// Ready when there is something to send, or nothing will come.
    pub(super) fn poll_first(&self, cx: &TaskContext<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_done || state.reconnect.is_some() || !state.messages.is_empty() {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Ready when nothing more will come.
    pub(super) fn poll_done(&self, cx: &TaskContext<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_done {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Takes all messages, if these are all answers that are due and nothing else: then they need
    /// not be a stream.
    pub(super) fn take_answers(&self, due: usize) -> Option<Vec<Vec<u8>>> {
        let mut state = self.lock();
        let is_whole = state.is_done && state.answers == due && state.messages.len() == due;
        if !is_whole {
            return None;
        }
        state.sent = state.end();
        Some(state.messages.iter().cloned().collect())
    }

    /// Asks whoever runs the calls to drop one.
    pub(super) fn cancel(&self, id: Id<'static>) {
        let mut state = self.lock();
        state.cancelled.push(id);
        state.wake_runner();
    }

    /// Asks whoever runs the calls to drop all.
    pub(super) fn cancel_all(&self) {
        let mut state = self.lock();
        state.is_cancelled = true;
        state.wake_runner();
    }

    /// The calls that are to be dropped, or all.
    pub(super) fn take_cancelled(&self, cx: &TaskContext<'_>) -> Option<Vec<Id<'static>>> {
        let mut state = self.lock();
        state.runner = Some(cx.waker().clone());
        (!state.is_cancelled).then(|| std::mem::take(&mut state.cancelled))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that panics is done under the lock; whole messages are all it can hold.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The number behind the last message.
    fn end(&self) -> u64 {
        self.first + self.messages.len() as u64
    }

    fn forget_first(&mut self) {
        if let Some(message) = self.messages.pop_front() {
            self.bytes -= message.len();
            self.first += 1;
        }
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
