//! Arguments that take long to be checked hold nobody up, and are answered like short ones.

use std::time::{Duration, Instant};

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;
use serde_json::json;

use crate::messages::{Era, PING, assert_echo, cancel, text, tool_error};
use crate::process::Setup;

/// Without optimisation a check takes ten times as long.
const LONG: usize = if cfg!(debug_assertions) { 1024 * 1024 } else { 15 * 1024 * 1024 };

/// Far longer than others wait on a machine that is busy with other things, and shorter than any of
/// these checks keeps one core of it busy in a debug build.
const GENEROUS: Duration = Duration::from_secs(2);

/// A list of this value, about so long.
fn list(value: &str, bytes: usize) -> String {
    let mut list = format!("{value},").repeat(bytes / (value.len() + 1));
    list.pop();
    format!("[{list}]")
}

#[test]
fn others_are_answered_while_a_long_list_is_checked() {
    for (shape, tool, arguments) in [
        ("texts for numbers", "measure", format!(r#"{{"sizes":{}}}"#, list("\"x\"", LONG))),
        ("numbers as texts", "measure", format!(r#"{{"sizes":{}}}"#, list("\"1\"", LONG))),
        ("integers as fractions", "measure", format!(r#"{{"sizes":{}}}"#, list("1.0", LONG))),
        (
            "choices that do not fit",
            "apply",
            format!(r#"{{"ops":{}}}"#, list(r#"{"kind":"Add","value":{}}"#, LONG)),
        ),
        ("no choices", "apply", format!(r#"{{"ops":{}}}"#, list("\"x\"", LONG))),
    ] {
        let era = Era::Modern;
        let mut process = Setup::misbehaving().start();
        process.ask(PING);
        process.send_line(era.call(0, tool, &arguments));
        let began = Instant::now();
        let (mut longest, mut others) = (Duration::ZERO, 0);
        // The first one waits until the line is read.
        process.send_line(PING);
        let took = loop {
            let answer = process.answer();
            if answer["id"] == 0 {
                break began.elapsed();
            }
            others += 1;
            let asked = Instant::now();
            process.send_line(era.echo(others));
            let answer = process.answer();
            if answer["id"] == 0 {
                let took = began.elapsed();
                assert_echo(&process.answer(), others);
                break took;
            }
            assert_echo(&answer, others);
            longest = longest.max(asked.elapsed());
            process.send_line(PING);
        };
        eprintln!(
            "{shape}: checked in {} ms; meanwhile {others} others, each within {} ms",
            took.as_millis(),
            longest.as_millis()
        );
        assert!(others > 1, "{shape}: nobody was answered in {took:?}");
        assert!(longest < GENEROUS, "{shape}: {longest:?}");
    }
}

#[test]
fn long_arguments_are_answered_like_short_ones() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let ones = list("1", 1024 * 1024);
        let count = ones.len() / 2;
        let answer = process.ask(era.call(1, "measure", &format!(r#"{{"sizes":{ones}}}"#)));
        assert_eq!(text(&answer), format!("{count} 0"));
        let words = |count: usize| {
            let mut process = era.start(Setup::misbehaving());
            let wrong = list("\"x\"", 4 * count);
            let answer = process.ask(era.call(2, "measure", &format!(r#"{{"sizes":{wrong}}}"#)));
            tool_error(&answer, 2).replace(&count.to_string(), "all")
        };
        let (long, short) = (words(100_000), words(1000));
        assert_eq!(long.replace("99980", "980"), short);
        // Unchecked arguments take no other way.
        let answer = process.ask(era.call(3, "anything", &format!(r#"{{"a":{ones}}}"#)));
        assert_eq!(answer["result"]["structuredContent"]["a"].as_array().unwrap().len(), count);
        // Those that nobody knows, and those that came twice.
        let answer = process.ask(era.call(4, "measure", &format!(r#"{{"size":{ones}}}"#)));
        assert!(tool_error(&answer, 4).contains("`size`: unknown; did you mean `sizes`?"));
        let twice = format!(r#"{{"sizes":{ones},"\u0073izes":[]}}"#);
        let answer = process.ask(era.call(5, "measure", &twice));
        assert!(tool_error(&answer, 5).contains("`sizes`: given twice"));
        process.end();
    }
}

#[test]
fn a_call_is_cancelled_while_its_arguments_are_checked() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let wrong = format!(r#"{{"sizes":{}}}"#, list("\"1\"", LONG / 2));
        for id in 1..4 {
            process.send_line(era.call(id, "measure", &wrong));
        }
        for id in 1..3 {
            process.send_line(cancel(id));
        }
        let answer = process.answer();
        assert_eq!(answer["id"], 3, "{answer}");
        process.assert_silent();
        process.end();
    }
}

/// The lines of calls that wait for their turn are bounded by the same figure as those of calls
/// that run.
#[test]
fn many_long_calls_are_all_answered() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let ones = format!(r#"{{"a":{}}}"#, list("1", 1024 * 1024));
        let count = if cfg!(debug_assertions) { 20 } else { 100 };
        let mut requests = Vec::new();
        for id in 0..count {
            requests.extend(era.call(id, "anything", &ones).into_bytes());
            requests.push(b'\n');
        }
        let sent = process.send_until_stalled(&requests);
        let load = process.exchange(&requests[sent..], count);
        load.assert_each_once();
        assert_eq!(load.errors, 0);
        process.end();
    }
}

/// Add numbers, where blocking belongs.
#[tool]
fn total(numbers: Vec<u64>) -> u64 {
    numbers.iter().sum()
}

#[test]
fn a_function_that_blocks_takes_long_arguments_too() {
    let server: Server = Server::new("long", "1.0.0").with(handlers![total]);
    block_on(async {
        let mut client = server.state(()).test_client().await;
        let numbers: Vec<u64> = (0..200_000).collect();
        let arguments = json!({ "numbers": numbers });
        assert_eq!(client.text("total", arguments).await.unwrap(), "19999900000");
    });
}
