//! What tools print, whoever reads it.

use std::fs::File;
use std::io::{PipeReader, Read};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::messages::{Era, assert_echo, text};
use crate::process::{Process, Setup};

/// Each prints more than a pipe holds, or would fail at once.
const CALLS: [(&str, &str); 4] = [
    ("print", r#"{"lines":10000}"#),
    ("print_to_stderr", r#"{"lines":10000}"#),
    ("print_at_length", r#"{"bytes":2000000}"#),
    ("child_prints", "{}"),
];

#[test]
fn tools_print_though_nobody_reads() {
    for era in Era::BOTH {
        // The reading end stays open and is never read.
        let mut process = era.start(Setup::misbehaving().with_log());
        assert_prints(era, &mut process);
        assert_ends_at_once(&mut process);
    }
}

#[test]
fn tools_print_though_the_reader_left_or_never_was_or_cannot_be_written_to() {
    for era in Era::BOTH {
        let (reader, closed) = std::io::pipe().unwrap();
        drop(reader);
        let full = File::options().write(true).open("/dev/full").unwrap();
        for stderr in [Stdio::from(closed), Stdio::from(full), Stdio::null()] {
            let mut process = era.start(Setup::misbehaving().stderr(stderr));
            assert_prints(era, &mut process);
            assert_ends_at_once(&mut process);
        }
        let mut process = Setup::misbehaving().start_by_shell("2>&-");
        era.open(&mut process);
        assert_prints(era, &mut process);
        assert_ends_at_once(&mut process);
    }
}

#[test]
fn what_is_printed_while_the_state_is_opened_is_not_on_the_wire() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new().argument("--print-first").with_log());
        assert_echo(&process.ask(era.echo(1)), 1);
        process.close_input();
        assert!(process.exit().0.success());
        assert_eq!(process.log(), "printed first\na child printed first\n");
    }
}

#[test]
fn tools_print_while_the_reader_leaves() {
    let (reader, stderr) = std::io::pipe().unwrap();
    let mut process = Setup::misbehaving().stderr(stderr).start();
    assert_prints(Era::Modern, &mut process);
    drop(reader);
    assert_prints(Era::Modern, &mut process);
    assert_ends_at_once(&mut process);
}

#[test]
fn a_reader_gets_all_that_is_printed_in_its_order() {
    let (mut reader, stderr) = std::io::pipe().unwrap();
    let reading = thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    let mut process = Setup::misbehaving().stderr(stderr).start();
    assert_prints(Era::Modern, &mut process);
    process.end();
    let log = reading.join().unwrap();
    let mut lines = log.lines();
    for number in 0..10_000 {
        let line = format!(r#"{{"jsonrpc":"2.0","id":{number},"result":{{"printed":true}}}}"#);
        assert_eq!(lines.next(), Some(line.as_str()));
    }
    for number in 0..10_000 {
        assert_eq!(lines.next(), Some(format!("line {number} of standard error").as_str()));
    }
    assert_eq!(lines.next().map(str::len), Some(2_000_000));
    assert_eq!(lines.collect::<Vec<_>>(), ["a line of a child"]);
}

#[test]
fn what_is_printed_right_before_the_end_arrives() {
    for ends in [Process::close_input, |process: &mut Process| process.signal(Signal::TERM)] {
        for _ in 0..5 {
            let mut process = Setup::misbehaving().with_log().start();
            process.ask(Era::Modern.call(1, "print_to_stderr", r#"{"lines":100}"#));
            ends(&mut process);
            let (status, _) = process.exit();
            assert!(status.success(), "{status}");
            let log = process.log();
            assert_eq!(log.lines().count(), 100, "{log}");
            assert!(log.ends_with("line 99 of standard error\n"), "{log}");
        }
    }
}

// Other C libraries do not drop the values of a thread that ends the process.
#[cfg(target_env = "gnu")]
#[test]
fn what_a_tool_prints_before_it_ends_the_process_arrives() {
    for _ in 0..10 {
        let mut process = Setup::misbehaving().with_log().start();
        let print = Era::Modern.call(1, "print_to_stderr", r#"{"lines":1}"#);
        let exit = Era::Modern.call(2, "exit", r#"{"status":7}"#);
        process.send(format!("{print}\n{exit}\n"));
        let (status, _) = process.exit();
        assert_eq!(status.code(), Some(7), "{status}");
        assert_eq!(process.log(), "line 0 of standard error\n");
    }
}

#[test]
fn a_tool_that_prints_for_ever_holds_up_neither_calls_nor_the_end() {
    for is_read in [true, false] {
        let (mut reader, stderr) = std::io::pipe().unwrap();
        let reading = is_read
            .then(|| reader.try_clone().unwrap())
            .map(|reader| thread::spawn(|| drain(reader)));
        let mut process = Setup::misbehaving().limit("--grace", 100).stderr(stderr).start();
        process.send_line(Era::Modern.call(1, "print_for_ever", "{}"));
        // It prints.
        if !is_read {
            reader.read_exact(&mut [0; 6]).unwrap();
        }
        for id in 2..50 {
            assert_echo(&process.ask(Era::Modern.echo(id)), id);
        }
        process.close_input();
        let (status, took) = process.exit();
        assert!(status.success() && took <= Duration::from_secs(2), "{status} {took:?}");
        drop(process);
        if let Some(reading) = reading {
            assert!(reading.join().unwrap() > 0);
        }
    }
}

fn drain(mut reader: PipeReader) -> u64 {
    std::io::copy(&mut reader, &mut std::io::sink()).unwrap()
}

#[test]
fn what_nobody_read_is_counted_when_somebody_reads_again() {
    let (mut reader, stderr) = std::io::pipe().unwrap();
    let mut process = Setup::misbehaving().stderr(stderr).start();
    for id in 0..3 {
        let call = Era::Modern.call(id, "print_to_stderr", r#"{"lines":10000}"#);
        assert_eq!(text(&process.ask(call)), "printed");
    }
    let reading = thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    process.end();
    let log = reading.join().unwrap();
    assert!(log.contains(" log lines were left out, because nobody read them\n"));
    let printed = log.lines().filter(|line| line.ends_with(" of standard error")).count();
    assert!(printed < 30_000, "{printed}");
}

fn assert_prints(era: Era, process: &mut Process) {
    for (tool, arguments) in CALLS {
        let answer = process.ask(era.call(1, tool, arguments));
        let said = text(&answer);
        assert!(said == "printed" || said == "exit status: 0", "{tool}: {said}");
    }
    assert_echo(&process.ask(era.echo(2)), 2);
}

fn assert_ends_at_once(process: &mut Process) {
    process.signal(Signal::TERM);
    let (status, took) = process.exit();
    assert!(status.success(), "{status}");
    assert!(took <= Duration::from_secs(1), "{took:?}");
}
