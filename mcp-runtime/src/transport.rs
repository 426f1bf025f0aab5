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

use crate::dispatch::{Connection, Served};
use crate::limits::Limits;

mod kept;
mod lines;
pub(crate) mod stdio;

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
    stop: impl Future<Output = ()>,
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
        kept: Kept::default(),
        ended: None,
        was_read: false,
    };
    let mut stop = std::pin::pin!(stop);
    let result = std::future::poll_fn(|cx| {
        if wire.ended.is_none() && stop.as_mut().poll(cx).is_ready() {
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

/// A connection without streams: what is sent is answered at once, in this process.
#[derive(Debug)]
pub(crate) struct Exchange(Connection);

impl Exchange {
    pub(crate) fn new(served: Arc<Served>) -> Self {
        Self(Connection::new(served))
    }

    /// Sends one message and waits until everything it set off is answered.
    pub(crate) async fn send(&mut self, message: &serde_json::Value) -> Vec<serde_json::Value> {
        let Self(connection) = self;
        let line = message.to_string();
        let mut out = Vec::new();
        let mut sent = false;
        std::future::poll_fn(|cx| {
            if !std::mem::replace(&mut sent, true) {
                connection.take(line.as_bytes(), &mut out, cx);
            }
            while connection.poll_finished(cx, &mut out, usize::MAX).is_ready() {}
            if connection.is_idle() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let messages = serde_json::Deserializer::from_slice(&out).into_iter();
        messages
            .collect::<Result<_, _>>()
            .expect("what is written is JSON, a line for each message")
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
    kept: Kept,
    /// Runs from the end of the input on.
    ended: Option<Pin<Box<Sleep>>>,
    /// The peer has taken something since that began to run.
    was_read: bool,
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
            if was_full && self.has_room() {
                continue;
            }
            if self.ended.is_some() {
                return self.poll_end(cx);
            }
            // Only the reader can make room. A little is read ahead meanwhile, to see the end of
            // the input: a peer may close it and never read again.
            if was_full && !self.lines.has_free() {
                return Poll::Pending;
            }
            match ready!(self.lines.poll_fill(self.input.as_mut(), cx)) {
                Ok(Read::End) => self.end(),
                Ok(Read::More) => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Ready when nothing is left to be done after the end of the input, or the time for it is
    /// over. A reader that is slow has its time anew whenever it has read; calls have theirs once.
    fn poll_end(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        let Some(grace) = &mut self.ended else { return Poll::Pending };
        if self.out.is_empty() && !self.lines.has_line() && self.connection.is_idle() {
            return Poll::Ready(Ok(()));
        }
        ready!(grace.as_mut().poll(cx));
        self.connection.drop_calls();
        if self.out.is_empty() || !std::mem::take(&mut self.was_read) {
            return Poll::Ready(Ok(()));
        }
        grace.as_mut().reset(Instant::now() + self.limits.grace);
        cx.waker().wake_by_ref();
        Poll::Pending
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
            let written = ready!(self.output.as_mut().poll_write(cx, &self.out[self.sent..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += written;
            self.was_read = true;
            // A reader that is always a little behind would keep all that was ever sent.
            if self.sent > KEPT && (self.out.len() / 2..self.out.len()).contains(&self.sent) {
                self.out.drain(..self.sent);
                self.sent = 0;
            }
        }
        if self.sent > 0 {
            if self.kept.gives_back(self.out.capacity(), self.sent, KEPT) {
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
        self.ended = Some(Box::pin(sleep(self.limits.grace)));
        self.was_read = false;
    }
}
