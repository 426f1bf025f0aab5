//! One attempt at a read or a write: a transaction, and the comparisons around it.
//!
//! A write is answered when the database file alone has it. A commit puts it into the log, which
//! is a file of its own: whoever removes it takes the commits with it that only the log has, and
//! neither a comparison after the commit nor a lock prevents that. So every write moves the log
//! into the file before it is answered. That costs a few more flushes of the disk.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::TaskError;
use super::files::{Files, Log, Standing};
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

/// What of the log is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// Everything, and the log is empty.
    Emptied,
    /// Everything, but somebody reads from the log.
    All,
    /// Not everything: somebody reads an older state of the file, or is moving the log.
    Part,
}

/// Moves the log into the file and empties it.
///
/// The log is left with something in it when somebody reads for longer than [`MOVING`]. Then it is
/// tried without waiting until it succeeds once, so that a program that forgot the file slows down
/// one write.
pub(super) fn move_log(link: &mut Link, files: &Files) -> rusqlite::Result<Moved> {
    let patience = if link.is_held_up { Duration::ZERO } else { MOVING };
    link.connection.busy_timeout(Duration::ZERO)?;
    let is_held_up = |failed: &Result<Moved, rusqlite::Error>| failed.is_ok();
    let moved = patiently(SHORT_PAUSE, patience, is_held_up, || {
        match checkpoint(&link.connection, "TRUNCATE") {
            Ok(Moved::Emptied) => Ok(()),
            other => Err(other),
        }
    });
    link.is_held_up = moved.is_err();
    let moved = moved.map_or_else(|other| other, |()| Ok(Moved::Emptied))?;
    if moved != Moved::Part {
        files.written();
    }
    if moved == Moved::Emptied {
        files.mark();
    }
    Ok(moved)
}

/// Moves what can be moved of the log.
///
/// PASSIVE does no more and needs nobody's consent; TRUNCATE empties the log then, if nobody uses
/// it, and waits for that as long as the connection waits for locks.
pub(super) fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<Moved> {
    let moved = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match moved {
        Ok((0, 0, 0)) => Ok(Moved::Emptied),
        // Both are -1 while somebody else moves the log.
        Ok((_, log @ 0.., moved)) if log == moved => Ok(Moved::All),
        Ok(_) => Ok(Moved::Part),
        Err(error) if TaskError::is_lock(&error) => Ok(Moved::Part),
        Err(error) => Err(error),
    }
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
    // From here to the end no program of ours opens the database or writes to it. So nobody meets a
    // log with something in it, beside a file that may have been replaced meanwhile. The lock of
    // the folder comes before that of SQLite: who has it can empty the log.
    let alone = files.lock();
    compare(files)?;
    refresh(link, files)?;
    // A foreign lock is waited for without the lock of the folder, see `Database::run`.
    link.connection.busy_timeout(Duration::ZERO)?;
    let transaction = begin(link)?;
    check_schema(&transaction)?;
    let done = job(&transaction)?;
    if let Err(error) = transaction.commit() {
        compare(files)?;
        return Err(error.into());
    }
    // Whatever was copied over the file since the transaction began must fit to what it wrote.
    match refresh(link, files) {
        // It is committed; what could not be looked at is looked at the next time.
        Err(stop) if !stop.is_busy() => return Err(stop),
        _ => {}
    }
    // Without the lock, another program's log could be moved into the file as well.
    let is_ours = alone.is_some() || files.are_nobody_elses();
    let moved = if is_ours { move_log(link, files)? } else { Moved::Part };
    if moved != Moved::Part && files.has_main() {
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
        Standing::Same(_) => Ok(()),
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
/// backup that was copied over the file, of which it knows nothing: then neither pages in memory
/// nor the index are those of the file. If there is something in the log as well, it was that of
/// the old content, and both may not fit together.
pub(super) fn refresh<T>(link: &mut Link, files: &Files) -> Result<(), Stop<T>> {
    // Other standings are the business of `compare`.
    let Standing::Same(log) = files.standing() else { return Ok(()) };
    let foreign_writes = files.foreign_writes();
    if link.foreign_writes == foreign_writes {
        return Ok(());
    }
    if log == Log::Outdated {
        return Err(Stop::Moved);
    }
    link.connection.execute_batch("PRAGMA shrink_memory")?;
    if log == Log::Filled {
        open::check_integrity(&link.connection)
            .map_err(|reason| TaskError::reopening(files.path(), reason))?;
    }
    link.foreign_writes = foreign_writes;
    Ok(())
}
