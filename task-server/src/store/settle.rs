//! The moment after the last write: the log is emptied.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, OnceLock, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::database::Database;

/// How long nothing is written before the log is emptied: longer than the pause between two calls
/// that belong together, shorter than somebody takes to look at the file.
const QUIET: Duration = Duration::from_millis(250);

/// How long it is put off while writes go on.
const LATEST: Duration = Duration::from_secs(2);

/// A thread that waits for quiet, from the first write on.
///
/// A timer of the runtime would do, but a store works on a runtime without timers.
#[derive(Debug)]
pub(super) struct Settler {
    database: Weak<Database>,
    waiting: OnceLock<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    writes: Sender<()>,
    /// `None` when the system has no thread left: then the log is emptied at the end.
    thread: Option<JoinHandle<()>>,
}

impl Settler {
    pub(super) fn new(database: &Arc<Database>) -> Self {
        Self { database: Arc::downgrade(database), waiting: OnceLock::new() }
    }

    /// Empties the log when it has been quiet for a moment.
    pub(super) fn note_write(&self) {
        let waiting = self.waiting.get_or_init(|| {
            let (writes, noted) = mpsc::channel();
            let database = Weak::clone(&self.database);
            let thread = thread::Builder::new()
                .name("settle".to_owned())
                .spawn(move || wait(&noted, &database))
                .ok();
            Waiting { writes, thread }
        });
        // Nobody listens when there is no thread.
        let _ = waiting.writes.send(());
    }
}

impl Drop for Settler {
    /// Waits for the thread, which is at most in the middle of emptying the log.
    fn drop(&mut self) {
        if let Some(Waiting { writes, thread: Some(thread) }) = self.waiting.take() {
            drop(writes);
            // A panic in it was told by the panic hook.
            let _ = thread.join();
        }
    }
}

fn wait(writes: &Receiver<()>, database: &Weak<Database>) {
    while writes.recv().is_ok() {
        let latest = Instant::now() + LATEST;
        loop {
            let rest = latest.saturating_duration_since(Instant::now());
            match writes.recv_timeout(QUIET.min(rest)) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        let Some(database) = database.upgrade() else { return };
        database.settle();
    }
}
