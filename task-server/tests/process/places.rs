//! Where the program keeps its tasks.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::peer::{Era, Peer, folder, found, names, on, program, run};

/// Runs the program once: it adds a task.
fn add(program: &mut Command) {
    let ended = run(program.args(["call", "create_task", "title=Some"]));
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "");
}

/// How many tasks the database in this file has.
fn count(database: &Path) -> usize {
    assert!(database.is_file(), "{}", database.display());
    found(database).len()
}

#[test]
fn the_command_line_goes_before_the_environment_and_that_before_the_data_folder() {
    let (folder, _) = folder();
    let at = |path: &str| folder.path().join(path);
    let everything = || {
        let mut program = program();
        program.env("HOME", at("home")).env("XDG_DATA_HOME", at("data"));
        program.env("TASK_SERVER_DB", at("named/variable.db"));
        program
    };
    add(everything().arg("--db").arg(at("named/option.db")));
    assert_eq!(names(folder.path()), ["named"]);
    assert_eq!(names(&at("named")), ["option.db"]);
    assert_eq!(count(&at("named/option.db")), 1);

    add(&mut everything());
    assert_eq!(count(&at("named/variable.db")), 1);
    assert_eq!(names(folder.path()), ["named"]);

    add(everything().env_remove("TASK_SERVER_DB"));
    // As it is when a client's settings leave a field of it empty.
    add(everything().env("TASK_SERVER_DB", ""));
    let in_data = if cfg!(target_vendor = "apple") {
        "home/Library/Application Support/task-server/tasks.db"
    } else {
        "data/task-server/tasks.db"
    };
    assert_eq!(count(&at(in_data)), 2);
}

#[test]
#[cfg(not(target_vendor = "apple"))]
fn with_nothing_but_a_home_it_is_in_its_data_folder_private_to_the_user() {
    let (home, _) = folder();
    let mut peer = Peer::start(program().env("HOME", home.path()), Era::Modern);
    peer.create("Some");
    let mode =
        |path: &str| fs::metadata(home.path().join(path)).unwrap().permissions().mode() & 0o777;
    for folder in [".local", ".local/share", ".local/share/task-server"] {
        assert_eq!(mode(folder), 0o700, "{folder}");
    }
    let kept = home.path().join(".local/share/task-server");
    assert_eq!(names(&kept), ["tasks.db", "tasks.db-shm", "tasks.db-wal"]);
    for file in names(&kept) {
        assert_eq!(mode(&format!(".local/share/task-server/{file}")), 0o600, "{file}");
    }
    peer.end_well();
    assert_eq!(names(&kept), ["tasks.db"]);
    assert_eq!(count(&kept.join("tasks.db")), 1);
}

#[test]
fn a_folder_that_is_there_keeps_its_mode() {
    let (folder, database) = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    add(&mut on(&database));
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn without_a_home_it_says_what_to_set() {
    let expected = "cannot tell where to keep the tasks: HOME is not set to a full path; set it, \
                    or name a file with --db PATH or TASK_SERVER_DB\n";
    for home in [None, Some(""), Some("relative")] {
        let mut program = program();
        program.envs(home.map(|home| ("HOME", home)));
        let ended = run(&mut program);
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert_eq!((&*ended.stdout, &*ended.stderr), ("", expected));
    }
}

#[test]
fn a_relative_path_starts_at_the_working_folder() {
    let (folder, database) = folder();
    add(on(Path::new("tasks.db")).current_dir(folder.path()));
    add(on(Path::new("./new/../tasks.db")).current_dir(folder.path()));
    assert_eq!(count(&database), 2);
}

#[test]
fn a_link_leads_to_one_database() {
    let (folder, database) = folder();
    add(&mut on(&database));
    let link = folder.path().join("link.db");
    symlink(&database, &link).unwrap();
    let mut one = Peer::greet(Era::Legacy, &database);
    let mut other = Peer::greet(Era::Modern, &link);
    one.create("One");
    other.create("Other");
    assert_eq!(one.titles(), ["Some", "One", "Other"]);
    assert_eq!(other.titles(), one.titles());
    one.end_well();
    other.end_well();
    assert_eq!(names(folder.path()), ["link.db", "tasks.db"]);
}

#[test]
fn a_database_in_memory_leaves_nothing_behind() {
    let (folder, _) = folder();
    let mut program = on(Path::new(":memory:"));
    program.current_dir(folder.path()).env("HOME", folder.path());
    let mut peer = Peer::start(&mut program, Era::Modern);
    assert_eq!(peer.create("Some"), "task_0001");
    assert_eq!(peer.titles(), ["Some"]);
    peer.end_well();
    assert_eq!(names(folder.path()).len(), 0);
}
