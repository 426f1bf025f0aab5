//! The log is removed while programs write and start: what was answered is in the file.
//!
//! When the removal falls is a matter of chance, so the rounds are many. `ROUNDS=500` makes them as
//! many as one likes.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::json;

use crate::peer::{Answer, Era, Peer, folder, found};

/// As many as a run of all tests has time for.
const ROUNDS: u64 = 24;

fn rounds() -> u64 {
    env::var("ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

fn remove(database: &Path, suffixes: &[&str]) {
    for suffix in suffixes {
        // Nobody has made it again since the last time.
        let _ = fs::remove_file(PathBuf::from(format!("{}{suffix}", database.display())));
    }
}

/// Asserts that every title is there once.
fn assert_kept(database: &Path, answered: &[String], round: u64) {
    let mut titles: Vec<_> = found(database).into_iter().map(|(_, title, _)| title).collect();
    titles.sort();
    for title in answered {
        let count = titles.iter().filter(|found| *found == title).count();
        assert_eq!(count, 1, "round {round}: {title} was answered; there are {titles:?}");
    }
}

#[test]
fn a_log_that_is_removed_after_an_answer_had_nothing_of_its_own() {
    for suffixes in [&["-wal"][..], &["-wal", "-shm"]] {
        for is_killed in [false, true] {
            let (_folder, database) = folder();
            let mut one = Peer::greet(Era::Modern, &database);
            one.create("one");
            remove(&database, suffixes);
            if is_killed {
                one.kill();
                one = Peer::greet(Era::Legacy, &database);
            }
            let mut late = Peer::greet(Era::Modern, &database);
            assert_eq!(late.titles(), ["one"]);
            late.create("late");
            one.create("last");
            for mut peer in [one, late] {
                assert_eq!(peer.titles(), ["one", "late", "last"]);
                peer.end_well();
            }
            assert_kept(&database, &["one", "late", "last"].map(str::to_owned), 0);
        }
    }
}

#[test]
fn a_log_that_is_removed_while_programs_write_and_start_loses_nothing_answered() {
    for round in 0..rounds() {
        let (_folder, database) = folder();
        let suffixes =
            [&["-wal"][..], &["-wal", "-shm"], &["-shm"]][usize::try_from(round % 3).unwrap()];
        let mut peers: Vec<_> =
            (0..2).map(|number| Peer::greet(Era::of(number), &database)).collect();
        let mut sent = Vec::new();
        for (number, peer) in peers.iter_mut().enumerate() {
            let titles: Vec<_> = (0..12).map(|task| format!("{number} {task}")).collect();
            let calls: Vec<_> =
                titles.iter().map(|title| ("create_task", json!({ "title": title }))).collect();
            sent.push(peer.flood(&calls).into_iter().zip(titles).collect::<Vec<_>>());
        }
        // Nothing is waited for: this is where in the writes the removal shall fall.
        thread::sleep(Duration::from_micros(round * 997 % 20_000));
        remove(&database, suffixes);
        let mut late = Peer::hail(Era::Modern, &database);
        let id = late.send_call("create_task", &json!({ "title": "late" }));
        thread::sleep(Duration::from_micros(round * 541 % 15_000));
        remove(&database, suffixes);
        peers.push(late);
        sent.push(vec![(id, "late".to_owned())]);
        let mut answered = Vec::new();
        for (number, (peer, calls)) in peers.iter_mut().zip(sent).enumerate() {
            for (id, title) in calls {
                let answer = Answer::of(&peer.answer(id));
                assert!(!answer.is_error, "round {round}, peer {number}: {}", answer.text);
                answered.push(title);
            }
        }
        if round.is_multiple_of(2) {
            for peer in peers {
                peer.kill();
            }
        } else {
            peers.into_iter().for_each(Peer::end_well);
        }
        assert_kept(&database, &answered, round);
    }
}
