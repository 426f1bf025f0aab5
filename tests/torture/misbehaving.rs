//! Tools that do what no tool should.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::messages::{Era, assert_echo, cancel, text, tool_error};
use crate::process::{PATIENCE, Process, Setup};

const MIB: usize = 1024 * 1024;

/// What every panic here says, and no client may read.
const SECRET: &str = "the password is 1234";

/// Panics in a row.
const PANICS: usize = 10_000;

#[test]
fn a_panic_is_answered_as_a_tool_error_without_its_message() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().with_log());
        for (tool, arguments) in [
            ("panic", "{}"),
            ("panic_later", r#"{"ms":0}"#),
            ("panic_later", r#"{"ms":5}"#),
            ("panic_blocking", "{}"),
            ("panic_while_dropped", r#"{"ms":0}"#),
            ("panic_while_dropped", r#"{"ms":5}"#),
            ("panic_oddly", "{}"),
        ] {
            let answer = process.ask(era.call(1, tool, arguments));
            assert_eq!(tool_error(&answer, 1), format!("{tool} failed unexpectedly"));
        }
        assert_echo(&process.ask(era.echo(1)), 1);
        process.close_input();
        assert!(process.exit().0.success());
        let log = process.log();
        assert!(log.contains("panicked at tests/support/probe/misbehaving.rs:"), "{log}");
        let failed = format!("tool `panic` failed, request 1: it panicked: {SECRET}");
        assert!(log.lines().any(|line| line == failed), "{log}");
    }
}

#[test]
fn an_error_that_panics_when_it_is_written_is_answered() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        assert_eq!(tool_error(&process.ask(era.call(1, "fail_badly", "{}")), 1), "it went badly");
        assert_eq!(
            tool_error(&process.ask(era.call(2, "fail_secretly", "{}")), 2),
            "internal error"
        );
        assert_echo(&process.ask(era.echo(3)), 3);
        process.end();
    }
}

#[test]
fn panics_while_others_run_are_theirs_alone() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let arguments = r#"{"ms":20}"#;
        for id in 0..300 {
            let tool = ["panic_later", "sleep_ms", "panic_while_dropped"][id % 3];
            process.send_line(era.call(id, tool, arguments));
        }
        for _ in 0..300 {
            let answer = process.answer();
            let id = answer["id"].as_u64().unwrap();
            let failed = answer["result"]["isError"] == true;
            assert_eq!(failed, id % 3 != 1, "{answer}");
        }
        process.end();
    }
}

#[test]
fn ten_thousand_panics_in_a_row_leave_nothing_behind() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let calls = panics(era, "panic", PANICS);
        // The first of them fill buffers and queues, which stay.
        process.exchange(&calls, PANICS).assert_each_once();
        let before = process.memory();
        let began = Instant::now();
        process.exchange(&calls, PANICS).assert_each_once();
        let took = began.elapsed();
        let grown = process.memory().saturating_sub(before);
        eprintln!("{PANICS} panics: {took:?}, +{} KiB", grown / 1024);
        assert!(grown <= 2 * MIB, "{grown}");
        assert_echo(&process.ask(era.echo(1)), 1);
        process.end();
    }
}

#[test]
fn a_panic_is_answered_within_fifty_milliseconds() {
    let era = Era::Modern;
    let mut process = era.start(Setup::misbehaving());
    let mut times: Vec<Duration> = (0..50)
        .map(|id| {
            let began = Instant::now();
            process.ask(era.call(id, "panic", "{}"));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    eprintln!("a panic is answered: median {:?}, slowest of 50 {:?}", times[25], times[49]);
    assert!(times[25] <= Duration::from_millis(50), "{times:?}");
    process.end();
}

#[test]
fn failures_are_answered_though_nobody_reads_the_log() {
    for era in Era::BOTH {
        // The reading end stays open and is never read.
        let mut process = era.start(Setup::misbehaving().with_log());
        for tool in ["panic", "fail_secretly", "fail_badly", "panic_blocking"] {
            for id in 0..400 {
                tool_error(&process.ask(era.call(id, tool, "{}")), id);
            }
        }
        for id in 0..100 {
            tool_error(&process.ask(era.call(id, "panic_at_length", r#"{"bytes":100000}"#)), id);
        }
        let memory = process.memory();
        assert!(memory <= 32 * MIB, "{memory}");
        assert_echo(&process.ask(era.echo(1)), 1);
        process.end();
    }
}

#[test]
fn what_tools_and_their_children_print_is_a_log_line() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().with_log());
        assert_eq!(text(&process.ask(era.call(1, "noisy", "{}"))), "printed");
        assert_eq!(text(&process.ask(era.call(2, "print", r#"{"lines":100}"#))), "printed");
        assert_eq!(text(&process.ask(era.call(3, "child_prints", "{}"))), "exit status: 0");
        process.close_input();
        assert_eq!(process.rest(), [] as [Value; 0]);
        assert!(process.exit().0.success());
        let log = process.log();
        assert!(log.contains("a line that is no message"), "{log}");
        assert!(log.contains("a line of a child"), "{log}");
        assert_eq!(log.matches(r#""printed":true"#).count(), 100);
    }
}

#[test]
fn a_tool_that_reads_standard_input_reads_nothing_of_ours() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        assert_eq!(text(&process.ask(era.call(1, "read_input", "{}"))), "0 bytes");
        assert_echo(&process.ask(era.echo(2)), 2);
        process.end();
    }
}

#[test]
fn a_child_that_stays_keeps_no_end_of_the_wire() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let child: i32 = text(&process.ask(era.call(1, "child_stays", "{}"))).parse().unwrap();
        let child = Pid::from_raw(child).unwrap();
        process.close_input();
        // The output ends although the child lives.
        assert_eq!(process.rest(), [] as [Value; 0]);
        assert!(process.exit().0.success());
        kill_process(child, Signal::KILL).unwrap();
    }
}

#[test]
fn a_tool_that_blocks_for_seconds_delays_and_breaks_nothing_and_is_named_in_the_log() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().with_log());
        process.send_line(era.call(1, "sleep_ms", r#"{"ms":10}"#));
        process.send_line(era.call(2, "stall_ms", r#"{"ms":1200}"#));
        process.send_line(era.echo(3));
        process.send_line(cancel(1));
        let mut answers: Vec<Value> = (0..2).map(|_| process.answer()).collect();
        answers.sort_by_key(|answer| answer["id"].as_u64());
        // The cancellation came in time or not: both is right.
        if answers[0]["id"] == 1 {
            answers[0] = process.answer();
        }
        process.ask(era.call(4, "stall_ms", r#"{"ms":1100}"#));
        process.assert_silent();
        process.close_input();
        assert!(process.exit().0.success());
        let log = process.log();
        assert!(log.contains("stall_ms kept all other calls waiting for 1.1 s"), "{log}");
        assert!(log.contains("spawn_blocking"), "{log}");
    }
}

#[test]
fn a_plain_function_that_blocks_delays_nobody() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().with_log());
        process.send_line(era.call("\"slow\"", "blocking_ms", r#"{"ms":1500}"#));
        let began = Instant::now();
        for id in 0..100 {
            assert_echo(&process.ask(era.echo(id)), id);
        }
        assert!(began.elapsed() < Duration::from_millis(1400));
        assert_eq!(process.answer()["id"], "slow");
        process.close_input();
        assert!(process.exit().0.success());
        assert_eq!(process.log(), "");
    }
}

#[test]
fn a_result_of_fifty_megabytes_is_an_error_with_advice() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        // What one round frees the allocator may keep, but a second one needs nothing more.
        let mut rounds = Vec::new();
        for _ in 0..2 {
            for (tool, arguments) in [
                ("repeat", r#"{"bytes":52428800}"#),
                ("repeat_later", r#"{"bytes":52428800}"#),
                ("fail_at_length", r#"{"bytes":17000000}"#),
            ] {
                let answer = process.ask(era.call(1, tool, arguments));
                let words = tool_error(&answer, 1);
                assert!(words.contains("limit") && words.contains("ask for less"), "{words}");
            }
            let answer = process.ask(era.call(2, "repeat", r#"{"bytes":4000000}"#));
            assert_eq!(text(&answer).len(), 4_000_000);
            assert_echo(&process.ask(era.echo(3)), 3);
            process.assert_silent();
            rounds.push(process.memory());
        }
        assert!(rounds[1] <= rounds[0] + 2 * MIB, "{rounds:?}");
        let answer = process.ask(era.call(4, "repeat_blocks", r#"{"count":800000}"#));
        assert!(tool_error(&answer, 4).contains("ask for less"));
        process.end();
    }
}

#[test]
fn the_limit_of_a_result_can_be_set() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--result", 1000));
        assert_eq!(text(&process.ask(era.call(1, "repeat", r#"{"bytes":500}"#))).len(), 500);
        let answer = process.ask(era.call(2, "repeat", r#"{"bytes":1000}"#));
        assert!(tool_error(&answer, 2).contains("the limit is 1000"));
        process.end();
    }
}

#[test]
fn tasks_and_threads_that_outlive_their_calls_hold_nothing_up() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        for id in 0..20 {
            assert_eq!(text(&process.ask(era.call(id, "spawn", "{}"))), "spawned");
        }
        process.close_input();
        let (status, took) = process.exit();
        assert!(status.success() && took <= Duration::from_secs(1), "{status} {took:?}");
    }
}

#[test]
fn a_tool_that_ends_the_process_leaves_whole_lines_and_its_status() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        assert_echo(&process.ask(era.echo(1)), 1);
        process.send_line(era.call(2, "hold", "{}"));
        process.send_line(era.call(3, "exit", r#"{"status":7}"#));
        process.rest();
        assert_eq!(process.exit().0.code(), Some(7));
    }
}

#[test]
fn what_a_cancelled_call_was_doing_stops_at_once() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        for id in 0..100 {
            process.send_line(era.call(id, "hold", "{}"));
        }
        assert_eq!(held(&mut process, era), "100");
        let began = Instant::now();
        for id in 0..100 {
            process.send_line(cancel(id));
        }
        while held(&mut process, era) != "0" {
            assert!(began.elapsed() < PATIENCE);
        }
        let took = began.elapsed();
        eprintln!("100 calls were cancelled and dropped in {took:?}");
        assert!(took <= Duration::from_millis(500), "{took:?}");
        process.end();
    }
}

fn held(process: &mut Process, era: Era) -> String {
    text(&process.ask(era.call("\"held\"", "held", "{}"))).to_owned()
}

fn panics(era: Era, tool: &str, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for id in 0..count {
        bytes.extend(era.call(id, tool, "{}").into_bytes());
        bytes.push(b'\n');
    }
    bytes
}
