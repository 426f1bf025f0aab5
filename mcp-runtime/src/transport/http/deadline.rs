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
const STALLED: Duration = Duration::from_secs(60);

/// A byte stream with deadlines.
pub(super) struct Timed<S> {
    stream: S,
    state: Arc<State>,
    /// The turn of the last look, and whether a head has begun since.
    turn: u32,
    /// What `reads` holds for: the turn, and whether it is for a head.
    waits: Option<(u32, bool)>,
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
pub(super) struct Deadline {
    at: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        let at = Instant::now() + time;
        Self { at, timer: Box::pin(sleep_until(at)) }
    }

    pub(super) fn put(&mut self, time: Duration) {
        self.at = Instant::now() + time;
        if self.at < self.timer.deadline() {
            self.timer.as_mut().reset(self.at);
        }
    }

    pub(super) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<()> {
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
        let reads = Deadline::after(IDLE);
        Self { stream, state, turn: 0, waits: None, reads, writes: None }
    }

    /// Notices that a request has begun or ended since the last look.
    fn look(&mut self) -> bool {
        let turn = self.state.turn.load(Ordering::Acquire);
        if turn != self.turn {
            self.turn = turn;
            self.state.is_in_head.store(false, Ordering::Relaxed);
        }
        turn.is_multiple_of(2)
    }

    /// Sets the deadline of a wait as it begins. Most heads come in one piece and are never waited
    /// for, so that the clock is looked at once a request.
    fn wait(&mut self) {
        let is_in_head = self.state.is_in_head.load(Ordering::Relaxed);
        let waits = Some((self.turn, is_in_head));
        if self.waits != waits {
            self.waits = waits;
            self.reads.put(if is_in_head { HEAD } else { IDLE });
        }
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
                if is_idle && buffer.filled().len() > before {
                    this.state.is_in_head.store(true, Ordering::Relaxed);
                }
                Poll::Ready(Ok(()))
            }
            // While a request is served, its body has its own time and its answer takes what it
            // takes.
            Poll::Pending if is_idle => {
                this.wait();
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::{sleep, timeout};

    use super::*;

    /// Runs on a clock that jumps ahead whenever there is nothing to do.
    fn run(test: impl Future<Output = ()>) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap().block_on(test);
    }

    fn connection() -> (DuplexStream, Timed<DuplexStream>, Arc<State>) {
        let state = Arc::<State>::default();
        let (peer, stream) = duplex(64);
        (peer, Timed::new(stream, Arc::clone(&state)), state)
    }

    /// Reads until the time is over; when that was, in whole seconds from `since`.
    async fn ends(timed: &mut Timed<DuplexStream>, since: Instant) -> u64 {
        let mut buffer = [0; 16];
        loop {
            match timed.read(&mut buffer).await {
                Ok(read) => assert_ne!(read, 0),
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                    return since.elapsed().as_secs();
                }
            }
        }
    }

    #[test]
    fn a_connection_may_be_idle_for_a_while() {
        run(async {
            let (_peer, mut timed, _) = connection();
            assert_eq!(ends(&mut timed, Instant::now()).await, 75);
        });
    }

    #[test]
    fn a_head_has_a_time_in_all() {
        run(async {
            let (mut peer, mut timed, _) = connection();
            let slow = tokio::spawn(async move {
                sleep(Duration::from_secs(20)).await;
                for _ in 0..10 {
                    peer.write_all(b"P").await.unwrap();
                    sleep(Duration::from_secs(4)).await;
                }
            });
            assert_eq!(ends(&mut timed, Instant::now()).await, 30);
            slow.abort();
        });
    }

    #[test]
    fn a_request_that_is_served_takes_what_it_takes() {
        run(async {
            let (mut peer, mut timed, state) = connection();
            peer.write_all(b"POST").await.unwrap();
            let mut buffer = [0; 16];
            assert_eq!(timed.read(&mut buffer).await.unwrap(), 4);
            let served = state.serve();
            let time = Duration::from_secs(5 * 60);
            assert!(timeout(time, timed.read(&mut buffer)).await.is_err());
            // Then the connection is idle, and not in a head.
            drop(served);
            assert_eq!(ends(&mut timed, Instant::now()).await, 75);
        });
    }
}
