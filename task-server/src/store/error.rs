//! What can go wrong with the store: when it is opened, and when it is used.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use super::lane::PATIENCE;
use crate::task::{InvalidTask, TaskId, one_line};

/// Why the store could not do what it was asked; nothing was changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TaskError {
    /// There is no task with this id.
    #[error("no task `{id}`; {}", advice(.nearest.as_ref()))]
    Unknown {
        /// The id that was asked for.
        id: TaskId,
        /// The task with the nearest number; `None` when there are no tasks.
        nearest: Option<Nearest>,
    },
    /// A title, a description or a due date is outside the limits.
    #[error(transparent)]
    Invalid(#[from] InvalidTask),
    /// An update named no field.
    #[error("nothing to change; give at least one of `status`, `priority`, `description`")]
    EmptyUpdate,
    /// Another program kept the database locked for longer than the store waits.
    #[error(
        "the task database was locked by another program for over {} seconds; \
         nothing was changed; try again in a moment",
        PATIENCE.as_secs()
    )]
    Busy,
    /// The disk, or the room this user has on it, is full.
    #[error("the disk is full; nothing was changed; free some space and try again")]
    Full,
    /// The database file does not hold together, or has a value that this version cannot read.
    #[error("{}; nothing was changed; {}", one_line(&unreadable(cause)), remedy(cause))]
    Damaged {
        /// What `SQLite` found.
        cause: rusqlite::Error,
    },
    /// A later version of this program has changed the tables while this one was running.
    #[error(
        "the task database was changed by a newer task-server (schema {found}; this one knows up \
         to {known}); nothing was changed; restart this server with the newer version"
    )]
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The newest schema version this program knows.
        known: i64,
    },
    /// The path of the database names nothing that can be looked at.
    #[error(
        "the task database `{}` was removed or renamed while it was in use ({cause}); nothing was \
         saved; put it back there, or restart this server to begin another list",
        shown(path)
    )]
    Gone {
        /// The path.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The path of the database names another file than before, which cannot be used.
    #[error(
        "the task database `{}` was replaced or changed while it was in use, and what is there \
         cannot be used: {}; nothing was saved", shown(path), one_line(&reason.to_string())
    )]
    Unusable {
        /// The path.
        path: PathBuf,
        /// What is wrong with the file.
        reason: Refusal,
    },
    /// The database was replaced each time when it was opened.
    #[error(
        "the task database is replaced again and again by another program; nothing was saved; try \
         again when that has ended"
    )]
    Replaced,
    /// The database file has a second name.
    #[error("the task database `{}` cannot be used: {LINKED}; nothing was saved", shown(path))]
    Linked {
        /// The path.
        path: PathBuf,
    },
    /// `SQLite` failed in some other way. The one failure after which a change may still appear
    /// is a disk that breaks while a commit is written.
    #[error(
        "the task database failed ({}); try again, and if it stays, restart this server",
        one_line(&cause.to_string())
    )]
    Database {
        /// What `SQLite` says.
        cause: rusqlite::Error,
    },
    /// The process is ending; the work was not begun.
    #[error("the task store is closing; nothing was changed; start the server again")]
    Closing,
}

/// The task whose number is nearest to one that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Its id.
    pub id: TaskId,
    /// Its title.
    pub title: String,
}

/// A path on one line: it may be anybody's, as may be the names in a database that `SQLite` speaks
/// of.
pub(crate) fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy()).into_owned()
}

/// What is wrong with a database that has two names: each has a log of its own.
const LINKED: &str = "the file has a second name (a hard link), and programs that use it by two \
                      names would damage it; keep one name and make the other a symbolic link";

/// A value that no version up to this one writes comes from a later one.
fn is_unknown_value(cause: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, InvalidColumnType};
    matches!(cause, FromSqlConversionFailure(..) | InvalidColumnType(..))
}

fn unreadable(cause: &rusqlite::Error) -> String {
    if is_unknown_value(cause) {
        let cause = cause.to_string();
        format!("a task has a value that this version of task-server does not know ({cause})")
    } else {
        format!("the task database is damaged ({cause})")
    }
}

fn remedy(cause: &rusqlite::Error) -> &'static str {
    if is_unknown_value(cause) {
        "a newer version has written it: update task-server, and restart this server"
    } else {
        "stop this server, and copy the file and those beside it to a safe place before anything \
         else is tried"
    }
}

impl TaskError {
    /// The path names nothing; whatever the system says about it.
    pub(super) fn gone(path: &Path, cause: io::Error) -> Self {
        Self::Gone { path: path.to_owned(), cause }
    }

    /// Whether `SQLite` failed because of somebody else's lock.
    pub(super) fn is_lock(cause: &rusqlite::Error) -> bool {
        matches!(kind(cause), Kind::Busy)
    }

    /// The path names a file that cannot be used.
    pub(super) fn reopening(path: &Path, reason: Refusal) -> Self {
        match reason {
            Refusal::Newer { found, known } => Self::Newer { found, known },
            reason => Self::Unusable { path: path.to_owned(), reason },
        }
    }
}

fn advice(nearest: Option<&Nearest>) -> String {
    match nearest {
        Some(Nearest { id, title }) => {
            let title = one_line(title);
            format!("the nearest is `{id}` '{title}'; list_tasks shows every id")
        }
        None => "there are no tasks yet".to_owned(),
    }
}

impl From<rusqlite::Error> for TaskError {
    fn from(cause: rusqlite::Error) -> Self {
        match kind(&cause) {
            Kind::Busy => Self::Busy,
            Kind::Full => Self::Full,
            Kind::Damaged | Kind::NotADatabase => Self::Damaged { cause },
            Kind::ReadOnly | Kind::CannotOpen | Kind::Other => Self::Database { cause },
        }
    }
}

/// Why the store could not be opened: one line that says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The platform's data directory cannot be told.
    #[error(
        "cannot tell where to keep the tasks: {variable} is not set to a full path; \
         set it, or name a file with --db PATH or TASK_SERVER_DB"
    )]
    NoPlace {
        /// The environment variable that is missing.
        variable: &'static str,
    },
    /// The file cannot be the task database.
    #[error("cannot keep tasks in `{}`: {}", shown(path), one_line(&reason.to_string()))]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: Refusal,
    },
    /// The process is ending.
    #[error("the process ended before the task database was open; start it again")]
    Closing,
}

impl OpenError {
    /// Says which file was refused.
    pub(super) fn refused(path: &Path, reason: Refusal) -> Self {
        Self::Refused { path: path.to_owned(), reason }
    }
}

/// Why a file cannot be the task database.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The linked `SQLite` is older than 3.51.3, where several processes could lose a write.
    #[error("SQLite {found} can lose writes of several processes; build with 3.51.3 or newer")]
    Engine {
        /// The version that is linked.
        found: &'static str,
    },
    /// The folder of the file cannot be made.
    #[error("its folder cannot be made ({cause}); make it, or name another file with --db PATH")]
    Folder {
        /// What the system says.
        cause: io::Error,
    },
    /// The file cannot be made or looked at.
    #[error("it cannot be opened ({cause}); allow it, or name another file with --db PATH")]
    File {
        /// What the system says.
        cause: io::Error,
    },
    /// What was given is not the path of a file.
    #[error("{advice}")]
    NotAPath {
        /// What to write instead.
        advice: &'static str,
    },
    /// The path leads to a folder.
    #[error("it is a folder; name a file in it, such as tasks.db, with --db PATH")]
    IsFolder,
    /// The path leads to a device, a pipe or a socket.
    #[error("it is no ordinary file; name another file with --db PATH")]
    IsNoFile,
    /// `SQLite` cannot open the file or those beside it.
    #[error(
        "SQLite cannot open it or make files beside it; allow this user to write to the file \
         and its folder, or name another file with --db PATH"
    )]
    CannotOpen,
    /// The file, one of those beside it or its folder is read-only.
    #[error(
        "it or a file beside it is read-only; allow this user to write to them and their folder, \
         or name another file with --db PATH"
    )]
    ReadOnly,
    /// The file has a second name; it was not touched.
    #[error("{LINKED}")]
    Linked,
    /// The file is something else; it was not touched.
    #[error("it is no SQLite database, so it was left as it is; name another file with --db PATH")]
    NotADatabase,
    /// The file is the database of another program; it was not touched.
    #[error(
        "it belongs to another program, so it was left as it is; name another file with --db PATH"
    )]
    Foreign,
    /// The file was written by a later version of this program; it was not touched.
    #[error(
        "it was written by a newer task-server (schema {found}; this one knows up to {known}), \
         so it was left as it is; update this program, or name another file with --db PATH"
    )]
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The newest schema version this program knows.
        known: i64,
    },
    /// The file does not hold together; it was not touched.
    #[error(
        "the database is damaged ({finding}), so it was left as it is; keep it and the files \
         beside it, and name another file, such as a copy of a backup, with --db PATH"
    )]
    Damaged {
        /// What `SQLite` found first.
        finding: String,
    },
    /// Several processes cannot share a file there.
    #[error(
        "its file system cannot share a database between processes (SQLite offers journal mode \
         `{mode}`, not `wal`); name a file on a local disk with --db PATH"
    )]
    NoWal {
        /// The journal mode `SQLite` offers.
        mode: String,
    },
    /// Another program kept the file locked for longer than the store waits.
    #[error(
        "another program has kept it locked for over {} seconds; end that program and start \
         again, or name another file with --db PATH",
        PATIENCE.as_secs()
    )]
    Busy,
    /// The disk, or the room this user has on it, is full.
    #[error("the disk is full; free some space and start again")]
    Full,
    /// `SQLite` failed in some other way.
    #[error("SQLite failed ({cause}); start again, or name another file with --db PATH")]
    Database {
        /// What `SQLite` says.
        cause: rusqlite::Error,
    },
}

impl From<rusqlite::Error> for Refusal {
    fn from(cause: rusqlite::Error) -> Self {
        match kind(&cause) {
            Kind::Busy => Self::Busy,
            Kind::Full => Self::Full,
            Kind::Damaged => Self::Damaged { finding: cause.to_string() },
            Kind::NotADatabase => Self::NotADatabase,
            Kind::ReadOnly => Self::ReadOnly,
            Kind::CannotOpen => Self::CannotOpen,
            Kind::Other => Self::Database { cause },
        }
    }
}

/// The failures of `SQLite` that are told apart.
enum Kind {
    Busy,
    Full,
    Damaged,
    NotADatabase,
    ReadOnly,
    CannotOpen,
    Other,
}

fn kind(error: &rusqlite::Error) -> Kind {
    if is_unknown_value(error) {
        return Kind::Damaged;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::Busy,
        Some(ErrorCode::DiskFull) => Kind::Full,
        Some(ErrorCode::DatabaseCorrupt) => Kind::Damaged,
        Some(ErrorCode::NotADatabase) => Kind::NotADatabase,
        Some(ErrorCode::ReadOnly) => Kind::ReadOnly,
        Some(ErrorCode::CannotOpen) => Kind::CannotOpen,
        _ => Kind::Other,
    }
}
