//! The log: lines on stderr, which never hold up an answer.
//!
//! A client need not read our stderr, and a write to a full pipe waits for ever. So lines go
//! through a bounded queue to a thread of their own; what does not fit is counted and left out.
//! What tools print takes the same way (`transport/prints.rs`), so that it stays in order with the
//! lines of ours.
//!
//! With the feature `tracing` lines are events instead, if there is a subscriber.

use std::any::Any;
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::visible;

#[cfg(feature = "tracing")]
mod events;
#[cfg(not(feature = "tracing"))]
mod no_events;
#[cfg(not(feature = "tracing"))]
use no_events as events;

pub(crate) use events::{CallSpan, tell_panic};

/// Bytes that wait for a slow reader: enough for a burst, small enough not to matter.
const WAITING: usize = 256 * 1024;

/// A line is cut here, in bytes: what a tool panics with may be of any length.
const LONGEST: usize = 16 * 1024;

/// Bytes of one write: whether somebody reads shows after each.
const PIECE: usize = 4096;

/// A reader that takes nothing for this long does not read: what comes is left out until it has
/// read the rest, and the end of the process waits no longer.
const STALLED: Duration = Duration::from_millis(200);

/// How long printing may wait for each piece that is read, on top of that: a reader of 3 MB a
/// second loses nothing, and one that is slower costs a tool no more time.
const FOR_A_PIECE: Duration = Duration::from_micros(1250);

/// How long the end of the process waits for a reader that did not read before.
const ONCE_MORE: Duration = Duration::from_millis(50);

/// How long the end of the process waits for a reader that is only slow.
const LAST: Duration = Duration::from_secs(1);

static LOG: Log = Log {
    queue: Mutex::new(Queue {
        waiting: Vec::new(),
        left_out: 0,
        pushed: 0,
        written: 0,
        has_writer: false,
        is_stalled: false,
        patience: STALLED,
        is_inside_line: false,
        destination: None,
    }),
    changed: Condvar::new(),
};

struct Log {
    queue: Mutex<Queue>,
    /// Something came, or a piece was written.
    changed: Condvar,
}

struct Queue {
    waiting: Vec<u8>,
    /// Lines since the last note about them.
    left_out: usize,
    /// How many bytes were ever taken, and how many of them are written.
    pushed: u64,
    written: u64,
    /// The thread that writes was started.
    has_writer: bool,
    is_stalled: bool,
    /// How much longer printing may wait for room.
    patience: Duration,
    /// What waits last has no newline yet.
    is_inside_line: bool,
    /// In place of descriptor 2, once that leads here.
    destination: Option<Box<dyn Write + Send>>,
}

/// How much a line matters, which is the level of its event.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Error,
    Warn,
    Info,
}

/// A call that has failed.
pub(crate) struct Failure<'a> {
    /// What kind of handler failed.
    pub(crate) kind: &'a str,
    /// Its name; empty if the kind says all.
    pub(crate) handler: &'a str,
    /// The request's id, as JSON.
    pub(crate) request: &'a str,
    /// What its client is told.
    pub(crate) told: &'a str,
    /// What went wrong, with all its causes.
    pub(crate) error: &'a str,
    /// Whether the client cannot know what went wrong.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(dead_code, reason = "it is the level of an event")
    )]
    pub(crate) is_internal: bool,
}

/// Writes a line, or leaves it out if too much waits already.
pub(crate) fn line(level: Level, what: impl fmt::Display) {
    if !events::take_line(level, &what) {
        write(what);
    }
}

fn write(what: impl fmt::Display) {
    let mut what = what.to_string();
    let length = visible::beginning(&what, LONGEST).len();
    if length < what.len() {
        what.truncate(length);
        what.push('…');
    }
    // What a client or a tool says must not look like a line of ours.
    let mut line = visible::one_line(&what).into_owned();
    line.push('\n');
    let mut queue = LOG.lock();
    if queue.is_inside_line {
        line.insert(0, '\n');
    }
    queue.push(line.as_bytes());
}

/// Writes what was printed, as it is. Waits a moment for room if somebody reads.
#[cfg_attr(not(unix), expect(dead_code, reason = "descriptors are redirected on Unix only"))]
pub(crate) fn printed(bytes: &[u8]) {
    for piece in bytes.chunks(WAITING) {
        let mut queue = LOG.lock();
        if !queue.has_room(piece.len()) && !queue.is_stalled {
            let (began, patience) = (Instant::now(), queue.patience);
            let wait = |queue: &mut Queue| !queue.has_room(piece.len());
            queue = match LOG.changed.wait_timeout_while(queue, patience, wait) {
                Ok((queue, _)) => queue,
                Err(poisoned) => poisoned.into_inner().0,
            };
            queue.patience = queue.patience.saturating_sub(began.elapsed());
        }
        queue.push(piece);
    }
}

/// Whether log lines take a way of their own: from then on a write to stderr may wait for ever, or
/// lead back to here.
pub(crate) fn is_used() -> bool {
    let queue = LOG.lock();
    queue.has_writer || queue.destination.is_some()
}

/// Where lines go from here on, in place of descriptor 2.
#[cfg_attr(not(unix), expect(dead_code, reason = "descriptors are redirected on Unix only"))]
pub(crate) fn write_to(destination: impl Write + Send + 'static) {
    LOG.lock().destination = Some(Box::new(destination));
}

/// Waits for what was logged so far to be written, as long as somebody reads it; whether it was.
pub(crate) fn flush() -> bool {
    let began = Instant::now();
    let mut queue = LOG.lock();
    let last = queue.pushed;
    let patience = if queue.is_stalled { ONCE_MORE } else { STALLED };
    let (mut written, mut moved) = (queue.written, began);
    while queue.written < last {
        // Nothing is lost but time if nobody reads: the process ends in any case.
        if moved.elapsed() >= patience || began.elapsed() >= LAST {
            return false;
        }
        queue = match LOG.changed.wait_timeout(queue, patience) {
            Ok((queue, _)) => queue,
            Err(poisoned) => poisoned.into_inner().0,
        };
        if queue.written != written {
            (written, moved) = (queue.written, Instant::now());
        }
    }
    true
}

/// Whether failed calls are told only where the log knows more than their answers say.
static TELLS_MORE_ONLY: AtomicBool = AtomicBool::new(false);

/// A person at the command line reads the answer itself, and not the same words twice.
#[cfg(feature = "cli")]
pub(crate) fn tell_more_only() {
    TELLS_MORE_ONLY.store(true, Ordering::Relaxed);
}

/// Tells that a call has failed.
pub(crate) fn failure(failure: &Failure<'_>) {
    let Failure { kind, handler, request, told, error, .. } = failure;
    if told == error && TELLS_MORE_ONLY.load(Ordering::Relaxed) {
        return;
    }
    if !events::take_failure(failure) {
        match *handler {
            "" => write(format_args!("{kind} failed, request {request}: {error}")),
            handler => write(format_args!("{kind} `{handler}` failed, request {request}: {error}")),
        }
    }
}

/// What a panic says, no longer than a line.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let message: &str = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(message), _) => message,
        (None, Some(message)) => message,
        (None, None) => "a value that is not a text",
    };
    visible::beginning(message, LONGEST)
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing that panics is done under the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what comes, for as long as the process lives.
    fn write(&self) {
        let mut queue = self.lock();
        let mut own = None;
        loop {
            if queue.waiting.is_empty() && queue.left_out == 0 {
                queue.is_stalled = false;
                queue.patience = STALLED;
                self.changed.notify_all();
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let mut bytes = std::mem::take(&mut queue.waiting);
            let left_out = std::mem::take(&mut queue.left_out);
            if left_out > 0 {
                let end = if bytes.ends_with(b"\n") || bytes.is_empty() { "" } else { "\n" };
                let note =
                    format!("{end}{left_out} log lines were left out, because nobody read them\n");
                bytes.extend_from_slice(note.as_bytes());
                queue.pushed += note.len() as u64;
                queue.is_inside_line = false;
            }
            own = queue.destination.take().or(own);
            for piece in bytes.chunks(PIECE) {
                drop(queue);
                // A closed stderr is the client's choice.
                match &mut own {
                    Some(own) => own.write_all(piece).unwrap_or_default(),
                    None => io::stderr().write_all(piece).unwrap_or_default(),
                }
                queue = self.lock();
                queue.written += piece.len() as u64;
                queue.patience = (queue.patience + FOR_A_PIECE).min(STALLED);
                self.changed.notify_all();
            }
        }
    }
}

impl Queue {
    fn has_room(&self, bytes: usize) -> bool {
        self.waiting.len() + bytes <= WAITING
    }

    /// Takes whole lines, or a part of one.
    fn push(&mut self, bytes: &[u8]) {
        if self.has_room(bytes.len()) && !self.is_stalled {
            self.waiting.extend_from_slice(bytes);
            self.pushed += bytes.len() as u64;
            self.is_inside_line = !bytes.ends_with(b"\n");
        } else {
            self.is_stalled = true;
            self.left_out += memchr::memchr_iter(b'\n', bytes).count().max(1);
        }
        if !self.has_writer {
            // Without a thread there is no log, and the server serves all the same.
            let thread = thread::Builder::new().name("log".to_owned()).spawn(|| LOG.write());
            self.has_writer = thread.is_ok();
        }
        LOG.changed.notify_all();
    }
}
