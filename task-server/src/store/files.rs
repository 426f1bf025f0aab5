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
use std::time::{Duration, SystemTime};

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
    /// They name these files.
    Same(Log),
    /// They name other files, or a file beside the database is not there.
    Moved,
    /// The path names nothing that can be looked at.
    Gone(io::Error),
    /// The database has a second name: who opens it by that has another log.
    Linked,
}

/// What the log is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    /// It is empty, and nothing says that it belongs to another file.
    Empty,
    /// It is empty, and was marked for another file, or for this one before somebody wrote to it
    /// who did not use the log.
    Outdated,
    /// There is something in it, with or without a right to be there.
    Filled,
}

impl Log {
    fn of(log: &Metadata, main: &Metadata) -> Self {
        match log.len() {
            0 if is_marked_for_another(log, main) => Self::Outdated,
            0 => Self::Empty,
            _ => Self::Filled,
        }
    }
}

/// Whether the log has a mark that is not that of this database file, see [`Files::mark`]. One that
/// was never marked, because another program has made or emptied it, has two times that are equal.
#[cfg(unix)]
fn is_marked_for_another(log: &Metadata, main: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let mark = (log.mtime(), log.mtime_nsec());
    mark != (main.ctime(), main.ctime_nsec()) && mark != (log.ctime(), log.ctime_nsec())
}

/// A file that is open cannot be replaced there.
#[cfg(not(unix))]
fn is_marked_for_another(_log: &Metadata, _main: &Metadata) -> bool {
    false
}

/// Whether the log beside this database is empty, and marked for another one or for an older state
/// of this one.
pub(super) fn is_stranger(real: &Path) -> bool {
    let metadata = (fs::metadata(with_suffix(real, "-wal")), fs::metadata(real));
    matches!(metadata, (Ok(log), Ok(main)) if Log::of(&log, &main) == Log::Outdated)
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

    /// Whether this process has these files open, once for each of so many connections; the index
    /// is shared by all of them. Where the system does not list what is open, it is assumed.
    pub(super) fn are_open(&self, connections: usize) -> bool {
        let Ok(descriptors) = fs::read_dir("/proc/self/fd") else { return true };
        // One that was closed meanwhile, such as that of the list, is not ours.
        let open: Vec<_> = descriptors
            .filter_map(|descriptor| fs::metadata(descriptor.ok()?.path()).ok())
            .map(|metadata| FileId::of(&metadata))
            .collect();
        let count = |id| open.iter().filter(|open| Some(**open) == id).count();
        count(Some(self.main)) >= connections
            && count(self.log.id) >= connections
            && count(self.index.id) >= 1
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
        let Some(log) = self.log.metadata(&real) else { return Standing::Moved };
        if self.index.metadata(&real).is_none() {
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
        Standing::Same(Log::of(&log, &metadata))
    }

    /// Takes the main file as it is: this process has just written it.
    pub(super) fn written(&self) {
        if let Ok(metadata) = fs::metadata(&self.path) {
            *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) = Stamp::of(&metadata);
        }
    }

    /// Marks the log, which is empty, as one that belongs to the main file as it is: its time of
    /// modification becomes the other's time of change.
    ///
    /// A log and its index do not say which database they belong to. Renaming or writing a file
    /// changes the time, so the mark is gone whenever the database was replaced or copied over.
    pub(super) fn mark(&self) {
        let marked = || {
            let real = self.real_now()?;
            let main = fs::metadata(&real)?;
            // SQLite has no locks on the log, which closing a descriptor would drop.
            let log = fs::OpenOptions::new().write(true).open(self.log.path(&real))?;
            let is_empty = log.metadata()?.len() == 0;
            let are_ours =
                FileId::of(&main) == self.main && Some(FileId::of(&log.metadata()?)) == self.log.id;
            match Stamp::of(&main).changed_at() {
                Some(time) if is_empty && are_ours => log.set_modified(time),
                _ => Ok(()),
            }
        };
        // A log without its mark is replaced the next time, and loses nothing.
        let _: io::Result<()> = marked();
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

    /// Whether the main file is that of the other opening.
    pub(super) fn has_same_main(&self, other: &Self) -> bool {
        self.main == other.main
    }

    /// Whether the log lies beside another file than the one it belongs to. A link that leads to
    /// another database leaves the log where it belongs.
    pub(super) fn log_is_orphaned(&self) -> bool {
        let is_main = |metadata: Metadata| FileId::of(&metadata) == self.main;
        self.log.metadata(&self.real).is_some()
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

    /// What the system says of the file beside this database, if it is the one that is open.
    fn metadata(&self, real: &Path) -> Option<Metadata> {
        let metadata = fs::metadata(self.path(real)).ok()?;
        (Some(FileId::of(&metadata)) == self.id).then_some(metadata)
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

    /// The time of the change, if it is after 1970.
    fn changed_at(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.changed;
        let since = Duration::new(seconds.try_into().ok()?, nanoseconds.try_into().ok()?);
        Some(SystemTime::UNIX_EPOCH + since)
    }
}
