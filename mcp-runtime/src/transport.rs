//! Carrying messages: one loop between a pair of byte streams and a connection.
//!
//! One task does everything that is ready and then waits: it answers what has finished, takes lines
//! while their answers find room, writes everything in one system call, and reads again. Nothing is
//! handed to another thread on the way.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Sleep, sleep};

use crate::dispatch::{Connection, Served};

mod lines;
pub(crate) mod stdio;

use lines::{Line, Lines};

/// Answers that wait for their reader. Beyond this nothing more is taken: a client that does not
/// read is made to wait, and no memory of ours.
const UNSENT: usize = 1024 * 1024;

/// A line longer than this is dropped and answered with an error.
const LINE: usize = 16 * 1024 * 1024;

/// How long the calls in flight may go on after the end of the input.
const GRACE: Duration = Duration::from_secs(2);

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
/// If a stream fails. A reader that went away is no failure: nobody is left to serve.
pub(crate) async fn serve(
    served: Arc<Served>,
    input: Input<'_>,
    output: Output<'_>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut wire = Wire {
        connection: Connection::new(served),
        lines: Lines::new(LINE),
        input,
        output,
        out: Vec::new(),
        sent: 0,
        ended: None,
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
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Asks a server one thing, as a client of the newest version would, on a connection of its own.
///
/// # Errors
/// If the answer is no JSON, which it always is. An error the server answers with is in the value.
#[cfg(feature = "cli")]
pub(crate) async fn ask(
    served: &Arc<Served>,
    method: &str,
    mut params: serde_json::Map<String, serde_json::Value>,
) -> io::Result<Result<serde_json::Value, crate::jsonrpc::ErrorObject>> {
    use crate::protocol::ProtocolVersion;
    use crate::protocol::meta::{CLIENT_CAPABILITIES, PROTOCOL_VERSION};
    use serde_json::{Value, json};

    let meta = json!({ PROTOCOL_VERSION: ProtocolVersion::ALL[0], CLIENT_CAPABILITIES: {} });
    params.insert("_meta".to_owned(), meta);
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let request = request.to_string();
    let mut connection = Connection::new(Arc::clone(served));
    let mut out = Vec::new();
    let mut sent = false;
    std::future::poll_fn(|cx| {
        if !std::mem::replace(&mut sent, true) {
            connection.take(request.as_bytes(), &mut out, cx);
        }
        while connection.poll_finished(cx, &mut out).is_ready() {}
        if connection.is_idle() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let mut answer: Value = serde_json::from_slice(&out)?;
    match answer.get_mut("result") {
        Some(result) => Ok(Ok(result.take())),
        None => Ok(Err(serde_json::from_value(answer["error"].take())?)),
    }
}

struct Wire<'a> {
    connection: Connection,
    lines: Lines,
    input: Input<'a>,
    output: Output<'a>,
    out: Vec<u8>,
    /// How much of `out` is written.
    sent: usize,
    /// Runs from the end of the input on.
    ended: Option<Pin<Box<Sleep>>>,
}

impl Wire<'_> {
    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        loop {
            let finished = self.connection.poll_finished(cx, &mut self.out).is_ready();
            self.take_lines(cx);
            if let Poll::Ready(Err(error)) = self.poll_write(cx) {
                return Poll::Ready(Err(error));
            }
            let all_sent = self.out.is_empty();
            if let Some(grace) = &mut self.ended {
                if !self.lines.has_line() && self.connection.is_idle() && all_sent {
                    return Poll::Ready(Ok(()));
                }
                if grace.as_mut().poll(cx).is_ready() {
                    self.connection.drop_calls();
                    return Poll::Ready(Ok(()));
                }
            } else if self.has_room() && !self.lines.has_line() {
                match self.lines.poll_fill(self.input.as_mut(), cx) {
                    Poll::Ready(Ok(0)) => self.end(),
                    Poll::Ready(Ok(_)) => {}
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending if finished => {}
                    Poll::Pending => return Poll::Pending,
                }
                continue;
            }
            // Lines that are left were left for want of room, which only the reader can make.
            if !(finished || self.has_room() && self.lines.has_line()) {
                return Poll::Pending;
            }
        }
    }

    fn take_lines(&mut self, cx: &mut TaskContext<'_>) {
        while self.has_room() {
            match self.lines.next() {
                Some(Line::Whole(line)) => self.connection.take(line, &mut self.out, cx),
                Some(Line::TooLong) => self.connection.refuse_long_line(LINE, &mut self.out),
                None => return,
            }
        }
    }

    fn has_room(&self) -> bool {
        self.out.len() - self.sent < UNSENT
    }

    fn poll_write(&mut self, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            let written = ready!(self.output.as_mut().poll_write(cx, &self.out[self.sent..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += written;
        }
        if self.sent > 0 {
            self.sent = 0;
            self.out.clear();
            if self.out.capacity() > KEPT {
                self.out = Vec::new();
            }
        }
        self.output.as_mut().poll_flush(cx)
    }

    /// Nothing more is read; what was read is still answered.
    fn end(&mut self) {
        self.lines.end();
        self.ended = Some(Box::pin(sleep(GRACE)));
    }
}
