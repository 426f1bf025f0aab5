//! The deadlines of one connection: a head that has begun, a connection that is idle, and a reader
//! that takes nothing.
//!
//! They are ours and not hyper's: its only one, for heads, is one for idle connections too.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long the head of a request may take once it has begun.
const HEAD: Duration = Duration::from_secs(10);

/// How long a connection may be idle: longer than proxies keep theirs, so that they close first.
const IDLE: Duration = Duration::from_secs(75);

/// How long a peer may take nothing of what is sent to it.
const STALLED: Duration = Duration::from_mins(1);

/// A byte stream with deadlines.
pub(super) struct Timed<S> {
    stream: S,
    state: Arc<State>,
    /// The turn for which `reads` holds.
    turn: u32,
    reads: Deadline,
    writes: Option<Deadline>,
}

/// What a connection is doing.
#[derive(Debug, Default)]
pub(super) struct State {
    /// How often a request has begun or ended: nothing is served while the number is even.
    turn: AtomicU32,
    /// Whether a part of the next head is here.
    is_in_head: AtomicBool,
}

/// Says that a request is served until it is dropped.
#[derive(Debug)]
pub(super) struct Served(Arc<State>);

impl State {
    /// A request is served.
    pub(super) fn serve(self: &Arc<Self>) -> Served {
        self.is_in_head.store(false, Ordering::Relaxed);
        self.turn.fetch_add(1, Ordering::Release);
        Served(Arc::clone(self))
    }

    /// Whether nothing is served, and a head has begun.
    pub(super) fn is_in_head(&self) -> bool {
        self.turn.load(Ordering::Acquire).is_multiple_of(2)
            && self.is_in_head.load(Ordering::Relaxed)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.0.turn.fetch_add(1, Ordering::Release);
    }
}

/// A time that is put off far more often than it comes: the timer is only set anew when it fires.
struct Deadline {
    at: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Deadline {
    fn after(time: Duration) -> Self {
        let at = Instant::now() + time;
        Self { at, timer: Box::pin(sleep_until(at)) }
    }

    fn put(&mut self, time: Duration) {
        self.at = Instant::now() + time;
        if self.at < self.timer.deadline() {
            self.timer.as_mut().reset(self.at);
        }
    }

    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.timer.deadline() >= self.at {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.at);
        }
    }
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, state: Arc<State>) -> Self {
        Self { stream, state, turn: 0, reads: Deadline::after(IDLE), writes: None }
    }

    /// Notices that a request has begun or ended since the last look.
    fn look(&mut self) -> bool {
        let turn = self.state.turn.load(Ordering::Acquire);
        if turn != self.turn {
            self.turn = turn;
            self.state.is_in_head.store(false, Ordering::Relaxed);
            self.reads.put(IDLE);
        }
        turn.is_multiple_of(2)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let is_idle = this.look();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(Ok(())) => {
                if is_idle
                    && buffer.filled().len() > before
                    && !this.state.is_in_head.swap(true, Ordering::Relaxed)
                {
                    this.reads.put(HEAD);
                }
                Poll::Ready(Ok(()))
            }
            // While a request is served, its body has its own time and its answer takes what it
            // takes.
            Poll::Pending if is_idle => {
                ready!(this.reads.poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            other => other,
        }
    }
}

impl<S: AsyncWrite + Unpin> Timed<S> {
    /// Counts the time in which nothing is taken.
    fn taken<T>(
        &mut self,
        cx: &mut TaskContext<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.writes = None;
            return polled;
        }
        let writes = self.writes.get_or_insert_with(|| Deadline::after(STALLED));
        ready!(writes.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.taken(cx, polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write_vectored(cx, bytes);
        this.taken(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
