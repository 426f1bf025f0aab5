//! How a connection begins, which era it is in, and how it ends.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::messages::{
    Era, PING, assert_echo, cancel, code, id_of, initialize, initialize_line, text,
};
use crate::process::{Process, Setup};

/// What the end may take behind the last answer. It takes a few milliseconds; the rest is for a
/// machine that is busy with other tests.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The grace that calls have at the end, and what the end may take besides.
const AFTER_GRACE: Duration = Duration::from_millis(2000 + 1500);

/// The least that calls have at the end.
const GRACE: Duration = Duration::from_millis(1900);

#[test]
fn requests_before_initialize_are_refused_and_nothing_else_changes() {
    let mut process = Setup::new().start();
    for id in 0..3 {
        let answer = process.ask(Era::Legacy.echo(id));
        assert_eq!((code(&answer), &answer["id"]), (-32_602, &json!(id)));
    }
    process.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    process.ask(PING);
    Era::Legacy.open(&mut process);
    assert_echo(&process.ask(Era::Legacy.echo(4)), 4);
    process.end();
}

#[test]
fn a_second_initialize_is_refused_and_the_session_goes_on() {
    let mut process = Era::Legacy.start(Setup::new());
    assert_eq!(code(&process.ask(initialize_line("2024-11-05"))), -32_600);
    assert_echo(&process.ask(Era::Legacy.echo(1)), 1);
    process.end();
}

#[test]
fn a_malformed_initialize_can_be_sent_again() {
    let mut process = Setup::new().start();
    for params in ["{}", r#"{"protocolVersion":7}"#, "[]", r#"{"protocolVersion":"2025-11-25"}"#] {
        let line = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{params}}}"#);
        assert_eq!(code(&process.ask(line)), -32_602, "{params}");
    }
    Era::Legacy.open(&mut process);
    assert_echo(&process.ask(Era::Legacy.echo(1)), 1);
    process.end();
}

#[test]
fn initialize_cannot_be_cancelled() {
    let mut process = Setup::new().start();
    process.send(format!("{}\n{}\n", initialize_line("2025-11-25"), cancel("\"initialize\"")));
    assert_eq!(process.answer()["result"]["protocolVersion"], "2025-11-25");
    assert_echo(&process.ask(Era::Legacy.echo(1)), 1);
    process.end();
}

#[test]
fn a_version_nobody_knows_is_answered_with_those_we_do() {
    for version in ["1999-01-01", "2026-07-28", "", "latest", "2025-11-25 "] {
        let mut process = Setup::new().start();
        let answer = process.ask(initialize_line(version));
        assert_eq!(answer["result"]["protocolVersion"], "2025-11-25");
        process.end();
    }
    let mut process = Setup::new().start();
    for version in ["1999-01-01", "2025-11-25"] {
        let line = Era::Modern.echo(1).replace("2026-07-28", version);
        let answer = process.ask(line);
        assert_eq!((code(&answer), &answer["id"]), (-32_022, &json!(1)));
        assert_eq!(answer["error"]["data"]["requested"], version);
        assert_eq!(answer["error"]["data"]["supported"][0], "2026-07-28");
        // Each request is judged by itself.
        assert_echo(&process.ask(Era::Modern.echo(2)), 2);
    }
    process.end();
}

#[test]
fn both_eras_are_served_interleaved_on_one_process() {
    let mut process = Setup::new().start();
    assert_echo(&process.ask(Era::Modern.echo(1)), 1);
    initialize(&mut process, "2024-11-05");
    process.send_line(Era::Legacy.call(2, "sleep_ms", r#"{"ms":30}"#));
    process.send_line(Era::Modern.call(3, "sleep_ms", r#"{"ms":10}"#));
    for id in 4..100 {
        let era = Era::BOTH[id % 2];
        let answer = process.ask(era.echo(id));
        if answer["id"].as_u64().is_some_and(|id| id < 4) {
            assert_echo(&process.answer(), id);
        }
        assert_eq!(
            answer["result"]["resultType"].is_string(),
            answer["id"] != 2 && (answer["id"] == 3 || era == Era::Modern)
        );
    }
    process.close_input();
    process.rest();
    assert!(process.exit().0.success());
}

#[test]
fn the_end_of_the_input_ends_an_idle_server_at_once() {
    for era in Era::BOTH {
        let mut slowest = Duration::ZERO;
        for _ in 0..10 {
            let mut process = era.start(Setup::new());
            assert_echo(&process.ask(era.echo(1)), 1);
            process.close_input();
            assert_eq!(process.rest(), [] as [Value; 0]);
            slowest = slowest.max(ends_well(&mut process));
        }
        assert!(slowest <= AT_ONCE, "{slowest:?}");
    }
}

#[test]
fn the_end_of_the_input_inside_a_line_ends_the_server_at_once() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        process.send(&era.echo(1)[..30]);
        process.close_input();
        assert_eq!(code(&process.answer()), -32_700);
        assert!(ends_well(&mut process) <= AT_ONCE);
    }
    let mut process = Setup::new().start();
    process.send(vec![b'x'; 20 * 1024 * 1024]);
    process.close_input();
    assert_eq!(code(&process.answer()), -32_600);
    assert!(ends_well(&mut process) <= AT_ONCE);
}

#[test]
fn what_was_sent_before_the_end_of_the_input_is_answered() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new().limit("--unsent", 4 * 1024 * 1024));
        process.send(era.echoes(0, 5000));
        process.close_input();
        for id in 0..5000 {
            assert_echo(&process.answer(), id);
        }
        assert!(ends_well(&mut process) <= AT_ONCE);
    }
}

#[test]
fn calls_in_flight_at_the_end_of_the_input_are_answered_within_the_grace() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for id in 0..50 {
            process.send_line(era.call(id, "sleep_ms", r#"{"ms":300}"#));
        }
        process.close_input();
        let mut ids: Vec<u64> = (0..50).map(|_| process.answer()["id"].as_u64().unwrap()).collect();
        assert!(ends_well(&mut process) <= AT_ONCE);
        ids.sort_unstable();
        assert!(ids.into_iter().eq(0..50));
    }
}

#[test]
fn a_call_that_never_returns_is_dropped_after_the_grace() {
    let ends = |era: Era, tool: &str, setup: Setup| {
        let mut process = era.start(setup);
        process.send_line(era.call(1, tool, "{}"));
        process.assert_silent();
        process.close_input();
        let took = ends_well(&mut process);
        assert_eq!(process.rest(), [] as [Value; 0]);
        took
    };
    for era in Era::BOTH {
        for tool in ["hold", "block_for_ever"] {
            let took = ends(era, tool, Setup::misbehaving().limit("--grace", 100));
            assert!(took <= AT_ONCE, "{tool}: {took:?}");
        }
    }
    let took = ends(Era::Modern, "hold", Setup::misbehaving());
    assert!(took >= GRACE && took <= AFTER_GRACE, "{took:?}");
}

#[test]
fn the_grace_can_be_set() {
    let mut process = Setup::misbehaving().limit("--grace", 50).start();
    process.send_line(Era::Modern.call(1, "hold", "{}"));
    process.close_input();
    assert!(ends_well(&mut process) <= AT_ONCE);
}

#[test]
fn a_cancelled_call_does_not_hold_up_the_end() {
    for era in Era::BOTH {
        for tool in ["hold", "block_for_ever"] {
            let mut process = era.start(Setup::misbehaving());
            process.send_line(era.call(1, tool, "{}"));
            process.send_line(cancel(1));
            process.assert_silent();
            process.close_input();
            assert!(ends_well(&mut process) <= AT_ONCE, "{tool}");
        }
    }
}

#[test]
fn a_reader_that_is_slow_at_the_end_gets_everything() {
    // More than the pipe holds, and a grace that is over long before it is read.
    let count = 2000;
    for era in Era::BOTH {
        let setup = Setup::misbehaving().limit("--grace", 400).limit("--unsent", 4 * 1024 * 1024);
        let mut process = era.start(setup);
        let mut calls = Vec::new();
        for id in 0..count {
            calls.extend(era.call(id, "repeat", r#"{"bytes":300}"#).into_bytes());
            calls.push(b'\n');
        }
        process.send(calls);
        process.close_input();
        for id in 0..count {
            // Reading takes turns with another process: that is how long it takes.
            if id % 100 == 0 {
                Setup::new().start().end();
            }
            let line = process.line();
            assert_eq!(id_of(&line), Some(id.to_string().as_str()));
        }
        assert!(ends_well(&mut process) <= AT_ONCE);
    }
}

#[test]
fn a_reader_that_stopped_reading_does_not_hold_up_the_end() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--grace", 300));
        process.send_line(era.call(1, "repeat", r#"{"bytes":4000000}"#));
        process.close_input();
        let (status, took) = process.exit();
        assert!(status.success(), "{status}");
        assert!(took <= AT_ONCE, "{took:?}");
    }
}

#[test]
fn sigterm_and_sigint_end_an_idle_server_at_once() {
    for signal in [Signal::TERM, Signal::INT] {
        for era in Era::BOTH {
            let mut process = era.start(Setup::new());
            assert_echo(&process.ask(era.echo(1)), 1);
            process.signal(signal);
            assert!(ends_well(&mut process) <= AT_ONCE, "{signal:?}");
        }
    }
}

#[test]
fn sigterm_and_sigint_leave_calls_in_flight_their_grace() {
    for signal in [Signal::TERM, Signal::INT] {
        for era in Era::BOTH {
            let mut process = era.start(Setup::misbehaving());
            process.send_line(era.call(1, "sleep_ms", r#"{"ms":200}"#));
            process.assert_silent();
            process.signal(signal);
            assert_eq!(text(&process.answer()), "slept 200 ms");
            assert!(ends_well(&mut process) <= AT_ONCE, "{signal:?}");
        }
        let mut process = Setup::misbehaving().limit("--grace", 100).start();
        process.send_line(Era::Modern.call(1, "hold", "{}"));
        process.assert_silent();
        process.signal(signal);
        assert!(ends_well(&mut process) <= AT_ONCE, "{signal:?}");
    }
}

#[test]
fn sigterm_ends_a_server_that_is_flooded() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new().limit("--grace", 200));
        let flood = era.echoes(0, 20_000);
        process.send_until_stalled(&flood);
        process.signal(Signal::TERM);
        let (status, took) = process.exit();
        assert!(status.success(), "{status}");
        assert!(took <= AT_ONCE, "{took:?}");
    }
}

#[test]
fn a_reader_that_left_ends_the_server_at_its_next_answer() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        process.close_output();
        process.send_line(era.echo(1));
        assert!(ends_well(&mut process) <= AT_ONCE);
    }
}

#[test]
fn a_reader_that_leaves_in_the_middle_of_an_answer_ends_the_server() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        process.send_line(era.call(1, "hold", "{}"));
        process.send_line(era.call(2, "repeat", r#"{"bytes":4000000}"#));
        process.send_line(era.echo(3));
        process.send_until_stalled(&era.echoes(4, 20_000));
        process.close_output();
        assert!(ends_well(&mut process) <= AT_ONCE);
    }
}

#[test]
fn a_log_that_nobody_reads_does_not_hold_up_the_end() {
    for era in Era::BOTH {
        // The reading end stays open and is never read.
        let mut process = era.start(Setup::misbehaving().with_log());
        for id in 0..50 {
            process.ask(era.call(id, "panic_at_length", r#"{"bytes":10000}"#));
        }
        process.close_input();
        assert!(ends_well(&mut process) <= AT_ONCE);
    }
}

#[test]
fn the_end_follows_the_last_answer_within_a_hundred_milliseconds() {
    let mut figures: Vec<Duration> = (0..20)
        .map(|_| {
            let mut process = Era::Modern.start(Setup::misbehaving());
            process.send_line(Era::Modern.call(1, "sleep_ms", r#"{"ms":20}"#));
            process.send_line(Era::Modern.call(2, "panic", "{}"));
            process.close_input();
            process.answer();
            process.answer();
            ends_well(&mut process)
        })
        .collect();
    figures.sort_unstable();
    let (median, slowest) = (figures[10], figures[19]);
    eprintln!("from the last answer to the end: median {median:?}, slowest of 20 {slowest:?}");
    assert!(median <= Duration::from_millis(100), "{figures:?}");
    assert!(slowest <= AT_ONCE, "{figures:?}");
}

/// Waits for the end; how long that took.
fn ends_well(process: &mut Process) -> Duration {
    let (status, took) = process.exit();
    assert!(status.success(), "{status}");
    took
}
