//! Files that are no place for tasks: one line says what to do, the status is 1, and nothing was
//! harmed.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use crate::peer::{Era, Peer, folder, on, run};

/// A user without rights of any kind, on every Unix.
const NOBODY: u32 = 65534;

/// A database with enough tasks that they fill several pages.
fn database() -> (tempfile::TempDir, PathBuf) {
    let (folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    for _ in 0..20 {
        let description = "x".repeat(2_000);
        let arguments = serde_json::json!({ "title": "Some", "description": description });
        peer.call("create_task", &arguments).done();
    }
    peer.end_well();
    (folder, database)
}

/// What is in a folder, byte by byte; a file for itself.
fn contents(place: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let paths: Vec<_> = match fs::read_dir(place) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => vec![place.to_owned()],
    };
    paths.into_iter().map(|path| (path.clone(), fs::read(&path).ok())).collect()
}

/// Nothing came, nothing went, nothing changed.
fn assert_untouched(before: &BTreeMap<PathBuf, Option<Vec<u8>>>, place: &Path) {
    let after = contents(place);
    assert!(before.keys().eq(after.keys()), "{:?} became {:?}", before.keys(), after.keys());
    for (path, bytes) in before {
        assert!(after[path] == *bytes, "{} was changed", path.display());
    }
}

/// The line with which the program refuses this file, whatever it is started for, and the file
/// and its folder are as before.
fn refused(database: &Path) -> String {
    refused_by(database, || on(database))
}

fn refused_by(database: &Path, program: impl Fn() -> Command) -> String {
    let before = contents(database.parent().unwrap());
    let serving = run(&mut program());
    let calling = run(program().args(["call", "get_task_stats"]));
    assert_untouched(&before, database.parent().unwrap());
    for ended in [&serving, &calling] {
        assert_eq!((ended.status.code(), &*ended.stdout), (Some(1), ""), "{ended:?}");
    }
    assert_eq!(serving.stderr, calling.stderr);
    let line = serving.stderr.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line}");
    let reason = line.strip_prefix(&format!("cannot keep tasks in `{}`: ", database.display()));
    reason.unwrap_or_else(|| panic!("{line}")).to_owned()
}

#[test]
fn a_folder_in_place_of_the_file() {
    let (_folder, path) = folder();
    fs::create_dir(&path).unwrap();
    assert_eq!(
        refused(&path),
        "it is a folder; name a file in it, such as tasks.db, with --db PATH"
    );
}

#[test]
fn a_file_in_place_of_the_folder() {
    let (_folder, path) = folder();
    fs::write(&path, "text").unwrap();
    let line = refused(&path.join("tasks.db"));
    assert!(line.starts_with("its folder cannot be made ("), "{line}");
    assert!(line.ends_with("); make it, or name another file with --db PATH"), "{line}");
}

#[test]
fn a_pipe_in_place_of_the_file_is_not_waited_for() {
    let (_folder, path) = folder();
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    // Reading the folder byte by byte would wait for the pipe.
    let ended = run(&mut on(&path));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains("it is no ordinary file; name another file"), "{ended:?}");
}

#[test]
fn a_file_that_is_no_database() {
    for text in ["x", "just a text\n", "SQLite format 3\0"] {
        let (_folder, path) = folder();
        fs::write(&path, text).unwrap();
        assert_eq!(
            refused(&path),
            "it is no SQLite database, so it was left as it is; name another file with --db PATH"
        );
    }
}

#[test]
fn the_database_of_another_program() {
    for mode in ["DELETE", "WAL"] {
        let (_folder, path) = folder();
        let foreign = Connection::open(&path).unwrap();
        foreign.pragma_update(None, "journal_mode", mode).unwrap();
        foreign.execute_batch("CREATE TABLE task (id INTEGER PRIMARY KEY, title TEXT)").unwrap();
        drop(foreign);
        assert_eq!(
            refused(&path),
            "it belongs to another program, so it was left as it is; name another file with --db \
             PATH"
        );
    }
}

#[test]
fn a_database_of_a_newer_version() {
    let (_folder, path) = database();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let line = refused(&path);
    assert!(line.starts_with("it was written by a newer task-server (schema 99; "), "{line}");
    assert!(
        line.ends_with(
            "so it was left as it is; update this program, or name another file with --db PATH"
        ),
        "{line}"
    );
}

#[test]
fn a_damaged_database() {
    let (_folder, path) = database();
    let whole = fs::read(&path).unwrap();
    let mut scribbled = whole.clone();
    scribbled[4096..8192].fill(0xA5);
    let cut = whole[..whole.len() / 2].to_vec();
    let mut no_schema = whole.clone();
    no_schema[100..4096].fill(0xA5);
    for damaged in [scribbled, cut, no_schema] {
        fs::write(&path, damaged).unwrap();
        let line = refused(&path);
        assert!(line.starts_with("the database is damaged ("), "{line}");
        assert!(
            line.ends_with(
                "so it was left as it is; keep it and the files beside it, and name another \
                 file, such as a copy of a backup, with --db PATH"
            ),
            "{line}"
        );
    }
    // And the file with its old content is taken again.
    fs::write(&path, whole).unwrap();
    let mut peer = Peer::greet(Era::Legacy, &path);
    assert_eq!(peer.titles().len(), 20);
    peer.end_well();
}

// ---- permissions ----

/// A user whom permission bits bind, who owns a database and its folder.
struct BoundUser {
    database: PathBuf,
    /// The program, where nobody may run it; `None` for a user who is bound anyway.
    copy: Option<PathBuf>,
}

impl BoundUser {
    /// Finds one, or says on stderr why there is none.
    ///
    /// An administrator is not bound, so the program runs as nobody then, from a copy beside the
    /// folder, for others may not be open to nobody.
    fn find(database: &Path) -> Option<Self> {
        let folder = database.parent().unwrap();
        let probe = folder.join("probe");
        fs::write(&probe, "").unwrap();
        allow(&probe, 0o400);
        let is_bound = OpenOptions::new().write(true).open(&probe).is_err();
        fs::remove_file(&probe).unwrap();
        let user = Self { database: database.to_owned(), copy: None };
        if is_bound {
            return Some(user);
        }
        match user.become_nobody() {
            Ok(user) => Some(user),
            Err(reason) => {
                eprintln!("skipped: permission bits do not bind here: {reason}");
                None
            }
        }
    }

    fn become_nobody(self) -> io::Result<Self> {
        let place = self.database.parent().unwrap().parent().unwrap();
        let copy = place.join("task-server");
        fs::copy(env!("CARGO_BIN_EXE_task-server"), &copy)?;
        allow(&copy, 0o755);
        allow(place, 0o755);
        let user = Self { copy: Some(copy), ..self };
        user.own(user.database.parent().unwrap())?;
        user.own(&user.database)?;
        let tried = user.program().arg("--version").output()?;
        if tried.status.success() { Ok(user) } else { Err(io::Error::other("nobody cannot run")) }
    }

    /// Gives a file or a folder to the user, if it is not theirs anyway.
    fn own(&self, path: &Path) -> io::Result<()> {
        if self.copy.is_some() { chown(path, Some(NOBODY), Some(NOBODY)) } else { Ok(()) }
    }

    fn program(&self) -> Command {
        let mut program = match &self.copy {
            Some(copy) => {
                let mut program = Command::new(copy);
                program.env_clear().uid(NOBODY).gid(NOBODY);
                program
            }
            None => crate::peer::program(),
        };
        program.arg("--db").arg(&self.database);
        program
    }
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Takes a mode away from the file or its folder, and gives it back when dropped.
struct Forbidden<'a>(&'a Path, u32);

impl<'a> Forbidden<'a> {
    fn new(path: &'a Path, mode: u32) -> Self {
        let before = fs::metadata(path).unwrap().permissions().mode();
        allow(path, mode);
        Self(path, before)
    }
}

impl Drop for Forbidden<'_> {
    fn drop(&mut self) {
        let _ = fs::set_permissions(self.0, Permissions::from_mode(self.1));
    }
}

#[test]
fn a_file_or_a_folder_that_cannot_be_written() {
    let (place, made) = database();
    let folder = place.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("tasks.db");
    fs::rename(made, &path).unwrap();
    let Some(user) = BoundUser::find(&path) else { return };
    let read_only = "it or a file beside it is read-only; allow this user to write to them and \
                     their folder, or name another file with --db PATH";

    let file = Forbidden::new(&path, 0o400);
    assert_eq!(refused_by(&path, || user.program()), read_only);
    drop(file);

    let file = Forbidden::new(&path, 0o000);
    assert_eq!(
        refused_by(&path, || user.program()),
        "SQLite cannot open it or make files beside it; allow this user to write to the file and \
         its folder, or name another file with --db PATH"
    );
    drop(file);

    let closed = Forbidden::new(&folder, 0o500);
    assert_eq!(refused_by(&path, || user.program()), read_only);
    drop(closed);

    // What a program leaves that reads where it may not write.
    let beside = path.with_extension("db-shm");
    fs::write(&beside, vec![0; 32_768]).unwrap();
    user.own(&beside).unwrap();
    let file = Forbidden::new(&beside, 0o400);
    let before = fs::read(&path).unwrap();
    let ended = run(&mut user.program());
    assert_eq!((ended.status.code(), &*ended.stdout), (Some(1), ""), "{ended:?}");
    assert!(ended.stderr.ends_with(&format!(": {read_only}\n")), "{ended:?}");
    assert!(fs::read(&path).unwrap() == before);
    drop(file);

    // What was forbidden only for a while is as it was.
    let ended = run(user.program().args(["call", "create_task", "title=Another"]));
    assert_eq!(ended.stdout, "Created task task_0021: 'Another' (priority: medium)\n");
    assert!(ended.status.success(), "{ended:?}");
}

#[test]
fn a_folder_in_which_nothing_can_be_made() {
    let (place, _) = folder();
    let folder = place.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("tasks.db");
    fs::write(&path, "").unwrap();
    let Some(user) = BoundUser::find(&path) else { return };
    fs::remove_file(&path).unwrap();
    let _read_only = Forbidden::new(&folder, 0o500);
    let line = refused_by(&path, || user.program());
    assert!(line.starts_with("it cannot be opened ("), "{line}");
    assert!(line.ends_with("); allow it, or name another file with --db PATH"), "{line}");
}
