//! One attempt at a read or a write: a transaction, and the comparisons around it.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::TaskError;
use super::files::{Files, Standing};
use super::lane::Link;
use super::open::{self, Lock};
use super::schema;

/// The length in bytes from which on a log is moved without waiting for quiet. `SQLite` would do it
/// by itself, but then nobody could tell who has written the file.
const LONG_LOG: u64 = 4 * 1024 * 1024;

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

/// Moves the log into the database; returns whether all of it is there.
pub(super) fn move_log(connection: &Connection, mode: &str) -> bool {
    let moved = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    matches!(moved, Ok((0, log, moved)) if log == moved)
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
    compare(files)?;
    refreshed?;
    let transaction = begun?;
    check_schema(&transaction)?;
    let done = job(&transaction)?;
    let committed = transaction.commit();
    let log_length = match (compare(files), committed) {
        (Ok(log_length), Ok(())) => log_length,
        (Err(Stop::Moved), Ok(())) => return Err(Stop::Committed(done)),
        (Err(stop), _) => return Err(stop),
        (Ok(_), Err(error)) => return Err(error.into()),
    };
    // Whatever was copied over the file since the transaction began must fit to what it wrote.
    match refresh(link, files) {
        // It is committed; what could not be looked at is looked at the next time.
        Err(error) if !error.is_busy() => return Err(error.into()),
        _ => {}
    }
    if log_length > LONG_LOG {
        let _shared = files.lock(Lock::Shared);
        move_log(&link.connection, "PASSIVE");
        files.written();
    }
    Ok(done)
}

fn begin(link: &mut Link) -> rusqlite::Result<Transaction<'_>> {
    link.connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Fails unless the path names the files that are open; returns the length of the log in bytes.
fn compare<T>(files: &Files) -> Result<u64, Stop<T>> {
    match files.standing() {
        Standing::Same { log_length } => Ok(log_length),
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
