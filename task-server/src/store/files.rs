//! Whether the path of the database still names the files that are open.
//!
//! `SQLite` goes on with the files it has opened, whatever becomes of their names: a database that
//! was removed or replaced takes writes as before, and nobody will ever see them. So the names are
//! compared with what was found when the files were opened.

use std::borrow::Cow;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::open;

/// The files of an open database, as they were found when it was opened.
#[derive(Debug)]
pub(super) struct Files {
    /// The path as it was given, whose links may be changed to lead elsewhere.
    path: PathBuf,
    /// The file that the links led to, after which `SQLite` names those beside it.
    real: PathBuf,
    /// Whether the path had no links in it.
    is_direct: bool,
    main: FileId,
    log: Beside,
    index: Beside,
    /// What the main file looked like when this process last saw or wrote it.
    stamp: Mutex<Stamp>,
    /// How often somebody else has written into the main file.
    foreign_writes: AtomicU64,
}

/// A file beside the database: its write-ahead log, or the index of that.
#[derive(Debug)]
struct Beside {
    suffix: &'static str,
    id: Option<FileId>,
}

/// How the names compare with the files that are open.
#[derive(Debug)]
pub(super) enum Standing {
    /// They name these files; the length of the log in bytes.
    Same { log_length: u64 },
    /// They name other files, or a file beside the database is not there.
    Moved,
    /// The path names nothing that can be looked at.
    Gone(io::Error),
    /// The database has a second name: who opens it by that has another log.
    Linked,
}

impl Files {
    /// Remembers the files of a database that was just opened by this path, whose main file had
    /// this identity before; `None` if it was replaced meanwhile.
    pub(super) fn remember(path: &Path, main: FileId) -> io::Result<Option<Self>> {
        let metadata = fs::metadata(path)?;
        let real = fs::canonicalize(path)?;
        let files = Self {
            path: path.to_owned(),
            main,
            log: Beside::of(&real, "-wal"),
            index: Beside::of(&real, "-shm"),
            is_direct: path == real,
            real,
            stamp: Mutex::new(Stamp::of(&metadata)),
            foreign_writes: AtomicU64::new(0),
        };
        let is_whole = files.log.id.is_some() && files.index.id.is_some();
        Ok((FileId::of(&metadata) == main && is_whole).then_some(files))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether all files are those that were remembered the other time.
    pub(super) fn are(&self, other: &Self) -> bool {
        self.real == other.real
            && self.main == other.main
            && self.log.id == other.log.id
            && self.index.id == other.index.id
    }

    /// The file that the path leads to now, after which whoever opens it names those beside it.
    pub(super) fn real_now(&self) -> io::Result<Cow<'_, Path>> {
        // A folder that has become a link leads to the same files beside it.
        if self.is_direct && !fs::symlink_metadata(&self.path)?.is_symlink() {
            return Ok(Cow::Borrowed(&self.real));
        }
        fs::canonicalize(&self.path).map(Cow::Owned)
    }

    /// Locks the folder in which the path leads to a database, see [`open::lock_folder`].
    pub(super) fn lock(&self) -> Option<fs::File> {
        open::lock_folder(&self.real_now().ok()?)
    }

    /// Compares the names with the files.
    pub(super) fn standing(&self) -> Standing {
        let metadata = match fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(cause) => return Standing::Gone(cause),
        };
        if FileId::of(&metadata) != self.main {
            return Standing::Moved;
        }
        let real = match self.real_now() {
            Ok(real) => real,
            Err(cause) => return Standing::Gone(cause),
        };
        let Some(log_length) = self.log.length(&real) else { return Standing::Moved };
        if self.index.length(&real).is_none() {
            return Standing::Moved;
        }
        if links(&metadata) > 1 {
            return Standing::Linked;
        }
        let mut stamp = self.stamp.lock().unwrap_or_else(PoisonError::into_inner);
        let found = Stamp::of(&metadata);
        if *stamp != found {
            *stamp = found;
            self.foreign_writes.fetch_add(1, Ordering::Relaxed);
        }
        Standing::Same { log_length }
    }

    /// Takes the main file as it is: this process has just written it.
    pub(super) fn written(&self) {
        if let Ok(metadata) = fs::metadata(&self.path) {
            *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) = Stamp::of(&metadata);
        }
    }

    /// How often somebody else has written into the main file, as far as was noticed: mostly
    /// another process that moved its log there, perhaps a copy of a backup over it.
    pub(super) fn foreign_writes(&self) -> u64 {
        self.foreign_writes.load(Ordering::Relaxed)
    }

    /// Whether nobody else can have opened the database since its files were separated: each name
    /// stands for the file that is open here, or for none. Only then may the open log be moved into
    /// the open database: somebody else's log would be applied to it as well.
    pub(super) fn are_nobody_elses(&self) -> bool {
        let is_ours = |path: &Path, id| match fs::metadata(path) {
            Ok(metadata) => Some(FileId::of(&metadata)) == id,
            Err(cause) => cause.kind() == io::ErrorKind::NotFound,
        };
        let are_ours = |real: &Path| {
            [&self.log, &self.index].iter().all(|file| is_ours(&file.path(real), file.id))
        };
        is_ours(&self.path, Some(self.main))
            && are_ours(&self.real)
            && self.real_now().map_or(true, |real| are_ours(&real))
    }

    /// Whether the path names the main file that is open.
    pub(super) fn has_main(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| FileId::of(&metadata) == self.main)
    }

    /// Whether the log is where it belongs.
    pub(super) fn has_log(&self) -> bool {
        self.real_now().is_ok_and(|real| self.log.length(&real).is_some())
    }

    /// Whether the log lies beside another file than the one it belongs to. A link that leads to
    /// another database leaves the log where it belongs.
    pub(super) fn log_is_orphaned(&self) -> bool {
        let is_main = |metadata: Metadata| FileId::of(&metadata) == self.main;
        self.log.length(&self.real).is_some()
            && !fs::symlink_metadata(&self.real).is_ok_and(is_main)
    }

    /// The file that the path's links led to, after which those beside it are named.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }
}

impl Beside {
    fn of(real: &Path, suffix: &'static str) -> Self {
        let id = fs::metadata(with_suffix(real, suffix)).ok();
        Self { suffix, id: id.map(|metadata| FileId::of(&metadata)) }
    }

    /// Its path beside this database.
    fn path(&self, real: &Path) -> PathBuf {
        with_suffix(real, self.suffix)
    }

    /// The length in bytes of the file beside this database, if it is the one that is open.
    fn length(&self, real: &Path) -> Option<u64> {
        let metadata = fs::metadata(self.path(real)).ok()?;
        (Some(FileId::of(&metadata)) == self.id).then_some(metadata.len())
    }
}

/// Which file the log beside this database is.
pub(super) fn log_id(real: &Path) -> Option<FileId> {
    Beside::of(real, "-wal").id
}

/// `tasks.db-wal` for `tasks.db` and `-wal`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// How many names the file has.
#[cfg(unix)]
pub(super) fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

/// The standard library cannot tell.
#[cfg(not(unix))]
pub(super) fn links(_metadata: &Metadata) -> u64 {
    1
}

/// Which file it is, whatever it is called.
///
/// Where the standard library cannot tell, as on Windows, all files are one: there a file that is
/// open can be neither removed nor replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    number: u64,
}

impl FileId {
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { device: metadata.dev(), number: metadata.ino() }
    }

    #[cfg(not(unix))]
    pub(super) fn of(_metadata: &Metadata) -> Self {
        Self {}
    }
}

/// What tells that a file was written, even if its time of change was set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    changed: (i64, i64),
}

impl Stamp {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { length: metadata.len(), changed: (metadata.ctime(), metadata.ctime_nsec()) }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), changed: (0, 0) }
    }
}
