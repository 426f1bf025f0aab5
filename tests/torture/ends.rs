//! Ends that the event loop alone cannot bring about: a call blocks it, or nobody reads.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use rustix::process::{Signal, geteuid};

use crate::messages::{Era, PING, assert_echo, text};
use crate::process::{Process, Setup};

/// What the end may take beyond what is said of it: the machine is busy with other tests.
const SOON: Duration = Duration::from_secs(1);

#[test]
fn a_second_signal_ends_a_process_whose_event_loop_is_blocked() {
    for (first, second, status) in [
        (Signal::TERM, Signal::TERM, 143),
        (Signal::INT, Signal::INT, 130),
        (Signal::INT, Signal::TERM, 143),
    ] {
        let mut process = blocked(Setup::misbehaving());
        process.signal(first);
        // Two at once may be seen in either order.
        std::thread::sleep(Duration::from_millis(50));
        process.signal(second);
        let (ended, took) = process.exit();
        assert_eq!(ended.code(), Some(status), "{ended}");
        assert!(took <= SOON, "{took:?}");
    }
}

#[test]
fn one_signal_ends_a_process_whose_event_loop_is_blocked_after_the_grace() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let mut process = blocked(Setup::misbehaving().limit("--grace", 200));
        process.signal(signal);
        let (ended, took) = process.exit();
        assert_eq!(ended.code(), Some(status), "{ended}");
        let least = Duration::from_millis(200);
        assert!(took >= least && took <= least + Duration::from_millis(500) + SOON, "{took:?}");
    }
}

#[test]
fn a_call_that_blocks_for_less_than_the_grace_is_answered_after_a_signal() {
    let mut process = blocked_for(Setup::misbehaving(), 300);
    process.signal(Signal::TERM);
    assert_eq!(text(&process.answer()), "blocked");
    let (ended, took) = process.exit();
    assert!(ended.success() && took <= SOON, "{ended} {took:?}");
}

#[test]
fn a_client_that_died_ends_a_process_whose_event_loop_is_blocked() {
    let mut process = blocked(Setup::misbehaving().limit("--grace", 200));
    process.close_input();
    process.close_output();
    let (ended, took) = process.exit();
    assert_eq!(ended.code(), Some(129), "{ended}");
    assert!(took <= Duration::from_millis(700) + SOON, "{took:?}");
}

/// A server in which a call blocks the event loop for long.
fn blocked(setup: Setup) -> Process {
    blocked_for(setup, 60_000)
}

fn blocked_for(setup: Setup, ms: u64) -> Process {
    let (log, stderr) = std::io::pipe().unwrap();
    let mut process = setup.stderr(stderr).start();
    process.send_line(Era::Modern.call(1, "print_and_block", &format!(r#"{{"ms":{ms}}}"#)));
    let mut line = String::new();
    BufReader::new(log).read_line(&mut line).unwrap();
    assert_eq!(line, "blocking\n");
    process
}

#[test]
fn pipes_that_cannot_be_opened_again_are_served_and_do_not_hold_up_the_end() {
    if !geteuid().is_root() {
        return;
    }
    let mut process = Setup::new().start_as_nobody();
    process.send(Era::Modern.echoes(0, 500));
    for id in 0..500 {
        assert_echo(&process.answer(), id);
    }
    process.end();
    let setup = || Setup::new().limit("--grace", 200);
    let mut process = setup().start_as_nobody();
    process.send_until_stalled(&Era::Modern.echoes(0, 20_000));
    process.signal(Signal::TERM);
    assert_ends_after(&mut process, Duration::from_millis(200));
    let mut process = setup().start_as_nobody();
    process.send_until_stalled(&Era::Modern.echoes(0, 20_000));
    process.close_input();
    assert_ends_after(&mut process, Duration::from_millis(200));
}

#[test]
fn a_slow_reader_of_pipes_that_cannot_be_opened_again_gets_everything() {
    if geteuid().is_root() {
        let setup = Setup::new().limit("--grace", 500);
        assert_slow_reader_gets_everything(setup.start_as_nobody());
    }
}

#[test]
fn the_room_of_the_pipe_is_no_reader_that_has_the_grace_anew() {
    for ends in [|process: &mut Process| process.signal(Signal::TERM), Process::close_input] {
        let mut process = Setup::misbehaving().limit("--grace", 1000).start();
        // The first of these answers fit into the pipe, while the grace runs.
        for id in 0..6 {
            let id = format!("\"{}{id}\"", "i".repeat(50_000));
            process.send_line(Era::Modern.call(id, "sleep_ms", r#"{"ms":300}"#));
        }
        process.send_line(Era::Modern.call(1, "hold", "{}"));
        ends(&mut process);
        assert_ends_after(&mut process, Duration::from_secs(1));
    }
}

#[test]
fn the_end_of_an_input_that_is_not_read_any_more_is_seen() {
    for era in Era::BOTH {
        for unsent in [0, 512 * 1024, usize::MAX] {
            let setup = Setup::new().limit("--grace", 300).limit("--unsent", unsent);
            let mut process = era.start(setup);
            process.send_until_stalled(&era.echoes(0, 10_000));
            process.close_input();
            assert_ends_after(&mut process, Duration::from_millis(300));
        }
    }
}

#[test]
fn a_slow_reader_gets_everything_though_the_input_has_ended_behind_unread_requests() {
    assert_slow_reader_gets_everything(Setup::new().limit("--grace", 500).start());
}

/// Fills everything on the way, closes the input, and reads with pauses.
fn assert_slow_reader_gets_everything(mut process: Process) {
    let requests = Era::Modern.echoes(0, 20_000);
    let sent = process.send_until_stalled(&requests);
    assert!(sent < requests.len(), "it took everything");
    process.close_input();
    let whole = memchr::memchr_iter(b'\n', &requests[..sent]).count();
    for id in 0..whole {
        // Reading takes turns with another process: that is how long it takes.
        if id % 400 == 0 {
            Setup::new().start().end();
        }
        assert_echo(&process.answer(), id);
    }
    // The last line was cut off by the end, at most.
    assert!(process.rest().len() <= 1);
    let (ended, _) = process.exit();
    assert!(ended.success(), "{ended}");
}

#[test]
fn calls_that_are_paused_for_a_slow_reader_are_answered_after_the_end() {
    for ends in [|process: &mut Process| process.signal(Signal::TERM), Process::close_input] {
        let mut process = Setup::misbehaving().limit("--grace", 300).start();
        process.ask(PING);
        let count = 100;
        for id in 0..count {
            process.send_line(Era::Modern.call(id, "repeat_later", r#"{"bytes":100000}"#));
        }
        process.wait_for_output();
        ends(&mut process);
        let mut answered = 0;
        // All of it takes some times the grace.
        while answered < count {
            std::thread::sleep(Duration::from_millis(20));
            process.answer();
            answered += 1;
        }
        let (ended, _) = process.exit();
        assert!(ended.success(), "{ended}");
    }
}

#[test]
fn a_client_that_died_is_not_given_the_grace() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving().limit("--grace", 20_000));
        process.send_line(era.call(1, "hold", "{}"));
        process.assert_silent();
        process.close_input();
        process.close_output();
        assert_ends_after(&mut process, Duration::ZERO);
    }
}

#[test]
fn a_reader_that_leaves_while_calls_wait_ends_the_process() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        process.send_line(era.call(1, "hold", "{}"));
        process.assert_silent();
        process.close_output();
        assert_ends_after(&mut process, Duration::ZERO);
    }
}

#[test]
fn no_bound_on_unsent_output_forgets_a_call_that_ends_beside_a_half_written_answer() {
    for unsent in [0, 1, isize::MAX.unsigned_abs(), usize::MAX] {
        let mut process = Setup::misbehaving().limit("--unsent", unsent).start();
        process.send_line(Era::Modern.call(1, "sleep_ms", r#"{"ms":100}"#));
        process.send_line(Era::Modern.call(2, "repeat", r#"{"bytes":500000}"#));
        process.wait_for_output();
        // The answer is half written while the other call ends.
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(process.answer()["id"], 2);
        assert_eq!(process.answer()["id"], 1);
        process.end();
    }
}

/// Fails unless the process ends well, and not much later.
fn assert_ends_after(process: &mut Process, time: Duration) {
    let began = Instant::now();
    let (status, _) = process.exit();
    assert!(status.success(), "{status}");
    assert!(began.elapsed() <= time + SOON, "{:?}", began.elapsed());
}
