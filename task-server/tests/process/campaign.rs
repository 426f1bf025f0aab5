//! Files get other names at random moments while programs start and write.
//!
//! The promise: when a task is answered, the file that the path named then has it, by itself. So
//! the adversary here removes logs and indexes, but only renames databases, and at the end each
//! answered task must be in one of them.
//!
//! `ROUNDS=100` makes as many rounds as one likes, `SEED=7` begins with another one.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use rusqlite::{Connection, OpenFlags};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::json;

use crate::peer::{Answer, Era, Peer, on};

/// As many as a run of all tests has time for.
const ROUNDS: u64 = 4;

/// How long one round is.
const ROUND: Duration = Duration::from_millis(2_500);

/// The longest pause between two steps of the adversary, in microseconds.
const PAUSE: u64 = 20_000;

#[test]
fn what_was_answered_is_in_a_file_that_the_path_named() {
    let number = |name, default| env::var(name).map_or(default, |value| value.parse().unwrap());
    let seed: u64 = number("SEED", 1);
    let rounds: u64 = number("ROUNDS", ROUNDS);
    let mut answered = 0;
    for seed in seed..seed + rounds {
        answered += round(seed);
    }
    assert!(answered > 0, "no program got as far as an answer");
}

/// One round; returns how many tasks were answered.
fn round(seed: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut adversary = Adversary::new(folder.path(), seed);
    let database = adversary.database.clone();
    let is_over = AtomicBool::new(false);
    let answered: Vec<String> = thread::scope(|scope| {
        let clients: Vec<_> = (0..=seed % 3)
            .map(|client| {
                let (database, is_over) = (&database, &is_over);
                let name = format!("{seed}.{client}");
                scope.spawn(move || write(database, &name, is_over))
            })
            .collect();
        let start = Instant::now();
        while start.elapsed() < ROUND {
            adversary.step();
            adversary.pause();
        }
        is_over.store(true, Ordering::Relaxed);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    let kept: Vec<_> = databases(folder.path()).iter().flat_map(|path| titles(path)).collect();
    let lost: Vec<_> = answered.iter().filter(|title| !kept.contains(title)).collect();
    assert!(lost.is_empty(), "SEED={seed} ROUNDS=1: {lost:?} of {} are lost", answered.len());
    answered.len()
}

/// Starts program after program, and lets each create some tasks; returns the titles of those that
/// were answered.
fn write(database: &Path, name: &str, is_over: &AtomicBool) -> Vec<String> {
    let mut answered = Vec::new();
    for program in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        // It may refuse to start, so it is not greeted.
        let mut peer = Peer::start(&mut on(database), Era::Modern);
        for batch in 0..=program % 5 {
            let titles: Vec<_> =
                (0..4).map(|task| format!("{name} {program} {batch} {task}")).collect();
            let calls: Vec<_> =
                titles.iter().map(|title| ("create_task", json!({ "title": title }))).collect();
            let ids = peer.flood(&calls);
            for _ in &ids {
                let Some((id, outcome)) = peer.next() else { break };
                let place = ids.iter().position(|sent| *sent == id).unwrap();
                if !Answer::of(&outcome).is_error {
                    answered.push(titles[place].clone());
                }
            }
        }
        peer.end();
    }
    answered
}

/// All databases below a folder.
fn databases(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(databases(&path));
        } else if path.extension().is_some_and(|extension| extension == "db") {
            found.push(path);
        }
    }
    found
}

/// The titles that a file has by itself, whatever lies beside it.
fn titles(database: &Path) -> Vec<String> {
    let uri = format!("file://{}?immutable=1", database.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let alone = Connection::open_with_flags(uri, flags).unwrap();
    // A program that was about to make the database may not have got as far as its tables.
    let Ok(mut tasks) = alone.prepare("SELECT title FROM task") else { return Vec::new() };
    let titles = tasks.query_map([], |row| row.get(0)).unwrap();
    titles
        .map(|title| title.unwrap_or_else(|error| panic!("{}: {error}", database.display())))
        .collect()
}

/// Somebody who renames and removes, and destroys no database.
struct Adversary {
    random: u64,
    /// Where the programs expect the database.
    place: PathBuf,
    database: PathBuf,
    /// For a moment only.
    aside: PathBuf,
    /// What was taken away, each in a folder of its own.
    graves: PathBuf,
    dug: u64,
}

impl Adversary {
    fn new(folder: &Path, seed: u64) -> Self {
        let place = folder.join("place");
        let graves = folder.join("graves");
        fs::create_dir(&place).unwrap();
        fs::create_dir(&graves).unwrap();
        let database = place.join("tasks.db");
        let aside = folder.join("aside");
        Self { random: seed, place, database, aside, graves, dug: 0 }
    }

    /// `SplitMix64`.
    fn random(&mut self, range: Range<u64>) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        range.start + (mixed ^ (mixed >> 31)) % (range.end - range.start)
    }

    /// Short ones are more frequent than long ones.
    fn pause(&mut self) {
        let longest = self.random(0..PAUSE);
        let pause = self.random(0..longest + 1);
        thread::sleep(Duration::from_micros(pause));
    }

    fn step(&mut self) {
        if !self.database.exists() {
            return self.restore();
        }
        match self.random(0..16) {
            0..3 => self.remove(&["-wal"]),
            3..5 => self.remove(&["-shm"]),
            5..7 => self.remove(&["-shm", "-wal"]),
            7..10 => self.take_away_and_put_back(false),
            10..13 => self.take_away_and_put_back(true),
            13..15 => self.replace(),
            _ => {
                let grave = self.grave();
                rename(&self.database, &grave.join("tasks.db"));
            }
        }
    }

    fn remove(&self, suffixes: &[&str]) {
        for suffix in suffixes {
            let _ = fs::remove_file(format!("{}{suffix}", self.database.display()));
        }
    }

    /// The database, or its folder, is somewhere else for a moment.
    fn take_away_and_put_back(&mut self, is_folder: bool) {
        let named = if is_folder { self.place.clone() } else { self.database.clone() };
        let aside = self.aside.with_extension(if is_folder { "folder" } else { "db" });
        if !rename(&named, &aside) {
            return;
        }
        self.pause();
        while !rename(&aside, &named) {
            // Somebody has made another one meanwhile.
            let grave = self.grave().join("tasks.db");
            rename(&named, &grave);
        }
    }

    /// A backup takes the place of the database.
    fn replace(&mut self) {
        let grave = self.grave().join("tasks.db");
        {
            // With the lock, the file is copied while nobody writes to it.
            let Ok(folder) = fs::File::open(&self.place) else { return };
            folder.lock().unwrap();
            fs::copy(&self.database, &grave).unwrap();
        }
        renameat_with(CWD, &grave, CWD, &self.database, RenameFlags::EXCHANGE).unwrap();
    }

    /// Something that was taken away comes back.
    fn restore(&mut self) {
        let number = self.random(0..self.dug + 1);
        let grave = self.graves.join(number.to_string()).join("tasks.db");
        if grave.is_file() {
            rename(&grave, &self.database);
        }
    }

    /// A new empty folder.
    fn grave(&mut self) -> PathBuf {
        let grave = self.graves.join(self.dug.to_string());
        self.dug += 1;
        fs::create_dir(&grave).unwrap();
        grave
    }
}

/// Renames what is there, and replaces nothing; returns whether it did.
fn rename(from: &Path, to: &Path) -> bool {
    renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).is_ok()
}
