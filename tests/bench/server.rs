//! A server as a process: starting it, talking to it over its pipes, and what the kernel knows of
//! it.

use std::error::Error;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use memchr::memchr;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;

use crate::figures::Kind;
use crate::messages::{Era, Pattern, Request};
use crate::peers::rmcp_server;

pub(crate) type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// What one pipe holds.
const PIPE: usize = 64 * 1024;

/// Where the programs of the servers are that are not built with this one.
#[derive(Debug)]
pub(crate) struct Programs {
    rmcp: PathBuf,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// `None` once it is closed. Does not block.
    input: Option<ChildStdin>,
    /// Blocks.
    output: ChildStdout,
    out: Vec<u8>,
    sent: usize,
    buffer: Vec<u8>,
    filled: usize,
    /// Up to here there is no newline.
    searched: usize,
    next_id: u64,
}

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    Time(Duration),
    Calls(usize),
}

/// What a load was.
#[derive(Debug, Default)]
pub(crate) struct Load {
    pub(crate) calls: usize,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// Of each call, if one was in flight at a time.
    pub(crate) round_trips: Vec<Duration>,
}

/// What `/proc` tells about a process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Status {
    pub(crate) resident_kib: u64,
    pub(crate) peak_kib: u64,
    pub(crate) threads: u64,
}

impl Programs {
    /// Finds the programs; the one on the SDK is built.
    pub(crate) fn find() -> Result<Self> {
        Ok(Self { rmcp: rmcp_server()? })
    }

    fn command(&self, kind: Kind, many: usize) -> Command {
        let mut command = Command::new(match kind {
            Kind::Ours => Path::new(env!("CARGO_BIN_EXE_probe-server")),
            Kind::Floor => Path::new(env!("CARGO_BIN_EXE_floor-server")),
            Kind::Documented | Kind::Best => &self.rmcp,
        });
        command.args(["--many", &many.to_string()]);
        if kind == Kind::Best {
            command.arg("--best");
        }
        command
    }

    /// Starts a server with so many tools and opens a connection of this era; also how long it took
    /// from the start to the first answer.
    pub(crate) fn start(&self, kind: Kind, many: usize, era: Era) -> Result<(Server, Duration)> {
        Server::start(self.command(kind, many), era)
    }
}

impl Server {
    fn start(mut command: Command, era: Era) -> Result<(Self, Duration)> {
        let started = Instant::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = child.stdout.take().ok_or("no output")?;
        // The flag is our end's alone: the two ends of a pipe do not share it.
        ioctl_fionbio(&input, true)?;
        let mut server = Self {
            child,
            input: Some(input),
            output,
            out: Vec::new(),
            sent: 0,
            buffer: vec![0; PIPE],
            filled: 0,
            searched: 0,
            next_id: 0,
        };
        let opening = era.opening();
        opening.write_marked(&mut server.out);
        let answer = server.answer()?;
        let took = started.elapsed();
        opening.pattern(&answer)?;
        server.out.extend_from_slice(era.opened().as_bytes());
        Ok((server, took))
    }

    /// Sends the request once and learns what its answer looks like.
    fn learn(&mut self, request: &Request) -> Result<Pattern> {
        request.write_marked(&mut self.out);
        let answer = self.answer()?;
        Ok(request.pattern(&answer)?)
    }

    /// Sends a request again and again, with up to `in_flight` unanswered at a time.
    ///
    /// # Errors
    /// If the server ends, or answers anything but what it should, each request once.
    pub(crate) fn load(
        &mut self,
        request: &Request,
        in_flight: usize,
        until: Until,
    ) -> Result<Load> {
        let pattern = self.learn(request)?;
        let mut load = Load::default();
        let mut answered = Answered::new(self.next_id);
        let cpu = self.cpu()?;
        let started = Instant::now();
        let mut last = started;
        let mut is_over = false;
        loop {
            while !is_over && answered.open < in_flight {
                request.write(self.next_id, &mut self.out);
                self.next_id += 1;
                answered.open += 1;
                load.calls += 1;
                is_over = matches!(until, Until::Calls(calls) if load.calls == calls);
            }
            if answered.open == 0 {
                break;
            }
            self.exchange()?;
            self.take_answers(&pattern, &mut answered)?;
            let now = Instant::now();
            if in_flight == 1 && answered.open == 0 {
                load.round_trips.push(now - last);
                last = now;
            }
            is_over |= matches!(until, Until::Time(time) if now - started >= time);
        }
        load.wall = started.elapsed();
        load.cpu = self.cpu()?.saturating_sub(cpu);
        Ok(load)
    }

    /// Sends up to `calls` requests and reads nothing, until the server has taken nothing for
    /// `patience`; how many it was sent, whole lines only.
    pub(crate) fn flood(
        &mut self,
        request: &Request,
        calls: usize,
        patience: Duration,
    ) -> Result<Flood> {
        let pattern = self.learn(request)?;
        let first = self.next_id;
        let input = self.input.as_ref().ok_or("closed")?;
        let mut line = Vec::new();
        let mut sent = 0;
        'calls: while sent < calls {
            line.clear();
            request.write(self.next_id, &mut line);
            let mut rest = line.as_slice();
            while !rest.is_empty() {
                match (&*input).write(rest) {
                    Ok(written) => rest = &rest[written..],
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        let mut fds = [PollFd::new(input, PollFlags::OUT)];
                        if poll(&mut fds, Some(&Timespec::try_from(patience)?))? == 0 {
                            // The rest of a line that was begun goes out as the answers are read.
                            if rest.len() < line.len() {
                                self.out.extend_from_slice(rest);
                                self.next_id += 1;
                                sent += 1;
                            }
                            break 'calls;
                        }
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            self.next_id += 1;
            sent += 1;
        }
        Ok(Flood { pattern, first, sent })
    }

    /// Reads the answers to a flood, each once.
    pub(crate) fn drain(&mut self, flood: &Flood) -> Result<()> {
        let mut answered = Answered::new(flood.first);
        answered.open = flood.sent;
        while answered.open > 0 {
            self.exchange()?;
            self.take_answers(&flood.pattern, &mut answered)?;
        }
        Ok(())
    }

    /// Ends the input and waits for the process; how long that took.
    ///
    /// # Errors
    /// If the process fails, or says something at the end.
    pub(crate) fn finish(mut self) -> Result<Duration> {
        while self.sent < self.out.len() {
            self.write()?;
        }
        let started = Instant::now();
        self.input = None;
        let status = self.child.wait()?;
        let took = started.elapsed();
        let mut rest = Vec::new();
        self.output.read_to_end(&mut rest)?;
        if !status.success() || !rest.is_empty() {
            return Err(format!("ended with {status} and {} more bytes", rest.len()).into());
        }
        Ok(took)
    }

    /// The processor time of all threads that are alive, in nanoseconds from the scheduler.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between the two.
            if let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) {
                sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
            }
        }
        Ok(Duration::from_nanos(sum))
    }

    pub(crate) fn status(&self) -> Result<Status> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let number = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key))?;
            line.split_ascii_whitespace().next()?.parse().ok()
        };
        let status = || {
            Some(Status {
                resident_kib: number("VmRSS:")?,
                peak_kib: number("VmHWM:")?,
                threads: number("Threads:")?,
            })
        };
        status().ok_or_else(|| "the status of the process cannot be read".into())
    }

    /// One answer, whatever it is.
    fn answer(&mut self) -> Result<Vec<u8>> {
        loop {
            self.exchange()?;
            if let Some(length) = memchr(b'\n', &self.buffer[self.searched..self.filled]) {
                let end = self.searched + length;
                let answer = self.buffer[..end].to_vec();
                self.take_to(end + 1);
                return Ok(answer);
            }
            self.searched = self.filled;
        }
    }

    fn take_answers(&mut self, pattern: &Pattern, answered: &mut Answered) -> Result<()> {
        let mut start = 0;
        while let Some(length) = memchr(b'\n', &self.buffer[self.searched..self.filled]) {
            let end = self.searched + length;
            answered.tick(pattern.id(&self.buffer[start..end])?)?;
            start = end + 1;
            self.searched = start;
        }
        self.take_to(start);
        self.searched = self.filled;
        Ok(())
    }

    fn take_to(&mut self, start: usize) {
        self.buffer.copy_within(start..self.filled, 0);
        self.filled -= start;
        self.searched = 0;
    }

    /// Writes what there is to write, then reads once; reads earlier if the server takes no more.
    fn exchange(&mut self) -> Result<()> {
        while self.sent < self.out.len() {
            if self.write()? {
                break;
            }
        }
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let read = self.output.read(&mut self.buffer[self.filled..])?;
        if read == 0 {
            return Err("the server closed its output".into());
        }
        self.filled += read;
        Ok(())
    }

    /// Writes once; true if there is something to be read first.
    fn write(&mut self) -> Result<bool> {
        let input = self.input.as_mut().ok_or("closed")?;
        match input.write(&self.out[self.sent..]) {
            Ok(written) => self.sent += written,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut fds = [
                    PollFd::new(&*input, PollFlags::OUT),
                    PollFd::new(&self.output, PollFlags::IN),
                ];
                poll(&mut fds, None)?;
                return Ok(!fds[1].revents().is_empty());
            }
            Err(error) => return Err(error.into()),
        }
        if self.sent == self.out.len() {
            self.out.clear();
            self.sent = 0;
        }
        Ok(false)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only after a failure is it still there, and then nothing more can be done about it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Requests that nobody reads the answers of.
#[derive(Debug)]
pub(crate) struct Flood {
    pattern: Pattern,
    first: u64,
    pub(crate) sent: usize,
}

/// Which requests are answered, from an id on.
#[derive(Debug)]
struct Answered {
    first: u64,
    ticked: Vec<bool>,
    /// How many are not.
    open: usize,
}

impl Answered {
    fn new(first: u64) -> Self {
        Self { first, ticked: Vec::new(), open: 0 }
    }

    fn tick(&mut self, id: u64) -> Result<()> {
        let at = id.checked_sub(self.first).ok_or("an answer to an old request")?;
        let at = usize::try_from(at)?;
        if at >= self.ticked.len() {
            self.ticked.resize((at + 1).next_power_of_two(), false);
        }
        if self.open == 0 || std::mem::replace(&mut self.ticked[at], true) {
            return Err(format!("a second answer to request {id}").into());
        }
        self.open -= 1;
        Ok(())
    }
}
