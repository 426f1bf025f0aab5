//! Calls that keep everything else waiting: an async function that blocks is told about in the log.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use crate::dispatch::{Done, Exchange};
use crate::log::{self, Level};

/// Longer than any honest step of a call, short enough to be noticed by whoever waits.
const LONG: Duration = Duration::from_secs(1);

/// How long calls keep the connection to themselves when they are begun.
///
/// Asking for the time at each call would cost more than some calls do. So the time is taken of all
/// calls that are begun in a row, and of each one only after a row took long.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Calls of this row whose time was not taken, and the tool of the last one.
    untimed: usize,
    last: Option<Arc<str>>,
    each: bool,
}

impl Pace {
    /// Polls a call where it is made.
    pub(super) fn poll(&mut self, exchange: &mut Exchange, cx: &mut TaskContext<'_>) -> Poll<Done> {
        if self.each {
            return poll_timed(exchange, cx);
        }
        self.untimed += 1;
        exchange.poll(cx)
    }

    /// Remembers whose call was polled.
    pub(super) fn polled(&mut self, tool: Option<&Arc<str>>) {
        let is_known = match (&self.last, tool) {
            (Some(last), Some(tool)) => Arc::ptr_eq(last, tool),
            (None, None) => true,
            _ => false,
        };
        if !is_known {
            self.last = tool.cloned();
        }
    }

    /// A row of calls is over.
    pub(super) fn row_took(&mut self, time: Duration) {
        let calls = std::mem::take(&mut self.untimed);
        if time < LONG || calls == 0 {
            return;
        }
        self.each = true;
        let last = self.last.as_deref();
        match calls {
            1 => tell(last.unwrap_or(UNNAMED), time),
            // Which one it was is told when it happens again.
            _ => tell(&format!("{calls} calls, the last of {},", last.unwrap_or(UNNAMED)), time),
        }
    }
}

/// What is no tool has no name that says where to look.
const UNNAMED: &str = "a resource or a prompt";

/// Polls a call and tells about it if that took long.
pub(super) fn poll_timed(exchange: &mut Exchange, cx: &mut TaskContext<'_>) -> Poll<Done> {
    let began = Instant::now();
    let polled = exchange.poll(cx);
    let time = began.elapsed();
    if time >= LONG {
        // What has an outcome has given away what it was for.
        let tool = match &polled {
            Poll::Ready(done) => done.tool(),
            Poll::Pending => exchange.tool(),
        };
        tell(tool.map_or(UNNAMED, |tool| tool), time);
    }
    polled
}

#[cold]
fn tell(who: &str, time: Duration) {
    let seconds = time.as_secs_f64();
    log::line(
        Level::Warn,
        format_args!(
            "{who} kept all other calls waiting for {seconds:.1} s: an async function must not \
             block; make it a plain `fn`, or put what blocks into `tokio::task::spawn_blocking`"
        ),
    );
}
