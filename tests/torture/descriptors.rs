//! What a server may be started with as its standard streams.

use std::fs::{self, File};
use std::io::Write;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::{Mode, OFlags, fcntl_getfl, open};
use rustix::io::ioctl_fionbio;
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::messages::{Era, PING, assert_echo};
use crate::process::{Process, Setup, non_blocking};

#[test]
fn pipes_are_served() {
    for era in Era::BOTH {
        assert_serves(era, Setup::new().start());
    }
}

#[test]
fn two_sockets_are_served_as_node_gives_them_to_its_children() {
    for era in Era::BOTH {
        let (stdin, input) = UnixStream::pair().unwrap();
        let (stdout, output) = UnixStream::pair().unwrap();
        let mut process = Setup::new().ends(OwnedFd::from(stdin), OwnedFd::from(stdout)).start();
        process.attach(Some(non_blocking(input)), Some(non_blocking(output)));
        assert_serves(era, process);
    }
}

#[test]
fn one_socket_for_both_directions_is_served() {
    for era in Era::BOTH {
        let (theirs, ours) = UnixStream::pair().unwrap();
        let also_theirs = theirs.try_clone().unwrap();
        let mut process =
            Setup::new().ends(OwnedFd::from(theirs), OwnedFd::from(also_theirs)).start();
        let reading = ours.try_clone().unwrap();
        process.attach(Some(non_blocking(ours)), Some(non_blocking(reading)));
        era.open(&mut process);
        assert_echo(&process.ask(era.echo(1)), 1);
        // Both of our ends are one socket: it is closed when both are.
        process.close_output();
        process.end();
    }
}

#[test]
fn a_socket_whose_peer_leaves_with_answers_unread_ends_the_process_well() {
    let (theirs, ours) = UnixStream::pair().unwrap();
    let also_theirs = theirs.try_clone().unwrap();
    let mut process = Setup::new().ends(OwnedFd::from(theirs), OwnedFd::from(also_theirs)).start();
    process.attach(Some(non_blocking(ours.try_clone().unwrap())), Some(non_blocking(ours)));
    process.ask(PING);
    process.send_line(PING);
    process.close_output();
    process.end();
}

#[test]
fn a_file_is_answered_into_a_file() {
    for era in Era::BOTH {
        let folder = tempfile::tempdir().unwrap();
        let [input, output] = ["input", "output"].map(|name| folder.path().join(name));
        let mut requests = Vec::new();
        if era == Era::Legacy {
            requests.extend(crate::messages::initialize_line("2025-11-25").into_bytes());
            requests.push(b'\n');
        }
        requests.extend(era.echoes(0, 500));
        fs::write(&input, requests).unwrap();
        let mut process =
            Setup::new().ends(File::open(&input).unwrap(), File::create(&output).unwrap()).start();
        let (status, _) = process.exit();
        assert!(status.success(), "{status}");
        let answers = fs::read_to_string(&output).unwrap();
        let echoes = answers.lines().filter(|line| line.contains("hello"));
        for (id, line) in echoes.enumerate() {
            assert_echo(&serde_json::from_str(line).unwrap(), id);
        }
        assert_eq!(answers.lines().count(), 500 + usize::from(era == Era::Legacy));
    }
}

#[test]
fn a_terminal_is_served_until_it_hangs_up() {
    for era in Era::BOTH {
        let (mut process, _) = on_a_terminal(false);
        era.open(&mut process);
        assert_echo(&process.ask(era.echo(1)), 1);
        process.close_output();
        process.end();
    }
}

#[test]
fn a_terminal_that_somebody_made_non_blocking_is_served() {
    let (mut process, _terminal) = on_a_terminal(true);
    for id in 0..100 {
        assert_echo(&process.ask(Era::Modern.echo(id)), id);
    }
    process.close_output();
}

#[test]
fn a_terminal_that_nobody_reads_does_not_hold_up_the_end() {
    let (mut process, _terminal) = start_on_a_terminal(Setup::new().limit("--grace", 200), false);
    process.send_until_stalled(&Era::Modern.echoes(0, 20_000));
    process.signal(Signal::TERM);
    let (status, took) = process.exit();
    assert!(status.success() && took <= Duration::from_secs(1), "{status} {took:?}");
}

#[test]
fn sockets_that_nobody_reads_do_not_hold_up_the_end() {
    let start = || {
        let (theirs, ours) = UnixStream::pair().unwrap();
        let also_theirs = theirs.try_clone().unwrap();
        let setup = Setup::new().limit("--grace", 200);
        let mut process = setup.ends(OwnedFd::from(theirs), OwnedFd::from(also_theirs)).start();
        let sending = ours.try_clone().unwrap();
        process.attach(Some(non_blocking(sending)), Some(non_blocking(ours.try_clone().unwrap())));
        process.send_until_stalled(&Era::Modern.echoes(0, 20_000));
        (process, ours)
    };
    let ends = |mut process: Process| {
        let (status, took) = process.exit();
        assert!(status.success() && took <= Duration::from_secs(1), "{status} {took:?}");
    };
    let (process, _ours) = start();
    process.signal(Signal::TERM);
    ends(process);
    // The end of what is sent, behind what is not read any more.
    let (process, ours) = start();
    ours.shutdown(Shutdown::Write).unwrap();
    ends(process);
}

/// A server whose streams are a terminal, and the terminal.
fn on_a_terminal(is_non_blocking: bool) -> (Process, OwnedFd) {
    start_on_a_terminal(Setup::new(), is_non_blocking)
}

fn start_on_a_terminal(setup: Setup, is_non_blocking: bool) -> (Process, OwnedFd) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let terminal =
        open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    // No echo and no editing: what is sent is what is read.
    let mut settings = tcgetattr(&terminal).unwrap();
    settings.make_raw();
    tcsetattr(&terminal, OptionalActions::Now, &settings).unwrap();
    ioctl_fionbio(&terminal, is_non_blocking).unwrap();
    let [stdin, stdout] = [(); 2].map(|()| terminal.try_clone().unwrap());
    let mut process = setup.ends(stdin, stdout).start();
    process.attach(Some(non_blocking(ours.try_clone().unwrap())), Some(non_blocking(ours)));
    (process, terminal)
}

#[test]
fn null_as_input_is_its_end() {
    let mut process = Setup::new().ends(Stdio::null(), Stdio::null()).start();
    assert!(process.exit().0.success());
}

#[test]
fn an_input_that_was_closed_from_the_start_is_its_end() {
    let mut process = Setup::new().start_by_shell("0<&-");
    assert!(process.exit().0.success());
    assert_eq!(process.rest(), [] as [serde_json::Value; 0]);
}

#[test]
fn an_output_that_was_closed_from_the_start_ends_nothing_else() {
    let mut process = Setup::new().start_by_shell("1>&-");
    process.close_output();
    process.send_line(PING);
    process.end();
}

#[test]
fn an_output_that_nobody_ever_read_ends_the_process() {
    let mut process = Setup::new().start();
    process.close_output();
    process.send_line(PING);
    let (status, _) = process.exit();
    assert!(status.success(), "{status}");
}

#[test]
fn a_log_that_was_closed_from_the_start_takes_nothing_from_the_answers() {
    for era in Era::BOTH {
        let mut process = Setup::new().start_by_shell("2>&-");
        era.open(&mut process);
        process.ask(era.call(1, "panic", "{}"));
        process.ask(era.call(2, "noisy", "{}"));
        assert_echo(&process.ask(era.echo(3)), 3);
        process.end();
    }
}

#[test]
fn a_log_whose_reader_left_takes_nothing_from_the_answers() {
    for era in Era::BOTH {
        let (reader, stderr) = std::io::pipe().unwrap();
        drop(reader);
        let mut process = era.start(Setup::new().stderr(stderr));
        process.ask(era.call(1, "panic", "{}"));
        // Printing fails there, and that is the tool's affair.
        process.ask(era.call(2, "noisy", "{}"));
        assert_echo(&process.ask(era.echo(3)), 3);
        process.end();
    }
}

#[test]
fn all_three_closed_from_the_start_end_the_process() {
    let mut process = Setup::new().start_by_shell("0<&- 1>&- 2>&-");
    assert!(process.exit().0.success());
}

#[test]
fn the_parents_pipe_keeps_its_flags() {
    let (stdin, mut input) = std::io::pipe().unwrap();
    let (output, stdout) = std::io::pipe().unwrap();
    let ends =
        [OwnedFd::from(stdin.try_clone().unwrap()), OwnedFd::from(stdout.try_clone().unwrap())];
    let mut process = Setup::new().ends(stdin, stdout).start();
    process.attach(None, Some(non_blocking(output)));
    input.write_all(PING.as_bytes()).unwrap();
    input.write_all(b"\n").unwrap();
    assert_eq!(process.answer()["id"], "ping");
    for end in ends {
        assert!(!fcntl_getfl(&end).unwrap().contains(OFlags::NONBLOCK));
    }
}

fn assert_serves(era: Era, mut process: Process) {
    era.open(&mut process);
    assert_echo(&process.ask(era.echo(1)), 1);
    process.send(era.echoes(2, 100));
    for id in 2..102 {
        assert_echo(&process.answer(), id);
    }
    process.end();
}
