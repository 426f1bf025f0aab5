//! Connections, and the threads that wait for them: `SQLite` blocks, the callers do not.
//!
//! A lane is a few connections that do one kind of work. Work waits for a free connection
//! without a thread, then runs on the runtime's blocking pool, so a lane never holds more
//! threads than connections. A thread of our own would need the same queue, a second channel
//! back and a way to be ended; this way there is nothing to end.

use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::{Refusal, TaskError};

/// How long `SQLite` waits for a lock in one attempt: far longer than any of our transactions
/// takes, so that what is still locked then is held by somebody who forgot it.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long whole transactions are tried again: `SQLite` answers some conflicts with BUSY at once,
/// whatever the timeout, because waiting could not resolve them. The last attempt may start at
/// the end of it, so an answer takes at most [`BUSY_TIMEOUT`] longer; together they stay well
/// below the minute after which clients give up.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The pause between two attempts: longer than a transaction, shorter than anybody notices.
const PAUSE: Duration = Duration::from_millis(20);

/// A few connections that do one kind of work.
#[derive(Debug)]
pub(super) struct Lane {
    /// One permit for each connection in `idle`.
    free: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Lane {
    /// A lane with these connections.
    pub(super) fn new(connections: Vec<Connection>) -> Arc<Self> {
        let free = Arc::new(Semaphore::new(connections.len()));
        Arc::new(Self { free, idle: Mutex::new(connections) })
    }

    /// Reads with one of the connections.
    ///
    /// # Cancellation
    /// Safe: a read that has begun runs to its end, unheard.
    pub(super) async fn read<T, F>(self: &Arc<Self>, mut job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, TaskError> + Send + 'static,
    {
        self.run(move |connection| patiently(PATIENCE, TaskError::is_busy, || job(connection)))
            .await
    }

    /// Runs a job in one transaction that has the write lock from its start; returns when it
    /// is committed. A failed job is rolled back; on a conflict it runs again from its start.
    ///
    /// # Cancellation
    /// Safe: a transaction that waits for its connection is not begun, one that has begun is
    /// committed or rolled back as a whole, unheard.
    pub(super) async fn write<T, F>(self: &Arc<Self>, mut job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> Result<T, TaskError> + Send + 'static,
    {
        self.run(move |connection| {
            patiently(PATIENCE, TaskError::is_busy, || {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let done = job(&transaction)?;
                transaction.commit()?;
                Ok(done)
            })
        })
        .await
    }

    /// Runs a job on the blocking pool as soon as a connection is free, first come first served.
    async fn run<T, F>(self: &Arc<Self>, job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, TaskError> + Send + 'static,
    {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let lane = Arc::clone(self);
        let running = tokio::task::spawn_blocking(move || {
            let mut lent = Lent::new(lane, permit);
            job(lent.connection())
        });
        match running.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(result) => result,
            Err(Ok(payload)) => panic::resume_unwind(payload),
            Err(Err(_)) => Err(TaskError::Closing),
        }
    }

    /// Calls `last` with each connection that is not at work.
    pub(super) fn each_idle(&self, last: impl FnMut(&Connection)) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(last);
    }
}

/// A connection on its way through one job; goes back to its lane even if the job panics.
struct Lent {
    // `None` only while it is dropped.
    connection: Option<Connection>,
    lane: Arc<Lane>,
    // Dropped last, when the connection is back.
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    fn new(lane: Arc<Lane>, permit: OwnedSemaphorePermit) -> Self {
        let connection = lane.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self { connection, lane, _permit: permit }
    }

    fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("each permit stands for an idle connection")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut idle = self.lane.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
    }
}

/// Tries again while somebody else holds the lock, until `patience` is over.
pub(super) fn patiently<T, E>(
    patience: Duration,
    is_busy: impl Fn(&E) -> bool,
    mut attempt: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let start = Instant::now();
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && start.elapsed() < patience => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

impl TaskError {
    fn is_busy(&self) -> bool {
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

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn lane() -> Arc<Lane> {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        Lane::new(vec![connection])
    }

    fn rows(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_panic_reaches_the_caller_and_nobody_else() {
        block_on(async {
            let lane = lane();
            let panicking = tokio::spawn({
                let lane = Arc::clone(&lane);
                async move {
                    lane.write(|transaction| -> Result<(), TaskError> {
                        transaction.execute("INSERT INTO t VALUES (1)", [])?;
                        panic!("half-way")
                    })
                    .await
                }
            });
            assert!(panicking.await.unwrap_err().is_panic());
            assert_eq!(lane.read(|connection| Ok(rows(connection))).await.unwrap(), 0);
        });
    }

    #[test]
    fn a_busy_transaction_runs_again_from_its_start() {
        block_on(async {
            let lane = lane();
            let mut attempts = 0;
            let last = lane.write(move |transaction| {
                transaction.execute("INSERT INTO t VALUES (1)", [])?;
                attempts += 1;
                if attempts < 3 { Err(TaskError::Busy) } else { Ok(attempts) }
            });
            assert_eq!(last.await.unwrap(), 3);
            assert_eq!(lane.read(|connection| Ok(rows(connection))).await.unwrap(), 1);
        });
    }

    #[test]
    fn patience_ends() {
        let mut attempts = 0;
        let result = patiently(Duration::ZERO, TaskError::is_busy, || -> Result<(), TaskError> {
            attempts += 1;
            Err(TaskError::Busy)
        });
        assert!(matches!(result, Err(TaskError::Busy)));
        assert_eq!(attempts, 1);
    }

    #[test]
    fn only_a_lock_is_worth_another_attempt() {
        let mut attempts = 0;
        let result = patiently(PATIENCE, TaskError::is_busy, || -> Result<(), TaskError> {
            attempts += 1;
            Err(TaskError::Full)
        });
        assert!(matches!(result, Err(TaskError::Full)));
        assert_eq!(attempts, 1);
    }
}
