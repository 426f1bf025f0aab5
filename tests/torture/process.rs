//! The server as a process: its descriptors, what it is sent, what it answers, how it ends.
//!
//! Everything is bounded in time: what does not come within [`PATIENCE`] fails the test, and
//! nothing sleeps to wait for it.

use std::fs;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use serde_json::Value;

use crate::messages::id_of;

/// Far longer than anything takes on a machine that is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server that takes nothing more for this long does so for want of room.
const STALLED: Duration = Duration::from_millis(300);

/// How a server is started.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    arguments: Vec<String>,
    ends: Option<(Stdio, Stdio)>,
    reads_stderr: bool,
    stderr: Option<Stdio>,
}

/// A running server, and our ends of its descriptors.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: Option<OwnedFd>,
    output: Option<OwnedFd>,
    stderr: Option<PipeReader>,
    received: Received,
    /// Resident memory when its peak was forgotten.
    before: usize,
}

/// What was read and not yet taken as lines.
#[derive(Debug, Default)]
struct Received {
    bytes: Vec<u8>,
    taken: usize,
    searched: usize,
    ended: bool,
}

/// What a load of requests came to.
#[derive(Debug, Default)]
pub(crate) struct Load {
    /// How often each id was answered.
    pub(crate) answers: Vec<u32>,
    /// The ids in the order of their answers.
    pub(crate) order: Vec<usize>,
    pub(crate) errors: usize,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With the tools that misbehave.
    pub(crate) fn misbehaving() -> Self {
        Self::new().argument("--misbehave")
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// One of the bounds of the connection.
    pub(crate) fn limit(self, option: &str, number: usize) -> Self {
        self.argument(option).argument(&number.to_string())
    }

    /// What the server reads from and writes to, in place of pipes.
    pub(crate) fn ends(mut self, stdin: impl Into<Stdio>, stdout: impl Into<Stdio>) -> Self {
        self.ends = Some((stdin.into(), stdout.into()));
        self
    }

    /// Where its log goes, in place of nowhere.
    pub(crate) fn stderr(mut self, stderr: impl Into<Stdio>) -> Self {
        self.stderr = Some(stderr.into());
        self
    }

    /// Keeps the log for [`Process::log`].
    pub(crate) fn with_log(mut self) -> Self {
        self.reads_stderr = true;
        self
    }

    /// Starts the server.
    pub(crate) fn start(self) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_probe-server"));
        command.args(&self.arguments);
        // A backtrace for each panic, which the environment of the tests may ask for, takes tens of
        // MiB and is longer than the log.
        command.env_remove("RUST_BACKTRACE");
        self.start_as(command)
    }

    /// Starts the server as another user, who cannot open our pipes again.
    pub(crate) fn start_as_nobody(self) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_probe-server"));
        command.args(&self.arguments).uid(65_534).gid(65_534);
        self.start_as(command)
    }

    /// Starts the server by a shell, which sets its descriptors up.
    pub(crate) fn start_by_shell(self, redirections: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec \"$0\" \"$@\" {redirections}")]);
        command.arg(env!("CARGO_BIN_EXE_probe-server")).args(&self.arguments);
        self.start_as(command)
    }

    fn start_as(self, mut command: Command) -> Process {
        let (mut input, mut output, mut log) = (None, None, None);
        match self.ends {
            Some((stdin, stdout)) => {
                command.stdin(stdin).stdout(stdout);
            }
            None => {
                let (theirs, ours) = std::io::pipe().unwrap();
                command.stdin(theirs);
                input = Some(non_blocking(ours));
                let (ours, theirs) = std::io::pipe().unwrap();
                command.stdout(theirs);
                output = Some(non_blocking(ours));
            }
        }
        command.stderr(Stdio::null());
        if self.reads_stderr {
            let (ours, theirs): (PipeReader, PipeWriter) = std::io::pipe().unwrap();
            command.stderr(theirs);
            log = Some(ours);
        }
        if let Some(stderr) = self.stderr {
            command.stderr(stderr);
        }
        let child = command.spawn().unwrap();
        Process { child, input, output, stderr: log, received: Received::default(), before: 0 }
    }
}

/// Our end of a descriptor: its flag is not shared with the other end.
pub(crate) fn non_blocking(end: impl Into<OwnedFd>) -> OwnedFd {
    let end = end.into();
    ioctl_fionbio(&end, true).unwrap();
    end
}

impl Process {
    /// Our ends, where they are no pipes that [`Setup::start`] has made.
    pub(crate) fn attach(&mut self, input: Option<OwnedFd>, output: Option<OwnedFd>) {
        self.input = input;
        self.output = output;
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends everything; fails if the server does not take it.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        let sent = self.send_for(bytes, PATIENCE);
        assert_eq!(sent, bytes.len(), "the server reads no more");
    }

    /// Sends a line.
    pub(crate) fn send_line(&mut self, line: impl AsRef<[u8]>) {
        let mut line = line.as_ref().to_vec();
        line.push(b'\n');
        self.send(line);
    }

    /// Sends until the server takes no more; how much it has taken.
    pub(crate) fn send_until_stalled(&mut self, bytes: &[u8]) -> usize {
        self.send_for(bytes, STALLED)
    }

    fn send_for(&mut self, bytes: &[u8], patience: Duration) -> usize {
        let input = self.input.as_ref().expect("the input is open");
        let mut sent = 0;
        while sent < bytes.len() {
            match rustix::io::write(input, &bytes[sent..]) {
                Ok(length) => sent += length,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if is_ready(input, PollFlags::OUT, patience) => {}
                Err(Errno::AGAIN | Errno::PIPE) => break,
                Err(error) => panic!("cannot send: {error}"),
            }
        }
        sent
    }

    /// Waits until something was answered, and leaves it unread.
    pub(crate) fn wait_for_output(&self) {
        let output = self.output.as_ref().expect("the output is open");
        assert!(is_ready(output, PollFlags::IN, PATIENCE), "no answer in {PATIENCE:?}");
    }

    /// The end of the input.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Nobody reads any more.
    pub(crate) fn close_output(&mut self) {
        self.output = None;
    }

    /// The next line.
    pub(crate) fn line(&mut self) -> Vec<u8> {
        self.try_line().expect("the output has ended")
    }

    /// The next line; `None` at the end of the output.
    pub(crate) fn try_line(&mut self) -> Option<Vec<u8>> {
        let began = Instant::now();
        loop {
            if let Some(line) = self.received.next() {
                return Some(line.to_vec());
            }
            if self.received.ended {
                assert!(self.received.is_empty(), "the last line has no end");
                return None;
            }
            let left = PATIENCE.saturating_sub(began.elapsed());
            let output = self.output.as_ref().expect("the output is open");
            assert!(is_ready(output, PollFlags::IN, left), "no answer in {PATIENCE:?}");
            self.received.read(output);
        }
    }

    /// The next answer.
    pub(crate) fn answer(&mut self) -> Value {
        let line = self.line();
        serde_json::from_slice(&line)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&line)))
    }

    /// Sends a request and gives the next answer.
    pub(crate) fn ask(&mut self, line: impl AsRef<[u8]>) -> Value {
        self.send_line(line);
        self.answer()
    }

    /// Fails if anything was answered that was not taken yet; the server is alive after it.
    pub(crate) fn assert_silent(&mut self) {
        let answer = self.ask(r#"{"jsonrpc":"2.0","id":"silent","method":"ping"}"#);
        assert_eq!(answer["id"], "silent", "{answer}");
    }

    /// All that is still written, up to the end of the output.
    pub(crate) fn rest(&mut self) -> Vec<Value> {
        let mut rest = Vec::new();
        while let Some(line) = self.try_line() {
            rest.push(serde_json::from_slice(&line).unwrap());
        }
        rest
    }

    /// Sends while it reads, until so many answers have come. Ids must be the numbers from 0 on.
    pub(crate) fn exchange(&mut self, bytes: &[u8], answers: usize) -> Load {
        let mut load = Load { answers: vec![0; answers], ..Load::default() };
        let mut sent = 0;
        loop {
            while let Some(line) = self.received.next() {
                load.errors +=
                    usize::from(line.windows(8).take(64).any(|part| part == b"\"error\":"));
                let id = id_of(line).and_then(|id| id.parse::<usize>().ok());
                let Some(id) = id.filter(|id| *id < answers) else {
                    panic!("no answer to us: {}", String::from_utf8_lossy(line));
                };
                load.answers[id] += 1;
                load.order.push(id);
            }
            if load.order.len() >= answers && sent == bytes.len() {
                return load;
            }
            self.wait_and_move(bytes, &mut sent);
        }
    }

    /// Sends while it reads, until a line has come that begins like each of these; when they came.
    pub(crate) fn exchange_until<const N: usize>(
        &mut self,
        bytes: &[u8],
        starts: [&[u8]; N],
    ) -> [Instant; N] {
        let mut sent = 0;
        let mut came = [None; N];
        loop {
            while let Some(line) = self.received.next() {
                for (came, start) in came.iter_mut().zip(starts) {
                    if line.starts_with(start) {
                        *came = Some(Instant::now());
                    }
                }
                if came.iter().all(Option::is_some) {
                    return came.map(|came| came.expect("all have come"));
                }
            }
            self.wait_and_move(bytes, &mut sent);
        }
    }

    /// Waits until something can be sent or read, and does it.
    fn wait_and_move(&mut self, bytes: &[u8], sent: &mut usize) {
        let (input, output) = (self.input.as_ref(), self.output.as_ref());
        let output = output.expect("the output is open");
        let mut wanted = vec![PollFd::new(output, PollFlags::IN)];
        if *sent < bytes.len() {
            wanted.push(PollFd::new(input.expect("the input is open"), PollFlags::OUT));
        }
        let ready = poll(&mut wanted, Some(&timespec(PATIENCE))).unwrap();
        assert!(ready > 0, "neither read nor answered in {PATIENCE:?}");
        let [reads, writes] = [0, 1]
            .map(|at: usize| wanted.get(at).is_some_and(|wanted| !wanted.revents().is_empty()));
        if reads {
            self.received.read(output);
            assert!(!self.received.ended, "the output has ended");
        }
        if writes {
            match rustix::io::write(input.expect("it was polled"), &bytes[*sent..]) {
                Ok(length) => *sent += length,
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => panic!("cannot send: {error}"),
            }
        }
    }

    /// Asks the process to end.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until the process has ended; its status, and how long that took.
    pub(crate) fn exit(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let ended = pidfd_open(self.pid(), PidfdFlags::empty()).unwrap();
        assert!(is_ready(&ended, PollFlags::IN, PATIENCE), "still alive after {PATIENCE:?}");
        (self.child.wait().unwrap(), began.elapsed())
    }

    /// Ends the input and waits until the process has ended well.
    pub(crate) fn end(mut self) {
        self.close_input();
        let (status, _) = self.exit();
        assert!(status.success(), "{status}");
    }

    /// Everything that was logged, when the process has ended.
    pub(crate) fn log(&mut self) -> String {
        let mut log = String::new();
        self.stderr.take().expect("the log is kept").read_to_string(&mut log).unwrap();
        log
    }

    /// Resident memory in bytes; not the pages of the program file, which come as they are used.
    pub(crate) fn memory(&self) -> usize {
        self.status("RssAnon:")
    }

    /// By how much resident memory grew at most since [`forget_peak`](Self::forget_peak), in bytes.
    pub(crate) fn peak_memory(&self) -> usize {
        self.status("VmHWM:").saturating_sub(self.before)
    }

    pub(crate) fn forget_peak(&mut self) {
        let mut file = fs::File::options()
            .write(true)
            .open(format!("/proc/{}/clear_refs", self.id()))
            .unwrap();
        file.write_all(b"5").unwrap();
        self.before = self.status("VmRSS:");
    }

    fn status(&self, name: &str) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind; after one that did not, there is nothing.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

impl Received {
    fn next(&mut self) -> Option<&[u8]> {
        let newline = memchr::memchr(b'\n', &self.bytes[self.searched..]);
        let Some(at) = newline.map(|at| self.searched + at) else {
            self.searched = self.bytes.len();
            return None;
        };
        let start = std::mem::replace(&mut self.taken, at + 1);
        self.searched = at + 1;
        Some(&self.bytes[start..at])
    }

    fn is_empty(&self) -> bool {
        self.taken == self.bytes.len()
    }

    fn read(&mut self, output: &OwnedFd) {
        self.bytes.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        let filled = self.bytes.len();
        self.bytes.resize(filled + 64 * 1024, 0);
        let read = match rustix::io::read(output, &mut self.bytes[filled..]) {
            Ok(length) => {
                self.ended = length == 0;
                length
            }
            // A terminal whose other side is closed, a socket that was.
            Err(Errno::IO | Errno::CONNRESET) => {
                self.ended = true;
                0
            }
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(error) => panic!("cannot read: {error}"),
        };
        self.bytes.truncate(filled + read);
    }
}

impl Load {
    /// Fails unless every request was answered, each once.
    pub(crate) fn assert_each_once(&self) {
        let wrong = self.answers.iter().position(|times| *times != 1);
        assert_eq!(wrong.map(|id| (id, self.answers[id])), None);
    }
}

/// Whether a descriptor is ready within a time.
pub(crate) fn is_ready(descriptor: impl AsFd, readiness: PollFlags, patience: Duration) -> bool {
    loop {
        match poll(&mut [PollFd::new(&descriptor, readiness)], Some(&timespec(patience))) {
            Ok(ready) => return ready > 0,
            Err(Errno::INTR) => {}
            Err(error) => panic!("cannot wait: {error}"),
        }
    }
}

fn timespec(time: Duration) -> Timespec {
    Timespec::try_from(time).unwrap()
}
