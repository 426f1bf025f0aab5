//! From a path to connections that can be trusted, touching no file that is not ours.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::attempt::checkpoint;
use super::error::Refusal;
use super::files::{FileId, Files, links};
use super::lane::{BUSY_TIMEOUT, PATIENCE, PAUSE, SHORT_PAUSE, patiently};
use super::schema;
use super::strangers::{forget_index, forget_stranger, set_journal_aside, set_log_aside};

/// The oldest `SQLite` that loses no write when several processes share a file in WAL mode.
const OLDEST_ENGINE: i32 = 3_051_003;

/// How many reads run at once: enough that a long list holds up nobody, few enough that a
/// process of one client, the usual case, opens quickly.
const READERS: usize = 2;

/// The largest file, in bytes, that is checked as a whole at the start: about 40 ms from memory.
/// Of a larger one only what is used is checked, when it is used.
const CHECKED_SIZE: i64 = 16 * 1024 * 1024;

/// How often a database is opened that is replaced meanwhile.
const ATTEMPTS: usize = 5;

/// What one store has of its database.
#[derive(Debug)]
pub(super) struct Opened {
    /// The one that writes: `SQLite` has one writer at a time, so more would only wait for it.
    pub(super) writer: Connection,
    /// Those that read: in WAL mode they wait for nobody, and cannot write.
    pub(super) readers: Vec<Connection>,
    /// The files that they have open.
    pub(super) files: Files,
}

/// Opens the task database in this file, given by a full path; makes it if it does not exist.
pub(super) fn file(path: &Path) -> Result<Opened, Refusal> {
    check_engine(rusqlite::version_number())?;
    make_file(path)?;
    existing(path)
}

/// Opens the task database in this file, given by a full path, which exists.
pub(super) fn existing(path: &Path) -> Result<Opened, Refusal> {
    for _ in 0..ATTEMPTS {
        // Nobody is between a commit and the move of it into the file: if the log has lost its
        // name, opening makes another one, and only what is in the file stays.
        let _alone = real(path).and_then(|real| lock_folder(&real));
        set_journal_aside(path);
        let main = look(path)?;
        let remember = || Files::remember(path, main).map_err(|cause| Refusal::File { cause });
        // The names may lead to other files at any moment, also for a moment only, and what was
        // opened then does not belong together: so nothing is written before it is known that the
        // open files are those that are named.
        forget_stranger(path);
        let log = forget_index(path, None);
        let mut first = connect(path)?;
        let seen = configure(&first).and_then(|()| schema::version(&mut first));
        if log.is_some() && log != forget_index(path, log) {
            continue;
        }
        let Some(before) = prepare(first, seen, remember)? else { continue };
        let (writer, readers) = (connected(path)?, [(); READERS].map(|()| reader(path)));
        let readers = readers.into_iter().collect::<Result<Vec<_>, _>>()?;
        if let Some(files) = remember()?
            && files.are(&before)
            && files.are_open(1 + READERS)
        {
            files.mark();
            readers.iter().chain([&writer]).for_each(tidy_up_on_close);
            return Ok(Opened { writer, readers, files });
        }
    }
    let cause = io::Error::other("it was replaced while it was opened");
    Err(Refusal::File { cause })
}

/// The file that the path's links lead to, after which those beside it are named.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// Opens a database that nobody else sees and that ends with its one connection.
pub(super) fn memory() -> Result<Connection, Refusal> {
    let mut connection = Connection::open_in_memory()?;
    configure(&connection)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// The engine is compiled in, but a build can be told to link the system's.
fn check_engine(version: i32) -> Result<(), Refusal> {
    if version < OLDEST_ENGINE {
        return Err(Refusal::Engine { found: rusqlite::version() });
    }
    Ok(())
}

/// Held while a file is made, see [`make_file`].
static MAKING: Mutex<()> = Mutex::new(());

/// Makes the file and the folders above it where they are missing, for this user alone.
fn make_file(path: &Path) -> Result<(), Refusal> {
    if let Some(folder) = path.parent() {
        private_folders().create(folder).map_err(|cause| Refusal::Folder { cause })?;
    }
    // SQLite would make the file readable for everybody; the files it puts beside it get the
    // permissions of this one. The descriptor must be closed before anybody in this process
    // opens the database, for closing it drops the process's locks on the file: hence the lock,
    // and hence `create_new`, which opens nothing that exists.
    let made = {
        let _guard = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(true) = path.try_exists() {
            return Ok(());
        }
        let _alone = lock_folder(path);
        if let Ok(false) = path.try_exists() {
            set_log_aside(path);
        }
        private_file().open(path).map(drop)
    };
    match made {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(Refusal::File { cause }),
        _ => Ok(()),
    }
}

/// How long the lock of a folder is waited for: longer than several programs take that start at
/// once. Who holds it longer is not at work.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Keeps other processes of this program from opening, writing and closing a database in the folder
/// of this one, as far as the system can. Reading goes on.
///
/// Without it, one would set aside the log of the file that another has just made, or open the file
/// with a new log while another moves the old one, which has lost its name, into the file.
///
/// All take it alike: writers that shared it would follow each other without a gap, and a program
/// that starts would wait forever.
pub(super) fn lock_folder(file: &Path) -> Option<fs::File> {
    let path = file.parent()?;
    let is_held = |error: &fs::TryLockError| matches!(error, fs::TryLockError::WouldBlock);
    loop {
        let folder = fs::File::open(path).ok()?;
        patiently(SHORT_PAUSE, LOCK_PATIENCE, is_held, || folder.try_lock()).ok()?;
        // Another folder may have got the name while this one was waited for.
        let (locked, named) = (folder.metadata().ok()?, fs::metadata(path).ok()?);
        if FileId::of(&locked) == FileId::of(&named) {
            return Some(folder);
        }
    }
}

/// Makes the connection leave the log as it is when it is closed.
///
/// The last one that is closed would move the log it has open into the file it has open, and remove
/// the name of the log, also when these do not belong together or the name is somebody else's.
pub(super) fn keep_log(connection: &Connection) {
    // A failure means that the linked SQLite does not know the setting, see `check_engine`.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
}

/// The opposite, for a connection whose files belong together.
fn tidy_up_on_close(connection: &Connection) {
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
}

fn private_folders() -> DirBuilder {
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders
}

fn private_file() -> OpenOptions {
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file
}

/// Refuses what is not ours before it is opened for writing: even a connection that only reads
/// may tidy up after a program that died, in a file that is none of our business.
///
/// `immutable` makes `SQLite` read the bare file: without locks, without recovery, without files
/// beside it. What it sees may be older than the truth, for a database of ours that is being
/// made as much as empty, so the same is asked again under a lock. `SQLite` does the reading
/// because a descriptor of our own would drop this process's locks when it is closed.
fn look(path: &Path) -> Result<FileId, Refusal> {
    let file = fs::metadata(path).map_err(|cause| Refusal::File { cause })?;
    if file.is_dir() {
        return Err(Refusal::IsFolder);
    }
    if !file.is_file() {
        return Err(Refusal::IsNoFile);
    }
    if links(&file) > 1 {
        return Err(Refusal::Linked);
    }
    // SQLite takes a file of one byte for an empty one.
    if file.len() == 1 {
        return Err(Refusal::NotADatabase);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut bare = Connection::open_with_flags(immutable_uri(path), flags)?;
    match schema::version(&mut bare) {
        // A file into which another process is moving its log looks damaged: its header counts
        // pages that are not there yet. Under a lock it does not, if it is whole.
        Ok(_) | Err(Refusal::Damaged { .. }) => Ok(FileId::of(&file)),
        Err(refusal) => Err(refusal),
    }
}

/// `file:///home/ada/50%25%3F.db?immutable=1` for `/home/ada/50%?.db`.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file://");
    for component in path.components() {
        let bytes = match component {
            Component::RootDir => continue,
            component => component.as_os_str().as_encoded_bytes(),
        };
        uri.push('/');
        for &byte in bytes {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' | b':' => {
                    uri.push(char::from(byte));
                }
                _ => write!(uri, "%{byte:02X}").expect("a string takes every write"),
            }
        }
    }
    uri + "?immutable=1"
}

fn connect(path: &Path) -> Result<Connection, Refusal> {
    // No mutex: a connection is lent to one thread at a time.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Until it is known which files it has opened.
    keep_log(&connection);
    Ok(connection)
}

/// A connection that has its log open: that is done with the first read.
fn connected(path: &Path) -> Result<Connection, Refusal> {
    let mut connection = connect(path)?;
    configure(&connection)?;
    schema::version(&mut connection)?;
    Ok(connection)
}

fn reader(path: &Path) -> Result<Connection, Refusal> {
    let connection = connected(path)?;
    // Not a read-only file descriptor: the last connection to close tidies up, whichever it is.
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<(), Refusal> {
    // SQLite falls back to reading when it may not write. It is asked before it reads anything:
    // then it would make the files beside this one as read-only as this one is, and leave them,
    // and nobody could write for as long as they are there.
    if connection.is_readonly("main")? {
        return Err(Refusal::ReadOnly);
    }
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What was answered survives a power cut too, not only the end of the process; on macOS
    // that takes a flush of the drive's own cache.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // The log is moved on purpose only, see `Database`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(())
}

/// Prepares the file for writing: whatever speaks against it is found before the first write.
/// `None` if the connection has other files open than those that are named.
fn prepare(
    mut connection: Connection,
    seen: Result<usize, Refusal>,
    remember: impl Fn() -> Result<Option<Files>, Refusal>,
) -> Result<Option<Files>, Refusal> {
    // A file without a log, which is being made, has none to remember.
    if let Some(files) = remember()? {
        if !files.are_open(1) {
            return Ok(None);
        }
        tidy_up_on_close(&connection);
    }
    seen?;
    let prepared = patiently(PAUSE, PATIENCE, Refusal::is_busy, || {
        let seen = schema::version(&mut connection)?;
        check_integrity(&connection)?;
        switch_to_wal(&connection)?;
        schema::version(&mut connection)?;
        let Some(files) = remember()?.filter(|files| files.are_open(1)) else { return Ok(None) };
        schema::migrate(&mut connection)?;
        Ok(Some((seen, files)))
    })?;
    let Some((seen, files)) = prepared else {
        keep_log(&connection);
        return Ok(None);
    };
    if seen == 0 {
        // A copy of the file alone is a task database from the start. If that cannot be because
        // somebody is at work on it already, it is after the first write.
        checkpoint(&connection, "TRUNCATE")?;
    }
    check_writable(&mut connection)?;
    // The files beside it stay for the connections that are opened next.
    keep_log(&connection);
    Ok(Some(files))
}

/// Damage is said at the start, when a person reads it, and not in the middle of some call.
pub(super) fn check_integrity(connection: &Connection) -> Result<(), Refusal> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    if connection.query_row(sql, [], |row| row.get::<_, i64>(0))? > CHECKED_SIZE {
        return Ok(());
    }
    let finding: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if finding != "ok" {
        return Err(Refusal::Damaged { finding: finding.replace('\n', " ") });
    }
    Ok(())
}

fn switch_to_wal(connection: &Connection) -> Result<(), Refusal> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Refusal::NoWal { mode });
    }
    Ok(())
}

/// The file may be writable and one of those beside it not. Nothing is written, and nobody is
/// waited for: whoever writes now shows that it can be done.
fn check_writable(connection: &mut Connection) -> Result<(), Refusal> {
    connection.busy_timeout(Duration::ZERO)?;
    let begun = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .and_then(Transaction::rollback)
        .map_err(Refusal::from);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    if matches!(begun, Err(Refusal::Busy)) { Ok(()) } else { begun }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linked_engine_loses_no_write_between_processes() {
        assert!(rusqlite::version_number() >= 3_051_003, "SQLite {}", rusqlite::version());
        assert!(check_engine(3_051_003).is_ok());
        assert!(matches!(check_engine(3_051_002), Err(Refusal::Engine { .. })));
    }

    #[test]
    fn every_commit_reaches_the_disk_and_every_connection_waits_for_locks() {
        let folder = tempfile::tempdir().unwrap();
        let Opened { writer, readers, .. } = file(&folder.path().join("tasks.db")).unwrap();
        for connection in readers.iter().chain([&writer]) {
            let number = |pragma: &str| -> i64 {
                connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
            };
            assert_eq!(number("synchronous"), 2, "FULL");
            assert_eq!(number("foreign_keys"), 1);
            assert_eq!(number("busy_timeout"), 5_000);
        }
    }

    #[test]
    fn a_reader_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let Opened { readers, .. } = file(&folder.path().join("tasks.db")).unwrap();
        for reader in readers {
            let error = reader.execute("DELETE FROM task", []).unwrap_err();
            assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::ReadOnly));
        }
    }

    // Permission bits do not bind an administrator, so the fallback SQLite takes when they do
    // is taken here on purpose.
    #[test]
    fn a_connection_that_cannot_write_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.db");
        drop(file(&path).unwrap());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).unwrap();
        assert!(matches!(configure(&connection), Err(Refusal::ReadOnly)));
    }

    #[test]
    fn a_database_that_cannot_have_a_write_ahead_log_is_refused() {
        let connection = Connection::open_in_memory().unwrap();
        assert!(
            matches!(switch_to_wal(&connection), Err(Refusal::NoWal { mode }) if mode == "memory")
        );
    }

    #[test]
    fn any_path_is_looked_at_as_it_is_written() {
        assert!(
            immutable_uri(Path::new("/home/a b/50%?#.db"))
                .ends_with("/home/a%20b/50%25%3F%23.db?immutable=1")
        );
        let folder = tempfile::tempdir().unwrap();
        for name in ["50%25?mode=ro#x.db", "file:tasks.db", "ä '\"\\.db", " :memory: "] {
            let path = folder.path().join(name);
            drop(file(&path).unwrap());
            assert!(path.is_file(), "{name}");
            drop(file(&path).unwrap());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }
}
