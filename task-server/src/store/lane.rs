//! Connections, and the threads that wait for them: `SQLite` blocks, the callers do not.
//!
//! A lane is a few connections that do one kind of work. Work waits for a free connection
//! without a thread, then runs on the runtime's blocking pool, so a lane never holds more
//! threads than connections. A thread of our own would need the same queue, a second channel
//! back and a way to be ended; this way there is nothing to end.

use std::panic;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::{Refusal, TaskError};

/// How long `SQLite` waits for a lock in one attempt: far longer than any of our transactions
/// takes, so that what is still locked then is held by somebody who forgot it.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long whole transactions are tried again: `SQLite` answers some conflicts with BUSY at once,
/// whatever the timeout, because waiting could not resolve them. It is well below the minute
/// after which clients give up.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The pause between two attempts: longer than a transaction, shorter than anybody notices.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// The same where a single step of somebody else is waited for, and the moment after it is short.
pub(super) const SHORT_PAUSE: Duration = Duration::from_micros(300);

/// A connection, and what it knows about its file.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) connection: Connection,
    /// The foreign writes into the file since which nothing is kept from before, see
    /// [`Files::foreign_writes`](super::files::Files::foreign_writes).
    pub(super) foreign_writes: u64,
    /// Whether the log could not be moved the last time, see
    /// [`move_log`](super::attempt::move_log).
    pub(super) is_held_up: bool,
    /// The version of the data when it was last asked for, see
    /// [`Database::may_have_changed`](super::database::Database::may_have_changed).
    pub(super) data_version: Option<i64>,
}

impl From<Connection> for Link {
    fn from(connection: Connection) -> Self {
        Self { connection, foreign_writes: 0, is_held_up: false, data_version: None }
    }
}

/// A few connections that do one kind of work.
#[derive(Debug)]
pub(super) struct Lane {
    /// One permit for each connection.
    free: Arc<Semaphore>,
    size: u32,
    /// The connections that are not at work; none while the database is closed, see
    /// [`Database`](super::database::Database).
    idle: Mutex<Vec<Link>>,
    /// When a job was last done, see [`Lane::patience`].
    progress: Mutex<Instant>,
}

impl Lane {
    /// A lane with these connections.
    pub(super) fn new(connections: Vec<Connection>) -> Arc<Self> {
        let size = u32::try_from(connections.len()).expect("a lane has a few connections");
        Arc::new(Self {
            free: Arc::new(Semaphore::new(connections.len())),
            size,
            idle: Mutex::new(connections.into_iter().map(Link::from).collect()),
            progress: Mutex::new(Instant::now()),
        })
    }

    /// Runs a job on the blocking pool as soon as a connection is free, first come first served.
    /// The job gets `None` while the database is closed.
    pub(super) async fn run<T, F>(self: &Arc<Self>, job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnOnce(Option<&mut Link>) -> T + Send + 'static,
    {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let mut lent = Lent::new(Arc::clone(self), permit.expect("the semaphore is never closed"));
        blocking(move || job(lent.link.as_mut())).await
    }

    /// The same, here and now, if a connection is free.
    pub(super) fn run_now(self: &Arc<Self>, job: impl FnOnce(&mut Link)) {
        let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else { return };
        let mut lent = Lent::new(Arc::clone(self), permit);
        if let Some(link) = &mut lent.link {
            job(link);
        }
    }

    /// Waits until no connection is at work, and keeps it that way while the permit is held.
    pub(super) async fn stop(&self) -> OwnedSemaphorePermit {
        let permit = Arc::clone(&self.free).acquire_many_owned(self.size).await;
        permit.expect("the semaphore is never closed")
    }

    /// The connections that are not at work.
    pub(super) fn idle(&self) -> MutexGuard<'_, Vec<Link>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a job that arrived then may still wait for a lock.
    ///
    /// Jobs queue up behind the one that waits for a lock of somebody else. They wait for the same
    /// lock, so each counts from its arrival, and all give up together. A lane that moves on is not
    /// held up, however long its queue is.
    pub(super) fn patience(&self, arrival: Instant) -> Duration {
        let progress = *self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        PATIENCE.saturating_sub(progress.max(arrival).elapsed())
    }

    /// Notes that a job was done.
    pub(super) fn moves_on(&self) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// Runs work on the blocking pool; a panic in it goes on in the caller.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, TaskError> {
    let running = tokio::task::spawn_blocking(work);
    match running.await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(done) => Ok(done),
        Err(Ok(payload)) => panic::resume_unwind(payload),
        Err(Err(_)) => Err(TaskError::Closing),
    }
}

/// A connection on its way through one job; goes back to its lane even if the job panics.
struct Lent {
    // `None` while the database is closed.
    link: Option<Link>,
    lane: Arc<Lane>,
    // Dropped last, when the connection is back.
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    fn new(lane: Arc<Lane>, permit: OwnedSemaphorePermit) -> Self {
        let link = lane.idle().pop();
        Self { link, lane, _permit: permit }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.lane.idle().extend(self.link.take());
    }
}

/// Tries again while somebody else holds the lock, until `patience` is over.
pub(super) fn patiently<T, E>(
    pause: Duration,
    patience: Duration,
    is_busy: impl Fn(&E) -> bool,
    mut attempt: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let start = Instant::now();
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && start.elapsed() < patience => thread::sleep(pause),
            done => return done,
        }
    }
}

impl TaskError {
    /// Whether it may help to try again.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl Refusal {
    /// Whether it may help to try again.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends() {
        let mut attempts = 0;
        let result =
            patiently(PAUSE, Duration::ZERO, TaskError::is_busy, || -> Result<(), TaskError> {
                attempts += 1;
                Err(TaskError::Busy)
            });
        assert!(matches!(result, Err(TaskError::Busy)));
        assert_eq!(attempts, 1);
    }

    #[test]
    fn only_a_lock_is_worth_another_attempt() {
        let mut attempts = 0;
        let result = patiently(PAUSE, PATIENCE, TaskError::is_busy, || -> Result<(), TaskError> {
            attempts += 1;
            Err(TaskError::Full)
        });
        assert!(matches!(result, Err(TaskError::Full)));
        assert_eq!(attempts, 1);
    }
}
