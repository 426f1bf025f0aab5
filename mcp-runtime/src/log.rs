//! The log: lines on stderr, which never hold up an answer.
//!
//! A client need not read our stderr, and a write to a full pipe waits for ever. So lines go
//! through a bounded queue to a thread of their own; what does not fit is counted and left out.

use std::fmt;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::visible;

/// Lines that wait for a slow reader: enough for a burst, small enough not to matter.
const WAITING: usize = 256;

/// A line is cut here, in bytes: what a tool panics with may be of any length.
const LONGEST: usize = 16 * 1024;

/// How long the end of the process waits for lines that are still to be written.
const LAST: Duration = Duration::from_millis(50);

static LOG: OnceLock<SyncSender<Entry>> = OnceLock::new();
static LEFT_OUT: AtomicUsize = AtomicUsize::new(0);

enum Entry {
    Line(String),
    Flush(SyncSender<()>),
}

/// Writes a line, or leaves it out if too many wait already.
pub(crate) fn line(what: impl fmt::Display) {
    let mut what = what.to_string();
    if what.len() > LONGEST {
        what.truncate(what.floor_char_boundary(LONGEST));
        what.push('…');
    }
    // What a client or a tool says must not look like a line of ours.
    let line = visible::one_line(&what).into_owned();
    if log().try_send(Entry::Line(line)).is_err() {
        LEFT_OUT.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether anything was ever logged: from then on stderr may be held by a write that waits.
pub(crate) fn is_used() -> bool {
    LOG.get().is_some()
}

/// Waits a moment for what is still to be written, if anything ever was.
pub(crate) fn flush() {
    let Some(log) = LOG.get() else { return };
    let (done, wait) = sync_channel(1);
    if log.try_send(Entry::Flush(done)).is_ok() {
        // Nothing is lost but time if nobody reads: the process ends in any case.
        wait.recv_timeout(LAST).unwrap_or_default();
    }
}

/// Makes panics of handlers log lines, so that the standard hook's writing cannot hold anything up.
pub(crate) fn take_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(message), _) => message,
            (None, Some(message)) => message.as_str(),
            (None, None) => "a value that is no text",
        };
        match panic.location() {
            Some(place) => line(format_args!("panic at {place}: {message}")),
            None => line(format_args!("panic: {message}")),
        }
    }));
}

fn log() -> &'static SyncSender<Entry> {
    LOG.get_or_init(|| {
        let (log, entries) = sync_channel(WAITING);
        let write = move || {
            for entry in entries {
                let left_out = LEFT_OUT.swap(0, Ordering::Relaxed);
                if left_out > 0 {
                    write(&format!("{left_out} log lines were left out, for nobody read them"));
                }
                match entry {
                    Entry::Line(line) => write(&line),
                    // The one that waits may have given up.
                    Entry::Flush(done) => done.send(()).unwrap_or_default(),
                }
            }
        };
        // Without a thread there is no log, and the server serves all the same.
        thread::Builder::new().name("log".to_owned()).spawn(write).map(drop).unwrap_or_default();
        log
    })
}

fn write(line: &str) {
    // A closed stderr is the client's choice.
    writeln!(std::io::stderr(), "{line}").unwrap_or_default();
}
