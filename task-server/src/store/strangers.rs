//! Logs and indexes that lie beside a database and belong to another one.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::files::{FileId, is_stranger, log_id, with_suffix};
use super::open::real;

/// Takes the names of an empty log and its index away if they belong to another database, or to
/// this one as it was, see [`Files::mark`].
///
/// The index of another database has the wrong number of pages, and whoever wrote with it would
/// destroy this one. Programs that have the files open make new ones.
pub(super) fn forget_stranger(path: &Path) {
    let Some(real) = real(path) else { return };
    if is_stranger(&real) {
        let _ = fs::remove_file(with_suffix(&real, "-wal"));
        let _ = fs::remove_file(with_suffix(&real, "-shm"));
    }
}

/// Gives a rollback journal beside a database in WAL mode another name.
///
/// A database gets its mode while it is made, with a journal beside it for a moment. If another
/// database takes its place then, `SQLite` would play the journal back into that one, and cut it to
/// the length of one that is being made: to nothing.
pub(super) fn set_journal_aside(path: &Path) {
    let Some(real) = real(path) else { return };
    let journal = with_suffix(&real, "-journal");
    if fs::symlink_metadata(&journal).is_ok() && is_in_wal_mode(&real) {
        let _ = fs::rename(journal, free_name(&real, "-journal"));
    }
}

/// Whether the header of the file says so, see <https://sqlite.org/fileformat.html>.
fn is_in_wal_mode(database: &Path) -> bool {
    let mut header = [0; 20];
    let read = fs::File::open(database).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header[18..] == [2, 2]
}

/// Takes the name of the index away when there is no log, or another one than expected; returns
/// which file the log is.
///
/// An index without its log tells where in the log pages are that were not moved yet: those of a
/// program that died. With the next log it would lead to pages of nothing.
pub(super) fn forget_index(path: &Path, expected: Option<FileId>) -> Option<FileId> {
    let real = real(path)?;
    let log = log_id(&real);
    if log.is_none() || expected.is_some() && log != expected {
        let index = with_suffix(&real, "-shm");
        // One that is read-only is none of ours. What stays is SQLite's to say something about.
        if fs::metadata(&index).is_ok_and(|metadata| !metadata.permissions().readonly()) {
            let _ = fs::remove_file(index);
        }
    }
    log
}

/// Parts a file that has replaced the database from the database's log, which lies beside it still,
/// unless somebody has opened both together already.
///
/// Whoever opens the file takes the log to be its own and reads pages of the old database in it.
/// In the exclusive mode a connection has the file for itself, so nobody opens it meanwhile.
pub(super) fn part_from_log(path: &Path) {
    // The files beside a link belong to nobody: whoever opens it names them after where it leads.
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return set_log_aside(path);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(mut alone) = Connection::open_with_flags(path, flags) else { return };
    let begun = alone
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .and_then(|_| alone.busy_timeout(Duration::ZERO))
        .and_then(|()| alone.pragma_update(None, "locking_mode", "EXCLUSIVE"))
        .and_then(|()| alone.transaction_with_behavior(TransactionBehavior::Exclusive));
    if begun.is_ok() {
        set_log_aside(path);
    }
}

/// Gives the log of a database that is not there any more another name, and takes the name of its
/// index away, which holds nothing of its own: a new database must not meet them, and what was
/// answered may be in the log. Programs that have the files open go on with them.
///
/// The log of `tasks.db` becomes that of `tasks.db.orphan-1`: `SQLite` reads it again if the
/// database gets that name.
pub(super) fn set_log_aside(database: &Path) {
    let (log, index) = (with_suffix(database, "-wal"), with_suffix(database, "-shm"));
    let set_aside = match fs::symlink_metadata(&log) {
        Err(_) => Ok(()),
        Ok(metadata) if metadata.len() == 0 => fs::remove_file(log),
        Ok(_) => fs::rename(log, free_name(database, "-wal")),
    };
    // What cannot be set aside stays as it is, and SQLite says what it makes of it.
    if set_aside.is_ok() {
        let _ = fs::remove_file(index);
    }
}

/// The first of `tasks.db.orphan-1-wal`, `tasks.db.orphan-2-wal`, … that is not there.
fn free_name(database: &Path, suffix: &str) -> PathBuf {
    let mut names =
        (1_u32..).map(|number| with_suffix(database, &format!(".orphan-{number}{suffix}")));
    let is_free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
    names.find(is_free).expect("a folder has fewer files than there are numbers")
}
