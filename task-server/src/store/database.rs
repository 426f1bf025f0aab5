//! One database, and the promise that what was answered is in the file that its path names.
//!
//! The order that keeps it, for a write: take the write lock; compare the path with the open files,
//! and the schema with ours; do the work; commit; move the log into the file; compare the path
//! again; answer. The first comparison keeps a change out of files that are nobody's, and lets the
//! work be done again on the right ones as if it had not been begun. The second one is the promise:
//! whatever is done to the names, at a moment behind the move the path stood for the file that has
//! it all. What becomes of the files beside it is of no account then. A read compares once, behind
//! its snapshot.
//!
//! If the path names another file, the database is opened anew and the work is done again. If it
//! names none, that is an error: making an empty database in the middle of the work would hide
//! that the tasks are gone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rusqlite::{Connection, Transaction};

use super::attempt::{self, Stop, checkpoint, move_log, refresh};
use super::error::TaskError;
use super::files::{Files, Standing};
use super::lane::{BUSY_TIMEOUT, Lane, Link, PAUSE, blocking, patiently};
use super::open::{self, Opened};

/// How often one call opens the database anew: whoever replaces it more often than that does not
/// want it to be used.
const REOPENINGS: usize = 5;

/// A database and its connections.
#[derive(Debug)]
pub(super) struct Database {
    readers: Arc<Lane>,
    writer: Arc<Lane>,
    /// `None` for a database in memory, which has no files that could change.
    place: Option<Place>,
}

/// The files of a database, and who may open it anew.
#[derive(Debug)]
struct Place {
    current: Mutex<Opening>,
    /// Held by the one that opens the database anew.
    reopening: Arc<tokio::sync::Mutex<()>>,
}

/// One opening of the database. It does not change while a connection is at work.
#[derive(Debug, Clone)]
struct Opening {
    number: u64,
    /// The first opening whose commits this one has.
    kept_since: u64,
    files: Arc<Files>,
}

/// One attempt at a job: [`attempt::read`] or [`attempt::write`].
type Attempt<T, F> = fn(&mut Link, Option<&Files>, &mut F) -> Result<T, Stop<T>>;

impl Database {
    /// A database in memory: reads and writes share the one connection.
    pub(super) fn memory(connection: Connection) -> Arc<Self> {
        let lane = Lane::new(vec![connection]);
        Arc::new(Self { readers: Arc::clone(&lane), writer: lane, place: None })
    }

    /// A database in a file, with the connections that [`open::file`] made.
    pub(super) fn file(Opened { writer, readers, files }: Opened) -> Arc<Self> {
        let opening = Opening { number: 0, kept_since: 0, files: Arc::new(files) };
        let place = Place { current: Mutex::new(opening), reopening: Arc::default() };
        Arc::new(Self {
            readers: Lane::new(readers),
            writer: Lane::new(vec![writer]),
            place: Some(place),
        })
    }

    /// Reads with one of the connections, from one state of the database.
    ///
    /// # Cancellation
    /// Safe: a read that has begun runs to its end, unheard.
    pub(super) async fn read<T, F>(self: &Arc<Self>, job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, TaskError> + Send + 'static,
    {
        self.run(&self.readers, job, attempt::read).await
    }

    /// Runs a job in one transaction that has the write lock from its start; returns when it
    /// is committed to the file that the path names. A failed job is rolled back; on a conflict it
    /// runs again from its start.
    ///
    /// # Cancellation
    /// Safe: a transaction that waits for its connection is not begun, one that has begun is
    /// committed or rolled back as a whole, unheard.
    pub(super) async fn write<T, F>(self: &Arc<Self>, job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> Result<T, TaskError> + Send + 'static,
    {
        self.run(&self.writer, job, attempt::write).await
    }

    /// Whether anything may have been written since this was last asked, by this process or another
    /// one. `SQLite` counts that for each connection; the answer costs no transaction.
    ///
    /// # Cancellation
    /// Safe.
    pub(super) async fn may_have_changed(self: &Arc<Self>) -> Result<bool, TaskError> {
        let database = Arc::clone(self);
        self.readers
            .run(move |link| {
                // In memory one connection reads and writes, and what it writes itself is not
                // counted; what the path no longer names has to be opened anew.
                let (Some(opening), Some(link)) = (database.opening(), link) else { return true };
                if !matches!(opening.files.standing(), Standing::Same { .. }) {
                    return true;
                }
                let version = link
                    .connection
                    .prepare_cached("PRAGMA data_version")
                    .and_then(|mut asked| asked.query_row([], |row| row.get(0)))
                    .ok();
                let last = std::mem::replace(&mut link.data_version, version);
                version.is_none() || version != last
            })
            .await
    }

    /// The first opening whose commits the current one has.
    pub(super) fn kept_since(&self) -> u64 {
        self.opening().map_or(0, |opening| opening.kept_since)
    }

    async fn run<T, F>(
        self: &Arc<Self>,
        lane: &Arc<Lane>,
        job: F,
        attempt: Attempt<T, F>,
    ) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: Send + 'static,
    {
        let arrival = Instant::now();
        let job = Arc::new(Mutex::new(job));
        for _ in 0..REOPENINGS {
            let (database, at_work, job) = (Arc::clone(self), Arc::clone(lane), Arc::clone(&job));
            let (opening, result) = lane
                .run(move |link| {
                    let opening = database.opening();
                    let files = opening.as_ref().map(|opening| &*opening.files);
                    let Some(link) = link else { return (opening, Err(Stop::Moved)) };
                    let mut job = job.lock().unwrap_or_else(PoisonError::into_inner);
                    let patience = at_work.patience(arrival);
                    let deadline = Instant::now() + patience;
                    let result = patiently(PAUSE, patience, Stop::is_busy, || {
                        let rest = deadline.saturating_duration_since(Instant::now());
                        link.connection.busy_timeout(BUSY_TIMEOUT.min(rest))?;
                        attempt(link, files, &mut job)
                    });
                    if !result.as_ref().is_err_and(Stop::is_busy) {
                        at_work.moves_on();
                    }
                    (opening, result)
                })
                .await?;
            let committed = match result {
                Ok(done) => return Ok(done),
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Committed(done)) => Some(done),
                Err(Stop::Moved) => None,
            };
            let number = opening.map_or(0, |opening| opening.number);
            let kept_since = self.reopen(number).await?;
            if let Some(done) = committed.filter(|_| kept_since <= number) {
                return Ok(done);
            }
        }
        Err(TaskError::Replaced)
    }

    fn opening(&self) -> Option<Opening> {
        let place = self.place.as_ref()?;
        Some(place.current.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Opens what the path names, unless that was done since the opening with this number; returns
    /// the first opening whose commits are in it.
    ///
    /// # Cancellation
    /// Safe: what has begun ends on its own.
    async fn reopen(self: &Arc<Self>, number: u64) -> Result<u64, TaskError> {
        let place = self.place.as_ref().expect("a database in memory never moves");
        let alone = Arc::clone(&place.reopening).lock_owned().await;
        let opening = self.opening().expect("it has a place");
        if opening.number != number {
            return Ok(opening.kept_since);
        }
        // All connections are closed at once: one that stayed would lend its log's index to those
        // that are opened in the same process.
        let stopped = (self.readers.stop().await, self.writer.stop().await);
        let database = Arc::clone(self);
        blocking(move || {
            let reopened = database.reopen_stopped(&opening);
            drop((stopped, alone));
            reopened
        })
        .await?
    }

    fn reopen_stopped(&self, opening: &Opening) -> Result<u64, TaskError> {
        let Opening { number, kept_since, files } = opening;
        if let Standing::Gone(cause) = files.standing() {
            return Err(TaskError::gone(files.path(), cause));
        }
        let _alone = files.lock();
        let is_orphaned = files.log_is_orphaned();
        let is_kept = self.part(files);
        if is_orphaned {
            open::part_from_log(files.real());
        }
        let opened = open::existing(files.path())
            .map_err(|reason| TaskError::reopening(files.path(), reason))?;
        let number = number + 1;
        let kept_since = if is_kept { *kept_since } else { number };
        *self.writer.idle() = vec![opened.writer.into()];
        *self.readers.idle() = opened.readers.into_iter().map(Link::from).collect();
        let place = self.place.as_ref().expect("it was opened at a place");
        let files = Arc::new(opened.files);
        *place.current.lock().unwrap_or_else(PoisonError::into_inner) =
            Opening { number, kept_since, files };
        Ok(kept_since)
    }

    /// Closes the connections to files that the path no more names; returns whether all that was
    /// committed is in the file that the path names.
    ///
    /// A connection that closes last would move its log into its file and remove the name of the
    /// log, which may be somebody else's by then. So the log is moved only while nobody else can
    /// have opened the database, and only if whoever opens it would not find the log.
    fn part(&self, files: &Files) -> bool {
        let mut writer = std::mem::take(&mut *self.writer.idle());
        let mut readers = std::mem::take(&mut *self.readers.idle());
        for link in writer.iter().chain(&readers) {
            open::keep_log(&link.connection);
        }
        // Readers of an older state would hold the log back.
        readers.clear();
        if !files.are_nobody_elses() {
            return false;
        }
        let (has_main, has_log) = (files.has_main(), files.has_log());
        let is_moved = !(has_main && has_log)
            && writer.first().is_some_and(|link| checkpoint(&link.connection, "PASSIVE"));
        writer.clear();
        has_main && (has_log || is_moved)
    }

    /// Empties the log, if nobody is at work: then a file that replaces the database meets no log
    /// of another. What a write could not move into the file is moved before.
    pub(super) fn settle(&self) {
        let Some(opening) = self.opening() else { return };
        self.writer.run_now(|link| {
            let files = &opening.files;
            // Nobody parts from these files meanwhile and goes on with a new log.
            let _alone = files.lock();
            if matches!(files.standing(), Standing::Same { log_length: 1.. })
                && refresh(link, files).is_ok()
                // What is copied over the file is noticed from here on, before the log is empty.
                && move_log(link, files)
            {
                checkpoint(&link.connection, "TRUNCATE");
            }
        });
    }

    /// Closes the connections for good, but for one that is at work: it closes itself.
    pub(super) fn close(&self) {
        let Some(opening) = self.opening() else { return };
        let files = &opening.files;
        // Whoever closes a database last moves its log. Nobody goes on with another one meanwhile.
        let _alone = files.lock();
        if !matches!(files.standing(), Standing::Same { .. }) {
            self.part(files);
            return;
        }
        let mut writer = std::mem::take(&mut *self.writer.idle());
        // The last process that closes the file does this by itself, but others may stay. A failure
        // loses nothing: the next one who opens the file reads what was not moved.
        for link in &mut writer {
            if refresh(link, files).is_ok() {
                checkpoint(&link.connection, "PASSIVE");
            }
        }
        self.readers.idle().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn database() -> Arc<Database> {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        Database::memory(connection)
    }

    fn rows(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_panic_reaches_the_caller_and_nobody_else() {
        block_on(async {
            let database = database();
            let panicking = tokio::spawn({
                let database = Arc::clone(&database);
                async move {
                    database
                        .write(|transaction| -> Result<(), TaskError> {
                            transaction.execute("INSERT INTO t VALUES (1)", [])?;
                            panic!("half-way")
                        })
                        .await
                }
            });
            assert!(panicking.await.unwrap_err().is_panic());
            assert_eq!(database.read(|connection| Ok(rows(connection))).await.unwrap(), 0);
        });
    }

    #[test]
    fn a_busy_transaction_runs_again_from_its_start() {
        block_on(async {
            let database = database();
            let mut attempts = 0;
            let last = database.write(move |transaction| {
                transaction.execute("INSERT INTO t VALUES (1)", [])?;
                attempts += 1;
                if attempts < 3 { Err(TaskError::Busy) } else { Ok(attempts) }
            });
            assert_eq!(last.await.unwrap(), 3);
            assert_eq!(database.read(|connection| Ok(rows(connection))).await.unwrap(), 1);
        });
    }
}
