//! Too much of everything.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::messages::{Era, PING, assert_echo, cancel, code, text};
use crate::process::{Load, PATIENCE, Process, Setup};

const MIB: usize = 1024 * 1024;

/// Requests that are sent before a byte is read.
const MANY: usize = 100_000;

/// Calls that run at the same time, by default.
const IN_FLIGHT: usize = 1024;

const BUSY: i64 = -32_603;

#[test]
fn a_hundred_thousand_requests_sent_before_a_byte_is_read_are_all_answered() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        process.ask(PING);
        process.forget_peak();
        let requests = era.echoes(0, MANY);
        // The server stops reading when nobody reads from it: the client waits, and no memory does.
        let sent = process.send_until_stalled(&requests);
        let load = process.exchange(&requests[sent..], MANY);
        load.assert_each_once();
        assert_eq!(load.errors, 0);
        let peak = process.peak_memory();
        eprintln!(
            "{MANY} requests, of which {sent} bytes before reading: peak +{} KiB",
            peak / 1024
        );
        assert!(peak <= 8 * MIB, "{peak}");
        process.end();
    }
}

#[test]
fn sixty_four_megabytes_of_calls_that_nobody_reads_cost_little_and_lose_none() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        process.ask(PING);
        process.forget_peak();
        let message = "m".repeat(16 * 1024 - 300);
        let count = 64 * MIB / (16 * 1024);
        let mut requests = Vec::new();
        for id in 0..count {
            let call = era.call(id, "echo", &format!(r#"{{"message":"{message}"}}"#));
            requests.extend(call.into_bytes());
            requests.push(b'\n');
        }
        let sent = process.send_until_stalled(&requests);
        assert!(sent < requests.len(), "it took everything");
        let unread = process.peak_memory();
        let load = process.exchange(&requests[sent..], count);
        load.assert_each_once();
        assert_eq!(load.errors, 0);
        let peak = process.peak_memory();
        eprintln!(
            "64 MiB of calls: +{} KiB while {} KiB went unread, peak +{} KiB",
            unread / 1024,
            sent / 1024,
            peak / 1024
        );
        assert!(peak <= 8 * MIB, "{peak}");
        process.end();
    }
}

#[test]
fn a_reader_that_is_always_behind_costs_no_memory() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        process.ask(PING);
        process.forget_peak();
        let count = 60;
        for id in 0..count {
            process.send_line(era.call(id, "repeat", r#"{"bytes":500000}"#));
        }
        for id in 0..count {
            assert_eq!(process.answer()["id"], id);
        }
        let peak = process.peak_memory();
        eprintln!("{count} answers of 500 kB to a reader behind: peak +{} KiB", peak / 1024);
        assert!(peak <= 8 * MIB, "{peak}");
        process.end();
    }
}

#[test]
fn a_long_list_where_a_scalar_is_expected_is_refused_without_a_tree_of_it() {
    for (tool, argument) in [("echo", "message"), ("sleep_ms", "ms")] {
        let mut process = Setup::new().start();
        process.ask(PING);
        process.forget_peak();
        let items = vec!["1"; 500_000].join(",");
        let arguments = format!("{{\"{argument}\":[{items}]}}");
        let answer = process.ask(Era::Modern.call(1, tool, &arguments));
        assert_eq!(answer["result"]["isError"], true);
        let peak = process.peak_memory();
        assert!(peak <= 8 * arguments.len() + MIB, "{peak}");
        process.end();
    }
}

#[test]
fn finished_calls_wait_for_their_reader_too() {
    let mut process = Setup::misbehaving().limit("--in-flight", 16).start();
    let era = Era::Modern;
    process.ask(PING);
    process.forget_peak();
    // Each answer is the largest there may be, and none is read.
    let count = 600;
    let calls = many(0..count, |id| era.call(id, "repeat_later", r#"{"bytes":8000000}"#));
    process.send_until_stalled(&calls);
    process.wait_for_output();
    process.send_until_stalled(&era.echoes(count, 20_000));
    let peak = process.peak_memory();
    eprintln!("{count} answers of 8 MB, unread: peak +{} KiB", peak / 1024);
    assert!(peak <= 17 * 3 * 8 * MIB, "{peak}");
    process.close_output();
    process.end();
}

#[test]
fn what_calls_say_before_their_answers_is_left_out_if_nobody_reads_it() {
    let era = Era::Legacy;
    let mut process = era.start(Setup::misbehaving());
    process.ask(PING);
    process.forget_peak();
    process.send_line(era.call(1, "chatter", r#"{"messages":20000,"bytes":1000}"#));
    process.send_line(era.call(2, "chatter", r#"{"messages":10,"bytes":1000000}"#));
    process.wait_for_output();
    process.send_until_stalled(&era.echoes(3, 20_000));
    let peak = process.peak_memory();
    eprintln!("20 MB and 10 MB of log messages, unread: peak +{} KiB", peak / 1024);
    assert!(peak <= 8 * MIB, "{peak}");
    let mut ends = 0;
    while ends < 2 {
        ends += usize::from(process.answer()["result"]["content"][0]["text"] == "said");
    }
    process.close_output();
    process.end();
}

#[test]
fn ten_thousand_calls_in_flight_are_each_answered_once() {
    let count = 10_000;
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--in-flight", count));
        process.ask(PING);
        let before = process.memory();
        process.send(waits(era, 0, count));
        process.assert_silent();
        eprintln!("{count} in flight: +{} KiB", (process.memory().saturating_sub(before)) / 1024);
        let load = open_gate(&mut process, era, count);
        load.assert_each_once();
        assert_eq!(load.errors, 0);
        process.end();
    }
}

#[test]
fn ten_thousand_calls_at_once_are_answered_or_told_to_come_again() {
    let count = 10_000;
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        let calls = many(0..count, |id| era.call(id, "sleep_ms", r#"{"ms":50}"#));
        let load = process.exchange(&calls, count);
        load.assert_each_once();
        // 1 MiB holds some thousand of them; more of those that carry less.
        let busy = load.errors;
        assert!(busy < count - IN_FLIGHT - 2000, "{busy}");
        assert!(busy > 0 || era == Era::Legacy, "{busy}");
        process.end();
    }
}

#[test]
fn beside_calls_that_never_return_everything_else_goes_on() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        process.send(many(0..IN_FLIGHT, |id| era.call(id, "hold", "{}")));
        process.assert_silent();
        // No room for calls, and room for everything else.
        let list = process.ask(era.request("\"list\"", "tools/list"));
        assert!(list["result"]["tools"].is_array());
        assert_eq!(code(&process.ask("{")), -32_700);
        process.send(many(2000..2004, |id| era.echo(id)));
        process.assert_silent();
        // One that waits can be cancelled, and a second time it is nothing.
        process.send_line(cancel(2001));
        process.send_line(cancel(2001));
        process.assert_silent();
        // One that runs makes room for all that wait.
        process.send_line(cancel(7));
        for id in [2000, 2002, 2003] {
            assert_echo(&process.answer(), id);
        }
        process.assert_silent();
        await_held(&mut process, era, IN_FLIGHT - 1);
        // The ids are free again.
        process.send_line(era.echo(2001));
        assert_echo(&process.answer(), 2001);
        process.close_input();
        assert_eq!(process.rest(), [] as [Value; 0]);
        assert!(process.exit().0.success());
    }
}

#[test]
fn one_free_place_is_enough_for_all_that_wait() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--in-flight", 2));
        process.send_line(era.call("\"a\"", "hold", "{}"));
        process.send_line(era.call("\"b\"", "hold", "{}"));
        process.send(era.echoes(0, 2000));
        process.assert_silent();
        process.send_line(cancel("\"a\""));
        for id in 0..2000 {
            assert_echo(&process.answer(), id);
        }
        process.send_line(cancel("\"b\""));
        process.end();
    }
}

#[test]
fn calls_beyond_the_queue_are_told_to_come_again() {
    for era in Era::BOTH {
        let setup = Setup::misbehaving().limit("--in-flight", 1).limit("--waiting", 1000);
        let mut process = era.start(setup);
        process.send_line(era.call("\"hold\"", "hold", "{}"));
        let fit = 1000 / era.echo(0).len();
        process.send(era.echoes(0, fit));
        process.assert_silent();
        let answer = process.ask(era.echo(99));
        assert_eq!((code(&answer), &answer["id"]), (BUSY, &json!(99)));
        let words = answer["error"]["message"].as_str().unwrap();
        assert!(words.starts_with("busy: ") && words.contains("again"), "{words}");
        // What is cancelled makes room in the queue.
        process.send_line(cancel(0));
        process.send_line(era.echo(99));
        process.assert_silent();
        process.send_line(cancel("\"hold\""));
        for id in (1..fit).chain([99]) {
            assert_echo(&process.answer(), id);
        }
        process.end();
    }
}

#[test]
fn a_flood_of_calls_beyond_the_queue_is_refused_as_fast_as_it_comes() {
    let count = 30_000;
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--in-flight", 1));
        process.send_line(era.call("\"hold\"", "hold", "{}"));
        process.assert_silent();
        process.forget_peak();
        let mut flood = era.echoes(0, count);
        flood.extend(cancel("\"hold\"").into_bytes());
        flood.push(b'\n');
        let began = Instant::now();
        let load = process.exchange(&flood, count);
        let took = began.elapsed();
        assert!(load.errors > count / 2, "{}", load.errors);
        load.assert_each_once();
        let peak = process.peak_memory();
        eprintln!("{count} calls beside one that holds: {took:?}, peak +{} KiB", peak / 1024);
        assert!(peak <= 8 * MIB, "{peak}");
        process.end();
    }
}

#[test]
fn a_call_can_be_cancelled_in_every_state_and_is_never_answered_then() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--in-flight", 3));
        // Before it came, and what never came.
        process.send_line(cancel(1));
        process.send_line(cancel("\"1\""));
        assert_echo(&process.ask(era.echo(1)), 1);
        // After it ended, twice.
        process.send_line(cancel(1));
        process.send_line(cancel(1));
        process.assert_silent();
        // While it runs, in an async function and in one that blocks; an equal text is another id.
        process.send_line(era.call(2, "hold", "{}"));
        process.send_line(era.call(3, "blocking_ms", r#"{"ms":300}"#));
        process.send_line(cancel("\"2\""));
        process.send_line(cancel("2.0"));
        process.assert_silent();
        await_held(&mut process, era, 1);
        for id in [2, 3, 2, 3] {
            process.send_line(cancel(id));
        }
        await_held(&mut process, era, 0);
        // While it waits for a place.
        process.send(many(10..13, |id| era.call(id, "hold", "{}")));
        process.send_line(era.echo(13));
        process.send_line(cancel(13));
        process.assert_silent();
        process.send(many(10..13, cancel));
        // Requests that are no calls.
        process.send(format!("{PING}\n{}\n", cancel("\"ping\"")));
        assert_eq!(process.answer()["id"], "ping");
        // Ids that were cancelled can be used again.
        assert_echo(&process.ask(era.echo(2)), 2);
        assert_echo(&process.ask(era.echo(13)), 13);
        process.close_input();
        assert_eq!(process.rest(), [] as [Value; 0]);
        assert!(process.exit().0.success());
    }
}

#[test]
fn five_hundred_calls_and_their_cancellations_in_one_write_are_sound() {
    for era in Era::BOTH {
        for tool in ["hold", "sleep_ms", "blocking_ms", "panic_while_dropped", "panic_later"] {
            let mut process = era.start(Setup::misbehaving());
            // A write can come in two parts: a call must not end between them.
            let arguments = if tool == "hold" { "{}" } else { r#"{"ms":5000}"# };
            let pairs =
                many(0..500, |id| format!("{}\n{}", era.call(id, tool, arguments), cancel(id)));
            process.send(pairs);
            process.assert_silent();
            await_held(&mut process, era, 0);
            process.close_input();
            assert_eq!(process.rest(), [] as [Value; 0], "{tool}");
            assert!(process.exit().0.success());
        }
    }
}

#[test]
fn stray_cancellations_cost_nothing() {
    let mut process = Era::Modern.start(Setup::new());
    process.ask(PING);
    let before = process.memory();
    process.send(many(0..20_000, cancel));
    process.assert_silent();
    let grown = process.memory().saturating_sub(before);
    assert!(grown <= MIB, "{grown}");
    process.end();
}

#[test]
fn a_second_request_with_an_id_in_use_is_refused_and_the_first_goes_on() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--in-flight", 1));
        process.send_line(era.call(1, "wait", r#"{"gate":1}"#));
        process.send_line(era.call(2, "echo", r#"{"message":"hello"}"#));
        for id in [1, 2] {
            let answer = process.ask(era.echo(id));
            assert_eq!((code(&answer), &answer["id"]), (-32_600, &json!(id)));
        }
        process.send_line(cancel(1));
        assert_echo(&process.answer(), 2);
        process.end();
    }
}

#[test]
fn a_blocking_function_counts_until_it_returns() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--in-flight", 3));
        let began = Instant::now();
        process.send_line(era.call(1, "blocking_ms", r#"{"ms":700}"#));
        process.send_line(era.call(2, "block_for_ever", "{}"));
        while text(&process.ask(era.call(3, "blocked", "{}"))) != "2" {
            assert!(began.elapsed() < PATIENCE);
        }
        process.send_line(era.call(4, "hold", "{}"));
        process.send_line(cancel(1));
        process.send_line(cancel(2));
        // Two places are taken by functions that nobody waits for; one of them returns.
        assert_echo(&process.ask(era.echo(5)), 5);
        assert!(began.elapsed() >= Duration::from_millis(700));
        process.send_line(cancel(4));
        process.end();
    }
}

#[test]
fn functions_that_block_for_ever_leave_async_ones_alone() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        // More than there are threads for.
        process.send(many(0..600, |id| era.call(id, "block_for_ever", "{}")));
        assert_echo(&process.ask(era.echo(1000)), 1000);
        process.send_line(era.call(1001, "sleep_ms", r#"{"ms":10}"#));
        assert_eq!(text(&process.answer()), "slept 10 ms");
        process.send(many(0..600, cancel));
        process.assert_silent();
        process.end();
    }
}

#[test]
fn a_flood_leaves_timers_and_other_calls_their_turn() {
    let era = Era::Modern;
    let mut process = era.start(Setup::new());
    process.send_line(era.call(0, "sleep_ms", r#"{"ms":20}"#));
    let flood = many(1..20_000, |id| era.echo(id));
    let load = process.exchange(&flood, 20_000);
    load.assert_each_once();
    let at = load.order.iter().position(|id| *id == 0).unwrap();
    eprintln!("a call that sleeps 20 ms was answered after {at} of 20000 others");
    assert!(at < 19_000, "{at}");
    process.end();
}

#[test]
fn a_line_of_notifications_without_end_is_taken_in_passing() {
    let mut process = Era::Modern.start(Setup::new());
    process.ask(PING);
    let before = process.memory();
    let notification = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\"}\n";
    process.send(notification.repeat(MANY));
    process.assert_silent();
    let grown = process.memory().saturating_sub(before);
    assert!(grown <= MIB, "{grown}");
    process.end();
}

/// Lines, each with its end.
fn many<I: Iterator>(ids: I, line: impl Fn(I::Item) -> String) -> Vec<u8> {
    let mut bytes = Vec::new();
    for id in ids {
        bytes.extend_from_slice(line(id).as_bytes());
        bytes.push(b'\n');
    }
    bytes
}

/// Asks until so many calls of `hold` are left.
fn await_held(process: &mut Process, era: Era, count: usize) {
    let began = Instant::now();
    while text(&process.ask(era.call("\"held\"", "held", "{}"))) != count.to_string() {
        assert!(began.elapsed() < PATIENCE, "there are more than {count}");
    }
}

fn waits(era: Era, first: usize, count: usize) -> Vec<u8> {
    many(first..first + count, |id| era.call(id, "wait", r#"{"gate":1}"#))
}

/// Opens the gate that so many calls wait for, the last of which makes room for the one that does.
fn open_gate(process: &mut Process, era: Era, count: usize) -> Load {
    process.send_line(cancel(count - 1));
    let open = era.call(count - 1, "open", r#"{"gate":1}"#) + "\n";
    process.exchange(open.as_bytes(), count)
}
