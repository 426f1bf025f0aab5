//! Several programs on one database, and programs that are killed there.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::peer::{Answer, Era, Peer, folder, found};

const WRITERS: usize = 4;
const TASKS: usize = 50;

/// The programs that are killed in the middle of writes, one after the other.
const VICTIMS: usize = 50;

/// Calls that a victim is sent: more than it can answer before it is killed.
const CALLS: usize = 120;

#[test]
fn programs_that_start_and_write_at_once_lose_nothing_and_refuse_nothing() {
    let (folder, _) = folder();
    let database = folder.path().join("new/folder/tasks.db");
    let mut writers: Vec<_> =
        (0..WRITERS).map(|number| Peer::hail(Era::of(number), &database)).collect();
    let mut sent = Vec::new();
    for (number, writer) in writers.iter_mut().enumerate() {
        let calls: Vec<_> = (0..TASKS)
            .map(|task| ("create_task", json!({ "title": format!("{number} {task}") })))
            .collect();
        sent.push(writer.flood(&calls));
    }
    let mut ids = HashSet::new();
    for (writer, sent) in writers.iter_mut().zip(sent) {
        for id in sent {
            let task = Answer::of(&writer.answer(id)).id();
            assert!(ids.insert(task.clone()), "{task} was given twice");
        }
    }
    // All of them want to change one task.
    for writer in &mut writers {
        let calls: Vec<_> = (0..TASKS)
            .map(|number| {
                let description = format!("{:?} {number}", writer.process());
                ("update_task", json!({ "task_id": "task_0001", "description": description }))
            })
            .collect();
        sent_and_done(writer, &calls);
    }
    for mut writer in writers {
        assert_eq!(writer.titles().len(), WRITERS * TASKS);
        writer.end_well();
    }
    let tasks = found(&database);
    let titles: HashSet<_> = tasks.iter().map(|(_, title, _)| title).collect();
    assert_eq!((tasks.len(), titles.len()), (WRITERS * TASKS, WRITERS * TASKS));
    // Nobody was rolled back either: the ids have no gap.
    assert_eq!(tasks.last().unwrap().0, format!("task_{:04}", WRITERS * TASKS));
}

fn sent_and_done(writer: &mut Peer, calls: &[(&str, Value)]) {
    for id in writer.flood(calls) {
        Answer::of(&writer.answer(id)).done();
    }
}

#[test]
fn a_task_is_seen_by_the_others_as_soon_as_it_is_answered() {
    let (_folder, database) = folder();
    let mut peers = [Era::Legacy, Era::Modern].map(|era| Peer::greet(era, &database));
    let mut titles = Vec::new();
    for number in 0..40 {
        let title = format!("Task {number}");
        let [one, other] = &mut peers;
        let (writer, reader) = if number % 2 == 0 { (one, other) } else { (other, one) };
        writer.create(&title);
        titles.push(title);
        assert_eq!(reader.titles(), titles);
    }
    for peer in peers {
        peer.end_well();
    }
}

#[test]
fn a_program_that_holds_the_database_up_is_waited_for() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    peer.create("First");
    let foreign = Connection::open(&database).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = peer.send_call("create_task", &json!({ "title": "Second" }));
    // Reading goes on, and so does starting.
    assert_eq!(peer.titles(), ["First"]);
    let mut late = Peer::greet(Era::Legacy, &database);
    assert_eq!(late.titles(), ["First"]);
    foreign.execute_batch("COMMIT").unwrap();
    assert_eq!(Answer::of(&peer.answer(waiting)).id(), "task_0002");
    assert_eq!(late.titles(), ["First", "Second"]);
    late.end_well();
    peer.end_well();
}

// ---- kill -9 ----

#[test]
fn a_program_killed_while_it_starts_leaves_a_database_that_works() {
    let (folder, _) = folder();
    for round in 0..30 {
        let database = folder.path().join(format!("{round}/tasks.db"));
        let starting = Peer::hail(Era::Legacy, &database);
        // Nothing is waited for: this is where in the start the kill shall fall.
        thread::sleep(Duration::from_micros(round * 700));
        starting.kill();
        let mut peer = Peer::greet(Era::Modern, &database);
        assert_eq!(peer.create("Some"), "task_0001");
        peer.end_well();
        assert_eq!(found(&database).len(), 1);
    }
}

#[test]
fn what_was_answered_is_there_once_whoever_is_killed() {
    let (_folder, database) = folder();
    let killed = AtomicBool::new(false);
    let mut expected = Expected::default();
    let survived = thread::scope(|scope| {
        let survivor = scope.spawn(|| survivor(&database, &killed));
        let cut_short =
            (0..VICTIMS).filter(|round| victim(&database, *round, &mut expected) < CALLS).count();
        killed.store(true, Ordering::Relaxed);
        assert!(cut_short > VICTIMS / 2, "{cut_short} were killed in the middle");
        survivor.join().unwrap()
    });
    assert!(!survived.is_empty());
    for (id, title) in survived {
        expected.sent.insert(title.clone());
        expected.created(id, title);
    }
    expected.check(&database);
}

/// Writes until told, beside those that are killed; is never refused. Returns the tasks it made.
fn survivor(database: &Path, killed: &AtomicBool) -> Vec<(String, String)> {
    let mut peer = Peer::greet(Era::Modern, database);
    let mut made = Vec::new();
    while !killed.load(Ordering::Relaxed) {
        let title = format!("survivor {}", made.len());
        made.push((peer.create(&title), title));
    }
    peer.end_well();
    made
}

/// Sends a program creations, changes and deletions, and kills it while it works on them; returns
/// how many it has answered.
fn victim(database: &Path, round: usize, expected: &mut Expected) -> usize {
    let mut peer = Peer::hail(Era::of(round), database);
    let mut known: Vec<_> = expected.tasks.keys().cloned().collect();
    known.sort();
    let calls: Vec<_> = (0..CALLS)
        .map(|number| match (number % 3, known.pop()) {
            (1, Some(id)) => {
                let description = format!("changed in round {round}");
                ("update_task", json!({ "task_id": id, "description": description }))
            }
            (2, Some(id)) if number % 2 == 0 => ("delete_task", json!({ "task_id": id })),
            _ => ("create_task", json!({ "title": format!("{round} {number}") })),
        })
        .collect();
    for (tool, arguments) in &calls {
        expected.sent(tool, arguments);
    }
    let ids = peer.flood(&calls);
    // It is killed after a number of answers that is another one in each round.
    let mut answers: Vec<_> = (0..round * 7 % 40).map_while(|_| peer.next()).collect();
    answers.extend(peer.kill());
    let calls: HashMap<_, _> = ids.into_iter().zip(calls).collect();
    let mut answered = 0;
    for (id, outcome) in answers {
        // The greeting is no call.
        let Some((tool, arguments)) = calls.get(&id) else { continue };
        expected.answered(tool, arguments, Answer::of(&outcome));
        answered += 1;
    }
    answered
}

/// What must be in the database, as far as it is known.
#[derive(Default)]
struct Expected {
    /// The titles that a creation was sent with.
    sent: HashSet<String>,
    /// The tasks whose creation was answered.
    tasks: HashMap<String, Task>,
}

struct Task {
    title: String,
    /// The descriptions it may have; `None` stands for a deleted task. There is one once the last
    /// call was answered.
    descriptions: Vec<Option<String>>,
}

impl Expected {
    fn sent(&mut self, tool: &str, arguments: &Value) {
        let change = match tool {
            "create_task" => {
                self.sent.insert(text(&arguments["title"]));
                return;
            }
            "update_task" => Some(text(&arguments["description"])),
            _ => None,
        };
        self.tasks.get_mut(&text(&arguments["task_id"])).unwrap().descriptions.push(change);
    }

    fn answered(&mut self, tool: &str, arguments: &Value, answer: Answer) {
        if tool == "create_task" {
            self.created(answer.id(), text(&arguments["title"]));
            return;
        }
        let id = text(&arguments["task_id"]);
        let descriptions = &mut self.tasks.get_mut(&id).unwrap().descriptions;
        let change = descriptions.pop().unwrap();
        if answer.is_error {
            // A deletion that was never answered has happened.
            assert!(answer.text.starts_with("no task "), "{}", answer.text);
            assert!(descriptions.contains(&None), "{}", answer.text);
        }
        if answer.is_error || change.is_none() {
            // Nothing more is done with it, and nothing may be left of it.
            let task = self.tasks.remove(&id).unwrap();
            self.sent.remove(&task.title);
        } else {
            *descriptions = vec![change];
        }
    }

    fn created(&mut self, id: String, title: String) {
        let task = Task { title, descriptions: vec![Some(String::new())] };
        let same = self.tasks.insert(id, task);
        assert!(same.is_none(), "an id was given twice");
    }

    fn check(&self, database: &Path) {
        let mut titles = HashSet::new();
        let mut tasks = HashMap::new();
        for (id, title, description) in found(database) {
            assert!(self.sent.contains(&title), "{id} '{title}' was deleted, or never sent");
            assert!(titles.insert(title.clone()), "{id} '{title}' is there twice");
            tasks.insert(id, (title, description));
        }
        for (id, expected) in &self.tasks {
            let (title, description) = match tasks.get(id) {
                Some((title, description)) => (Some(title), Some(description.clone())),
                None => (None, None),
            };
            assert!(title.is_none_or(|title| *title == expected.title), "{id} is another task");
            assert!(
                expected.descriptions.contains(&description),
                "{id}: {description:?} is none of {:?}",
                expected.descriptions
            );
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
