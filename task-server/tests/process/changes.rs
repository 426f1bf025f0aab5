//! Changes that another process has made reach a client that listens, in both eras; while nobody
//! listens, nothing is asked.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::peer::{Era, Peer, folder};

/// In less than this a client is notified.
const SOON: Duration = Duration::from_secs(1);

const ONE: &str = "tasks://task/task_0001";

/// The resources of which a client is notified next, as many as are expected.
fn updated(peer: &mut Peer, count: usize) -> BTreeSet<String> {
    (0..count).map(|_| peer.updated()).collect()
}

fn set(uris: &[&str]) -> BTreeSet<String> {
    uris.iter().map(|uri| (*uri).to_owned()).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "times are figures for whoever runs this")]
fn what_one_process_writes_the_client_of_another_hears() {
    let (_folder, database) = folder();
    let mut times: Vec<(Era, Vec<Duration>)> = Vec::new();
    for era in [Era::Legacy, Era::Modern] {
        let mut writer = Peer::greet(Era::Modern, &database);
        let mut listener = Peer::greet(era, &database);
        let id = writer.create("The task");
        let one = format!("tasks://task/{id}");
        listener.listen(&["tasks://all", "tasks://pending", &one]);
        // The first poll also finds what was changed before the subscription.
        while !listener.is_silent(SOON) {}
        let mut took = Vec::new();
        let mut hears = |writer: &mut Peer, tool: &str, arguments, expected: &[&str]| {
            // Between two rounds, so that each change is notified of by itself.
            thread::sleep(Duration::from_millis(60));
            let began = Instant::now();
            writer.call(tool, &arguments).done();
            assert_eq!(updated(&mut listener, expected.len()), set(expected));
            took.push(began.elapsed());
        };
        hears(
            &mut writer,
            "update_task",
            json!({ "task_id": id, "priority": "high" }),
            &["tasks://all", "tasks://pending", &one],
        );
        hears(
            &mut writer,
            "update_task",
            json!({ "task_id": id, "status": "completed" }),
            &["tasks://all", "tasks://pending", &one],
        );
        // No pending task is touched any more, and no other task listened to.
        hears(
            &mut writer,
            "update_task",
            json!({ "task_id": id, "priority": "low" }),
            &["tasks://all", &one],
        );
        hears(
            &mut writer,
            "create_task",
            json!({ "title": "Another one" }),
            &["tasks://all", "tasks://pending"],
        );
        hears(&mut writer, "delete_task", json!({ "task_id": id }), &["tasks://all", &one]);
        assert!(listener.is_silent(SOON), "a change is notified of once");
        times.push((era, took));
    }
    for (era, times) in times {
        println!("{era:?}: notified after {times:?}");
        assert!(times.iter().all(|time| *time < SOON), "{times:?}");
    }
}

#[test]
fn a_client_hears_of_its_own_changes_too() {
    let (_folder, database) = folder();
    for era in [Era::Legacy, Era::Modern] {
        let mut peer = Peer::greet(era, &database);
        peer.listen(&["tasks://pending"]);
        peer.create("The task");
        assert_eq!(peer.updated(), "tasks://pending");
    }
}

#[test]
fn a_change_that_replaces_the_database_is_noticed() {
    let (folder, database) = folder();
    let mut listener = Peer::greet(Era::Modern, &database);
    listener.create("Old");
    let other = folder.path().join("other.db");
    let mut writer = Peer::greet(Era::Modern, &other);
    // As many changes as the other one has.
    writer.create("New");
    writer.end_well();
    listener.listen(&["tasks://all"]);
    assert_eq!(listener.updated(), "tasks://all");
    fs::rename(&other, &database).unwrap();
    assert_eq!(listener.updated(), "tasks://all");
    assert_eq!(listener.titles(), ["New"]);
}

#[test]
fn one_task_can_be_read_and_one_that_is_not_there_is_not_found() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("The task");
    let id = peer.send("resources/read", json!({ "uri": ONE }));
    let contents = peer.answer(id)["contents"][0].clone();
    assert_eq!(
        (&contents["uri"], &contents["mimeType"]),
        (&json!(ONE), &json!("application/json"))
    );
    assert!(contents["text"].as_str().unwrap().contains("\"title\":\"The task\""), "{contents}");
    let id = peer.send("resources/read", json!({ "uri": "tasks://task/task_0002" }));
    let error = peer.answer(id)["error"].clone();
    assert_eq!(
        (&error["code"], &error["data"]["uri"]),
        (&json!(-32602), &json!("tasks://task/task_0002"))
    );
}

/// How often the threads of a process have gone to sleep by themselves: each wait is one.
#[cfg(target_os = "linux")]
fn waits(peer: &Peer) -> u64 {
    let tasks = format!("/proc/{}/task", peer.process().as_raw_nonzero());
    let of_thread = |task: fs::DirEntry| {
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0)
    };
    fs::read_dir(tasks).unwrap().filter_map(Result::ok).map(of_thread).sum()
}

#[test]
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "counts are figures for whoever runs this")]
fn while_nobody_listens_nothing_runs() {
    let (_folder, database) = folder();
    let mut idle = Peer::greet(Era::Modern, &database);
    let mut watched = Peer::greet(Era::Modern, &database);
    watched.listen(&["tasks://all"]);
    // What was begun by the first requests has come to rest.
    thread::sleep(Duration::from_secs(1));
    let (before_idle, before_watched) = (waits(&idle), waits(&watched));
    thread::sleep(Duration::from_secs(2));
    let (idle_waits, watched_waits) =
        (waits(&idle) - before_idle, waits(&watched) - before_watched);
    println!("in 2 s: {idle_waits} waits while nobody listens, {watched_waits} while one does");
    assert_eq!(idle_waits, 0);
    assert!((4..200).contains(&watched_waits), "{watched_waits}");
    // A session that listens no more leaves the process as idle as before.
    drop(watched);
    idle.create("It still serves");
}
