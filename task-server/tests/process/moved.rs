//! The database file is removed, replaced or changed while programs use it: what is answered is in
//! the file that the path names, or the answer is an error.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;

use crate::peer::{Answer, Era, Peer, folder, found, names};

/// The title of every task that a program answered for.
fn create(peer: &mut Peer, title: &str) -> Answer {
    peer.call("create_task", &json!({ "title": title }))
}

fn titles(database: &Path) -> Vec<String> {
    found(database).into_iter().map(|(_, title, _)| title).collect()
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", database.display()))
}

/// A database with a task, and a backup of it.
fn with_backup() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let (folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("old");
    peer.end_well();
    let backup = folder.path().join("backup");
    fs::copy(&database, &backup).unwrap();
    (folder, database, backup)
}

/// Waits until the log was moved into the file, as it is a moment after the last write.
fn settled(database: &Path) {
    let start = Instant::now();
    while fs::metadata(beside(database, "-wal")).unwrap().len() > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "the log was not moved");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_moment_after_a_write_the_file_alone_has_everything() {
    let (folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("Some");
    settled(&database);
    let copy = folder.path().join("copy.db");
    fs::copy(&database, &copy).unwrap();
    assert_eq!(titles(&copy), ["Some"]);
    peer.end_well();
}

#[test]
fn a_backup_moved_over_the_database_is_used_by_all() {
    for is_settled in [false, true] {
        let (folder, database, backup) = with_backup();
        let mut one = Peer::greet(Era::Modern, &database);
        let mut idle = Peer::greet(Era::Legacy, &database);
        one.create("before");
        assert_eq!(idle.titles(), ["old", "before"]);
        if is_settled {
            settled(&database);
        }
        fs::rename(&backup, &database).unwrap();
        create(&mut one, "after").done();
        let mut late = Peer::greet(Era::Modern, &database);
        create(&mut late, "late").done();
        create(&mut idle, "idle").done();
        assert_eq!(one.titles(), ["old", "after", "late", "idle"]);
        for peer in [one, idle, late] {
            peer.end_well();
        }
        assert_eq!(titles(&database), ["old", "after", "late", "idle"]);
        let left = names(folder.path());
        assert!(left.len() <= 2, "{left:?}");
    }
}

#[test]
fn a_backup_that_another_program_found_first_loses_nothing_answered() {
    let (_folder, database, backup) = with_backup();
    let mut one = Peer::greet(Era::Modern, &database);
    one.create("before");
    settled(&database);
    fs::rename(&backup, &database).unwrap();
    let mut late = Peer::greet(Era::Modern, &database);
    create(&mut late, "late").done();
    create(&mut one, "after").done();
    late.end_well();
    create(&mut one, "last").done();
    one.end_well();
    assert_eq!(titles(&database), ["old", "late", "after", "last"]);
}

#[test]
fn a_backup_copied_over_the_database_is_used() {
    let (_folder, database, backup) = with_backup();
    let mut one = Peer::greet(Era::Modern, &database);
    for number in 0..50 {
        let description = "x".repeat(2_000);
        let arguments = json!({ "title": number.to_string(), "description": description });
        one.call("create_task", &arguments).done();
    }
    settled(&database);
    fs::copy(&backup, &database).unwrap();
    assert_eq!(one.titles(), ["old"]);
    create(&mut one, "after").done();
    let mut late = Peer::greet(Era::Legacy, &database);
    create(&mut late, "late").done();
    assert_eq!(one.titles(), ["old", "after", "late"]);
    late.end_well();
    one.end_well();
    assert_eq!(titles(&database), ["old", "after", "late"]);
}

#[test]
fn a_database_that_is_gone_is_an_error_until_it_is_back() {
    let (folder, _) = folder();
    let place = folder.path().join("place");
    fs::create_dir(&place).unwrap();
    let database = place.join("tasks.db");
    let away = folder.path().join("away");
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("first");
    for (from, to) in [(&place, &away), (&database, &folder.path().join("away.db"))] {
        fs::rename(from, to).unwrap();
        for answer in [create(&mut peer, "lost"), peer.call("list_tasks", &json!({}))] {
            assert!(answer.is_error, "{}", answer.text);
            assert!(answer.text.contains("was removed or renamed while it was in use"));
        }
        fs::rename(to, from).unwrap();
        assert_eq!(peer.titles(), ["first"]);
    }
    create(&mut peer, "second").done();
    fs::remove_dir_all(&place).unwrap();
    assert!(create(&mut peer, "lost").is_error);
    assert!(!place.exists());
    peer.end_well();
}

#[test]
fn the_files_beside_the_database_may_be_removed() {
    for removed in [&["-wal"][..], &["-shm"], &["-wal", "-shm"]] {
        let (_folder, database) = folder();
        let mut one = Peer::greet(Era::Modern, &database);
        let mut other = Peer::greet(Era::Legacy, &database);
        one.create("first");
        other.create("second");
        for suffix in removed {
            fs::remove_file(beside(&database, suffix)).unwrap();
        }
        create(&mut one, "third").done();
        let mut late = Peer::greet(Era::Modern, &database);
        create(&mut late, "fourth").done();
        create(&mut other, "fifth").done();
        let expected = ["first", "second", "third", "fourth", "fifth"];
        for mut peer in [one, other, late] {
            assert_eq!(peer.titles(), expected, "{removed:?}");
            peer.end_well();
        }
        assert_eq!(titles(&database), expected, "{removed:?}");
    }
}

#[test]
fn an_index_that_is_removed_while_programs_start_is_noticed() {
    for _ in 0..8 {
        let (_folder, database) = folder();
        let mut peers: Vec<_> =
            (0..3).map(|_| Peer::start(&mut crate::peer::on(&database), Era::Modern)).collect();
        create(&mut peers[0], "first").done();
        fs::remove_file(beside(&database, "-shm")).unwrap();
        for (number, peer) in peers.iter_mut().enumerate() {
            create(peer, &number.to_string()).done();
        }
        assert_eq!(titles(&database), ["first", "0", "1", "2"]);
        peers.into_iter().for_each(Peer::end_well);
    }
}

#[test]
fn a_new_database_does_not_meet_the_log_of_one_that_is_gone() {
    let (folder, database) = folder();
    let mut one = Peer::greet(Era::Modern, &database);
    one.create("first");
    fs::remove_file(&database).unwrap();
    let mut late = Peer::greet(Era::Modern, &database);
    assert!(late.titles().is_empty());
    create(&mut late, "late").done();
    create(&mut one, "one").done();
    assert_eq!(late.titles(), ["late", "one"]);
    one.end_well();
    late.end_well();
    assert_eq!(titles(&database), ["late", "one"]);

    // A program that died has left a log: it is kept, under a name that says what it is.
    let mut dying = Peer::greet(Era::Modern, &database);
    dying.create("in the log");
    dying.kill();
    let log = fs::read(beside(&database, "-wal")).unwrap();
    fs::remove_file(&database).unwrap();
    let mut late = Peer::greet(Era::Legacy, &database);
    assert!(late.titles().is_empty());
    late.end_well();
    if !log.is_empty() {
        let kept = names(folder.path()).into_iter().filter(|name| name.contains(".orphan-"));
        let logs: Vec<_> = kept.map(|name| fs::read(folder.path().join(name)).unwrap()).collect();
        assert!(logs.contains(&log));
    }
}

#[test]
fn a_link_that_leads_to_another_database_is_followed() {
    let (folder, database) = folder();
    let (other, link) = (folder.path().join("other.db"), folder.path().join("link.db"));
    Peer::greet(Era::Modern, &database).end_well();
    std::os::unix::fs::symlink(&database, &link).unwrap();
    let mut peer = Peer::greet(Era::Modern, &link);
    peer.create("first");
    Peer::greet(Era::Modern, &other).end_well();
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    create(&mut peer, "second").done();
    peer.end_well();
    assert_eq!(titles(&database), ["first"]);
    assert_eq!(titles(&other), ["second"]);
}

#[test]
fn a_database_moved_behind_a_link_is_used_where_it_is() {
    let (folder, database) = folder();
    let place = folder.path().join("elsewhere");
    fs::create_dir(&place).unwrap();
    let mut one = Peer::greet(Era::Modern, &database);
    one.create("first");
    let real = place.join("real.db");
    fs::rename(&database, &real).unwrap();
    std::os::unix::fs::symlink(&real, &database).unwrap();
    create(&mut one, "second").done();
    assert!(!beside(&database, "-wal").exists());
    let mut late = Peer::greet(Era::Legacy, &database);
    create(&mut late, "third").done();
    create(&mut one, "fourth").done();
    let expected = ["first", "second", "third", "fourth"];
    for mut peer in [one, late] {
        assert_eq!(peer.titles(), expected);
        peer.end_well();
    }
    assert_eq!(titles(&real), expected);
}

#[test]
fn a_hard_link_is_refused_while_it_is_there() {
    let (folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("first");
    let other = folder.path().join("other.db");
    fs::hard_link(&database, &other).unwrap();
    let answer = create(&mut peer, "lost");
    assert!(answer.is_error && answer.text.contains("a hard link"), "{}", answer.text);
    let ended = crate::peer::run(&mut crate::peer::on(&other));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains("a hard link"), "{ended:?}");
    fs::remove_file(&other).unwrap();
    create(&mut peer, "second").done();
    peer.end_well();
    assert_eq!(titles(&database), ["first", "second"]);
}

#[test]
fn a_newer_schema_stops_a_program_that_runs() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("first");
    let newer = Connection::open(&database).unwrap();
    newer
        .execute_batch(
            "ALTER TABLE task ADD COLUMN tags TEXT NOT NULL DEFAULT ''; PRAGMA user_version = 3",
        )
        .unwrap();
    for answer in [create(&mut peer, "lost"), peer.call("list_tasks", &json!({}))] {
        assert!(answer.is_error, "{}", answer.text);
        assert!(answer.text.ends_with("restart this server with the newer version"));
    }
    drop(newer);
    peer.end_well();
    assert_eq!(titles(&database), ["first"]);
}

/// The number of the schema may be the same, when two versions have grown apart.
#[test]
fn a_column_that_is_not_known_stops_a_program_that_runs() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("first");
    let newer = Connection::open(&database).unwrap();
    newer.execute_batch("ALTER TABLE task ADD COLUMN tags TEXT NOT NULL DEFAULT ''").unwrap();
    for answer in [create(&mut peer, "lost"), peer.call("list_tasks", &json!({}))] {
        assert!(answer.is_error, "{}", answer.text);
        assert!(answer.text.ends_with("restart this server with the newer version"));
    }
    drop(newer);
    peer.end_well();
    let ended = crate::peer::run(&mut crate::peer::on(&database));
    assert!(ended.stderr.contains("was written by a newer task-server"), "{ended:?}");
    assert_eq!(titles(&database), ["first"]);
}

#[test]
fn a_word_of_a_newer_version_is_not_called_damage() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("first");
    let newer = Connection::open(&database).unwrap();
    newer.execute("UPDATE task SET status = 'blocked'", []).unwrap();
    let answer = peer.call("list_tasks", &json!({}));
    assert!(answer.is_error);
    assert!(answer.text.contains("`blocked`") && answer.text.contains("update task-server"));
    assert!(!answer.text.contains("damage"), "{}", answer.text);
    drop(newer);
    peer.end_well();
}

#[test]
fn writes_that_wait_for_a_foreign_lock_are_answered_together() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("first");
    let foreign = Connection::open(&database).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    let waiting: Vec<_> =
        (0..4).map(|_| peer.send_call("create_task", &json!({ "title": "late" }))).collect();
    for id in waiting {
        assert!(Answer::of(&peer.answer(id)).is_error);
    }
    assert!(start.elapsed() < Duration::from_secs(17), "{:?}", start.elapsed());
    foreign.execute_batch("ROLLBACK").unwrap();
    create(&mut peer, "second").done();
    drop(foreign);
    peer.end_well();
    assert_eq!(titles(&database), ["first", "second"]);
}
