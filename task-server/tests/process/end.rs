//! The end: whoever asks for it, what is in flight is finished, and the database is left tidy.

use std::io::{self, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::process::{Signal, kill_process};
use serde_json::json;

use crate::peer::{Answer, Ended, Era, Peer, bounded, folder, found, names, on};

/// How the end is brought about.
#[derive(Debug, Clone, Copy)]
enum Means {
    EndOfInput,
    Terminate,
    Interrupt,
}

const MEANS: [Means; 3] = [Means::EndOfInput, Means::Terminate, Means::Interrupt];

impl Means {
    fn ask(self, peer: &mut Peer) {
        let signal = match self {
            Self::EndOfInput => return peer.close_input(),
            Self::Terminate => Signal::TERM,
            Self::Interrupt => Signal::INT,
        };
        kill_process(peer.process(), signal).unwrap();
    }
}

/// The answer that is all a program still said.
fn only_answer(ended: &Ended) -> Answer {
    let message: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    Answer::of(&message["result"])
}

#[test]
fn an_idle_program_ends_at_once() {
    for means in MEANS {
        for era in [Era::Legacy, Era::Modern] {
            let (folder, database) = folder();
            let mut peer = Peer::greet(era, &database);
            peer.create("Some");
            let started = Instant::now();
            means.ask(&mut peer);
            let ended = peer.ended();
            assert!(started.elapsed() < Duration::from_secs(1), "{means:?}");
            assert!(ended.status.success(), "{means:?}: {ended:?}");
            assert_eq!((&*ended.stdout, &*ended.stderr), ("", ""), "{means:?}");
            assert_eq!(names(folder.path()), ["tasks.db"], "{means:?}");
            assert_eq!(found(&database).len(), 1);
        }
    }
}

#[test]
fn what_is_in_flight_is_answered_first() {
    for means in MEANS {
        let (folder, database) = folder();
        let mut peer = Peer::greet(Era::Modern, &database);
        let foreign = Connection::open(&database).unwrap();
        foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
        peer.send_call("create_task", &json!({ "title": "Some" }));
        // Reads wait for no writer, so the answer to one tells that the call before it was taken.
        assert_eq!(peer.titles().len(), 0);
        means.ask(&mut peer);
        foreign.execute_batch("COMMIT").unwrap();
        drop(foreign);
        let ended = peer.ended();
        assert!(ended.status.success(), "{means:?}: {ended:?}");
        assert_eq!(only_answer(&ended).id(), "task_0001", "{means:?}");
        assert_eq!(ended.stderr, "", "{means:?}");
        assert_eq!(names(folder.path()), ["tasks.db"], "{means:?}");
        assert_eq!(found(&database).len(), 1);
    }
}

#[test]
fn all_that_was_sent_before_the_end_of_input_is_answered() {
    let (folder, database) = folder();
    let mut peer = Peer::hail(Era::Legacy, &database);
    let mut sent: Vec<_> = (0..50)
        .map(|number| peer.send_call("create_task", &json!({ "title": number.to_string() })))
        .collect();
    peer.close_input();
    while let Some((id, answer)) = peer.next() {
        // The greeting is no call.
        if let Some(at) = sent.iter().position(|sent| *sent == id) {
            Answer::of(&answer).done();
            sent.swap_remove(at);
        }
    }
    assert!(sent.is_empty(), "{sent:?} were not answered");
    assert!(peer.ended().status.success());
    assert_eq!(found(&database).len(), 50);
    assert_eq!(names(folder.path()), ["tasks.db"]);
}

#[test]
fn a_call_that_cannot_end_does_not_hold_up_the_end() {
    let (_folder, database) = folder();
    let mut peer = Peer::greet(Era::Modern, &database);
    let foreign = Connection::open(&database).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    peer.send_call("create_task", &json!({ "title": "Never" }));
    assert_eq!(peer.titles().len(), 0);
    let started = Instant::now();
    let ended = peer.end();
    // Two seconds are given to it; the rest is a busy machine's.
    assert!(started.elapsed() < Duration::from_secs(4));
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stdout, "");
    foreign.execute_batch("COMMIT").unwrap();
    drop(foreign);
    assert_eq!(found(&database).len(), 0);
}

#[test]
fn half_a_line_is_no_message() {
    let (_folder, database) = folder();
    let mut peer = Peer::start(&mut on(&database), Era::Modern);
    peer.say(br#"{"jsonrpc":"2.0","id":1,"#);
    let ended = peer.end();
    assert!(ended.status.success(), "{ended:?}");
    assert!(!ended.stdout.contains("\"result\""), "{ended:?}");
}

#[test]
fn a_client_that_reads_no_more_ends_it() {
    let (folder, database) = folder();
    let (reader, writer) = io::pipe().unwrap();
    let mut program = on(&database);
    program.stdin(Stdio::piped()).stdout(writer).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    // The command still holds the other end of the pipe.
    drop((program, reader));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n").unwrap();
    // The input stays open: that nobody hears the answer is enough.
    let ended = bounded(|| child.wait_with_output().unwrap());
    drop(stdin);
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, b"");
    assert_eq!(names(folder.path()), ["tasks.db"]);
}
