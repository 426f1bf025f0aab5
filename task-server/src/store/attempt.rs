//! One attempt at a read or a write: a transaction, and the comparisons around it.
//!
//! A write is answered when the database file alone has it. A commit puts it into the log, which
//! is a file of its own: whoever removes it takes the commits with it that only the log has, and
//! neither a comparison after the commit nor a lock prevents that. So every write moves the log
//! into the file before it is answered. That costs a few more flushes of the disk.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::TaskError;
use super::files::{Files, Standing};
use super::lane::{Link, SHORT_PAUSE, patiently};
use super::open;
use super::schema;

/// How long a write waits for those who still read an older state of the file: longer than any of
/// our reads takes. Who holds the file longer is another program that forgot it.
const MOVING: Duration = Duration::from_millis(500);

/// Why a job has no result.
pub(super) enum Stop<T> {
    /// The path names other files; nothing was done.
    Moved,
    /// The path names other files than those in which this was committed.
    Committed(T),
    Failed(TaskError),
}

impl<T> Stop<T> {
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_busy())
    }
}

impl<T> From<TaskError> for Stop<T> {
    fn from(error: TaskError) -> Self {
        Self::Failed(error)
    }
}

impl<T> From<rusqlite::Error> for Stop<T> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Moves the log into the file; returns whether the file alone has everything.
///
/// It fails when somebody reads an older state for longer than [`MOVING`]. Then it is tried without
/// waiting until it succeeds once, so that a program that forgot the file slows down one write.
///
/// The log keeps its length: to cut it, and to let it grow again, takes longer than all the rest.
pub(super) fn move_log(link: &mut Link, files: &Files) -> bool {
    let patience = if link.is_held_up { Duration::ZERO } else { MOVING };
    let moved = patiently(
        SHORT_PAUSE,
        patience,
        |()| true,
        || {
            if checkpoint(&link.connection, "PASSIVE") { Ok(()) } else { Err(()) }
        },
    );
    link.is_held_up = moved.is_err();
    if moved.is_ok() {
        files.written();
    }
    moved.is_ok()
}

/// Moves what can be moved, and waits for nobody; returns whether all of it is in the file.
///
/// PASSIVE does no more; TRUNCATE empties the log then, if nobody uses it.
pub(super) fn checkpoint(connection: &Connection, mode: &str) -> bool {
    let moved = connection.busy_timeout(Duration::ZERO).and_then(|()| {
        connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
            Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })
    });
    // Both are -1 while somebody else moves the log.
    matches!(moved, Ok((log @ 0.., moved)) if log == moved)
}

pub(super) fn read<T, F>(link: &mut Link, files: Option<&Files>, job: &mut F) -> Result<T, Stop<T>>
where
    F: FnMut(&Connection) -> Result<T, TaskError>,
{
    let Some(files) = files else { return Ok(job(&link.connection)?) };
    let before = files.foreign_writes();
    let result = read_once(link, files, job);
    compare(files)?;
    match result {
        // Somebody wrote into the file while it was read: what was read may be of both states.
        Err(Stop::Failed(_)) if files.foreign_writes() != before => Err(TaskError::Busy.into()),
        result => result,
    }
}

fn read_once<T, F>(link: &mut Link, files: &Files, job: &mut F) -> Result<T, Stop<T>>
where
    F: FnMut(&Connection) -> Result<T, TaskError>,
{
    refresh(link, files)?;
    let transaction = link.connection.transaction()?;
    check_schema(&transaction)?;
    Ok(job(&transaction)?)
}

pub(super) fn write<T, F>(link: &mut Link, files: Option<&Files>, job: &mut F) -> Result<T, Stop<T>>
where
    F: FnMut(&Transaction<'_>) -> Result<T, TaskError>,
{
    let Some(files) = files else {
        let transaction = begin(link)?;
        let done = job(&transaction)?;
        transaction.commit()?;
        return Ok(done);
    };
    let refreshed = refresh(link, files);
    let begun = begin(link);
    // From here to the end no program of ours opens the database, and with it a log beside which
    // ours would be lost.
    let _alone = files.lock();
    compare(files)?;
    refreshed?;
    let transaction = begun?;
    check_schema(&transaction)?;
    let done = job(&transaction)?;
    if let Err(error) = transaction.commit() {
        compare(files)?;
        return Err(error.into());
    }
    // Whatever was copied over the file since the transaction began must fit to what it wrote.
    match refresh(link, files) {
        // It is committed; what could not be looked at is looked at the next time.
        Err(error) if !error.is_busy() => return Err(error.into()),
        _ => {}
    }
    // Another program's log would be moved into the file as well.
    let is_moved = files.are_nobody_elses() && move_log(link, files);
    if is_moved && files.has_main() {
        return Ok(done);
    }
    match compare(files) {
        Ok(()) => Ok(done),
        Err(Stop::Moved) => Err(Stop::Committed(done)),
        Err(stop) => Err(stop),
    }
}

fn begin(link: &mut Link) -> rusqlite::Result<Transaction<'_>> {
    link.connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Fails unless the path names the files that are open.
fn compare<T>(files: &Files) -> Result<(), Stop<T>> {
    match files.standing() {
        Standing::Same { .. } => Ok(()),
        Standing::Moved => Err(Stop::Moved),
        Standing::Gone(cause) => Err(TaskError::gone(files.path(), cause).into()),
        Standing::Linked => Err(TaskError::Linked { path: files.path().to_owned() }.into()),
    }
}

/// The names may be the same and the content another: a newer version has changed the tables, or
/// an older file was copied over this one.
fn check_schema<T>(connection: &Connection) -> Result<(), Stop<T>> {
    if schema::is_ours(connection)? { Ok(()) } else { Err(Stop::Moved) }
}

/// Forgets what a connection has kept of a file into which somebody else wrote.
///
/// That is mostly another process that moved its log, which `SQLite` knows of. It may as well be a
/// backup that was copied over the file, of which it knows nothing: then pages in memory are not
/// those of the file. If there is a log as well, it was that of the old content, and both may not
/// fit together.
pub(super) fn refresh(link: &mut Link, files: &Files) -> Result<(), TaskError> {
    // Other standings are the business of `compare`.
    let Standing::Same { log_length } = files.standing() else { return Ok(()) };
    let foreign_writes = files.foreign_writes();
    if link.foreign_writes != foreign_writes {
        link.connection.execute_batch("PRAGMA shrink_memory")?;
        if log_length > 0 {
            open::check_integrity(&link.connection)
                .map_err(|reason| TaskError::reopening(files.path(), reason))?;
        }
        link.foreign_writes = foreign_writes;
    }
    Ok(())
}
