//! What is printed: descriptors 1 and 2 lead into a pipe of our own, which is always emptied.
//!
//! A client need not read our stderr, and may close it. `println!` and `eprintln!` would wait for
//! ever then, or panic, and a tool with them. A thread takes what is printed out of the pipe and
//! hands it to the log, which leaves out what nobody reads. Children inherit the pipe.
//!
//! The thread needs some microseconds. A process that ends by an abort, by a signal that nobody
//! handles, or by `std::process::exit` in another thread than the connection's may lose the last of
//! what was printed; one whose connection ends does not.

use std::io::{self, PipeReader, Read};
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::io::ioctl_fionbio;
use rustix::stdio::{dup2_stderr, dup2_stdout};

use crate::log;

/// A line that is longer than this is passed on in parts.
const LONGEST: usize = 16 * 1024;

/// Reads in a row: what a pipe holds.
const READS: usize = 4;

/// How often the end of the process tries to empty the pipe.
const TRIES: usize = 50;

static PRINTS: Mutex<Option<Prints>> = Mutex::new(None);

struct Prints {
    pipe: PipeReader,
    /// The beginning of a line.
    line: Vec<u8>,
    /// Where descriptor 2 led.
    stderr: OwnedFd,
}

/// Points descriptors 1 and 2 at a pipe, and gives the end to wait at for what is printed.
pub(super) fn redirect(stderr: OwnedFd) -> io::Result<PipeReader> {
    let (pipe, writer) = io::pipe()?;
    // Whoever empties the pipe stops when it is empty; printing itself waits for room.
    ioctl_fionbio(&pipe, true)?;
    let waiting = pipe.try_clone()?;
    dup2_stdout(&writer)?;
    dup2_stderr(&writer)?;
    *PRINTS.lock().unwrap_or_else(PoisonError::into_inner) =
        Some(Prints { pipe, line: Vec::new(), stderr });
    // Async tools run in this thread, and one of them may end the process.
    AT_EXIT.with(|_| ());
    Ok(waiting)
}

thread_local! {
    static AT_EXIT: AtExit = const { AtExit };
}

/// Flushes when its thread ends, or ends the process: glibc drops the values of a thread that calls
/// `std::process::exit`.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        flush();
    }
}

/// What becomes of a line that has no newline yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Partial {
    /// It waits for its newline.
    Waits,
    /// It is passed on as it is.
    Passes,
}

/// Takes what was printed so far out of the pipe; whether a line is left that has no newline yet.
pub(super) fn take(partial: Partial) -> bool {
    let mut prints = PRINTS.lock().unwrap_or_else(PoisonError::into_inner);
    prints.as_mut().is_some_and(|prints| prints.take(partial))
}

/// Passes on what was printed, and waits until it is written, as long as somebody reads.
pub(super) fn flush() -> bool {
    // A tool may be printing without end, and the thread be at work all the time.
    for _ in 0..TRIES {
        match PRINTS.try_lock() {
            Ok(mut prints) => {
                if let Some(prints) = &mut *prints {
                    prints.take(Partial::Passes);
                }
                break;
            }
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
    log::flush()
}

/// Points descriptors 1 and 2 to where descriptor 2 led, unless that would make them wait.
pub(super) fn restore() {
    if !flush() {
        return;
    }
    let prints = PRINTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(Prints { stderr, .. }) = &*prints {
        // If it fails, they lead into the pipe as before.
        dup2_stdout(stderr).unwrap_or_default();
        dup2_stderr(stderr).unwrap_or_default();
    }
    drop(prints);
    // What was printed in between.
    flush();
}

impl Prints {
    fn take(&mut self, partial: Partial) -> bool {
        let mut bytes = [0; LONGEST];
        for _ in 0..READS {
            // An error is mostly that the pipe is empty; after any other nothing comes either.
            let Ok(length @ 1..) = self.pipe.read(&mut bytes) else { break };
            self.pass_on(&bytes[..length]);
        }
        if partial == Partial::Passes && !self.line.is_empty() {
            log::printed(&std::mem::take(&mut self.line));
        }
        !self.line.is_empty()
    }

    fn pass_on(&mut self, bytes: &[u8]) {
        let whole = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        if whole == 0 && self.line.len() + bytes.len() <= LONGEST {
            self.line.extend_from_slice(bytes);
            return;
        }
        let whole = if whole == 0 { bytes.len() } else { whole };
        self.line.extend_from_slice(&bytes[..whole]);
        log::printed(&self.line);
        self.line.clear();
        self.line.extend_from_slice(&bytes[whole..]);
    }
}
