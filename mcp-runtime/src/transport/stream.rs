//! Carrying messages: one loop between a pair of byte streams and a connection.
//!
//! One task does everything that is ready and then waits: it answers what has finished, takes lines
//! while their answers find room, writes everything in one system call, and reads again. Nothing is
//! handed to another thread on the way.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};

use super::peer::{Pace, Peer};
use super::stop::Stop;
use crate::dispatch::Served;
use crate::limits::Limits;

pub(super) mod batch;
mod connection;
mod in_flight;
mod kept;
mod lines;
mod pace;
mod room;
mod subscriptions;

use connection::Connection;
use kept::Kept;
use lines::{Line, Lines, Read};

/// Reads in a row before others have their turn: timers, signals and calls that wait. With full
/// reads this is a megabyte of requests, some milliseconds.
const TURNS: usize = 16;

/// Output buffers larger than this are given back once they are empty.
const KEPT: usize = 256 * 1024;

/// Where messages come from.
type Input<'a> = Pin<Box<dyn AsyncRead + Send + 'a>>;

/// Where messages go to.
type Output<'a> = Pin<Box<dyn AsyncWrite + Send + 'a>>;

/// Serves one connection until its input ends or `stop` is ready, and what was in flight by then is
/// answered or has had its time.
///
/// # Errors
/// If a stream fails. A peer that went away is no failure: nobody is left to serve.
pub(crate) async fn serve(
    served: Arc<Served>,
    input: Input<'_>,
    output: Output<'_>,
    peer: Peer,
    stop: Stop,
) -> io::Result<()> {
    let limits = served.limits.clone();
    let mut wire = Wire {
        connection: Connection::new(served),
        lines: Lines::new(limits.line),
        limits,
        input,
        output,
        out: Vec::new(),
        sent: 0,
        used: 0,
        kept: Kept::default(),
        phase: Phase::Serving,
        peer,
        stop,
        is_behind: false,
        was_read: false,
        was_full: false,
    };
    let mut is_listening = false;
    let result = std::future::poll_fn(|cx| {
        if !std::mem::replace(&mut is_listening, true) {
            wire.peer.listen(cx.waker());
        }
        if !matches!(wire.phase, Phase::Ended(_)) && wire.stop.poll(cx).is_ready() {
            wire.end();
        }
        wire.poll(cx)
    })
    .await;
    match result {
        // A socket whose peer left without reading everything is reset.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

struct Wire<'a> {
    connection: Connection,
    limits: Limits,
    lines: Lines,
    input: Input<'a>,
    output: Output<'a>,
    out: Vec<u8>,
    /// How much of `out` is written.
    sent: usize,
    /// The most that was in `out` since it was empty, before something of it was dropped.
    used: usize,
    kept: Kept,
    phase: Phase,
    peer: Peer,
    stop: Stop,
    /// The output took nothing when it was last written to: the peer has to read first.
    is_behind: bool,
    /// The peer has read since the grace began to run.
    was_read: bool,
    /// The output was full since the grace began to run, so that calls in flight were paused.
    was_full: bool,
}

/// How far the connection has come.
enum Phase {
    Serving,
    /// The peer has closed its end, and does not read, so that what it sent is not read either. The
    /// grace runs while nothing moves.
    Stuck(Pin<Box<Sleep>>),
    /// Nothing more is read. The grace runs.
    Ended(Pin<Box<Sleep>>),
}

impl Wire<'_> {
    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        for _ in 0..TURNS {
            let most = self.sent.saturating_add(self.limits.unsent);
            // Whether there is more shows in the room that is left.
            let _ = self.connection.poll_finished(cx, &mut self.out, most);
            self.take_lines(cx);
            let was_full = !self.has_room();
            if let Poll::Ready(Err(error)) = self.poll_write(cx) {
                return Poll::Ready(Err(error));
            }
            self.was_full |= was_full;
            if was_full && self.has_room() {
                continue;
            }
            if matches!(self.phase, Phase::Ended(_)) {
                return self.poll_end(cx);
            }
            // Only the reader can make room. A little is read ahead meanwhile, to see the end of
            // the input: a peer may close it and never read again.
            if was_full && !self.lines.has_free() {
                return self.poll_stuck(cx);
            }
            match self.lines.poll_fill(self.input.as_mut(), cx) {
                Poll::Ready(Ok(Read::End)) => self.end(),
                Poll::Ready(Ok(Read::More)) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // Calls run whose answers nobody will read.
                Poll::Pending if self.peer.has_left() && !self.connection.is_idle() => {
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Ready when nothing is left to be done after the end of the input, nobody is there to read
    /// it, or the time for it is over. A reader that is slow has its time anew whenever it has
    /// read; calls have theirs once, and anew while they are paused for such a reader.
    fn poll_end(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        if self.out.is_empty() && !self.lines.has_line() && self.connection.is_idle() {
            return Poll::Ready(Ok(()));
        }
        self.peer.listen(cx.waker());
        if self.peer.has_left() {
            return Poll::Ready(Ok(()));
        }
        let Phase::Ended(grace) = &mut self.phase else { return Poll::Pending };
        ready!(grace.as_mut().poll(cx));
        let (was_full, was_read) = (std::mem::take(&mut self.was_full), self.take_read());
        if !(was_full && was_read) {
            self.connection.drop_calls();
        }
        if self.out.is_empty() && self.connection.is_idle() || !was_read {
            return Poll::Ready(Ok(()));
        }
        self.restart_grace(cx);
        Poll::Pending
    }

    /// Ready when a peer that will send nothing more has not read for as long as the grace. While
    /// it may send, it is waited for.
    fn poll_stuck(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        self.peer.listen(cx.waker());
        if self.peer.has_left() {
            return Poll::Ready(Ok(()));
        }
        if !self.peer.has_hung_up() {
            return Poll::Pending;
        }
        if let Phase::Serving = self.phase {
            self.phase = Phase::Stuck(Box::pin(sleep(self.limits.grace)));
            self.take_read();
        }
        let Phase::Stuck(grace) = &mut self.phase else { return Poll::Pending };
        ready!(grace.as_mut().poll(cx));
        if !self.take_read() {
            return Poll::Ready(Ok(()));
        }
        self.restart_grace(cx);
        Poll::Pending
    }

    /// Whether the peer has read since the grace began to run.
    fn take_read(&mut self) -> bool {
        let told = self.peer.take_read();
        std::mem::take(&mut self.was_read) || told
    }

    fn restart_grace(&mut self, cx: &mut TaskContext<'_>) {
        if let Phase::Stuck(grace) | Phase::Ended(grace) = &mut self.phase {
            *grace = Box::pin(sleep(self.limits.grace));
            self.stop.goes_on();
            cx.waker().wake_by_ref();
        }
    }

    fn take_lines(&mut self, cx: &mut TaskContext<'_>) {
        let mut began = None;
        while self.has_room() {
            match self.lines.next() {
                Some(Line::Whole(line)) => {
                    began.get_or_insert_with(Instant::now);
                    self.connection.take(line, &mut self.out, cx);
                }
                Some(Line::TooLong) => self.connection.refuse_long_line(&mut self.out),
                None => break,
            }
        }
        if let Some(began) = began {
            self.connection.row_took(began.elapsed());
        }
    }

    fn has_room(&self) -> bool {
        self.out.len() - self.sent < self.limits.unsent
    }

    fn poll_write(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            let Poll::Ready(written) =
                self.output.as_mut().poll_write(cx, &self.out[self.sent..])?
            else {
                self.is_behind = true;
                return Poll::Pending;
            };
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += written;
            // What the stream itself had room for shows nothing about its reader.
            self.was_read |=
                std::mem::take(&mut self.is_behind) && self.peer.pace() == Pace::Writes;
            // A reader that is always a little behind would keep all that was ever sent. What is
            // left is moved, so that little of a large answer is.
            if self.sent > KEPT && (self.out.len() / 4 * 3..self.out.len()).contains(&self.sent) {
                self.used = self.used.max(self.out.len());
                self.out.drain(..self.sent);
                self.sent = 0;
            }
        }
        if self.sent > 0 {
            let used = std::mem::take(&mut self.used).max(self.out.len());
            if self.kept.gives_back(self.out.capacity(), used, KEPT) {
                self.out = Vec::new();
            }
            self.sent = 0;
            self.out.clear();
        }
        self.output.as_mut().poll_flush(cx)
    }

    /// Nothing more is read; what was read is still answered.
    fn end(&mut self) {
        self.lines.end();
        self.connection.end_input();
        self.connection.end_subscriptions(&mut self.out);
        self.phase = Phase::Ended(Box::pin(sleep(self.limits.grace)));
        self.take_read();
        self.was_full = false;
    }
}
