//! The load: one thread, raw sockets, one request at a time on each connection, and every answer
//! checked.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use crate::messages::{Answer, FIRST_ID, Pattern, Request, Session};
use crate::process::{Result, Server};

/// Longer than most answers.
const BUFFER: usize = 16 * 1024;

/// How long a server may be silent before it is taken for dead.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections that are kept.
pub(crate) struct Driver<'a> {
    server: &'a Server,
    epoll: OwnedFd,
    connections: Vec<Connection>,
    next_id: u64,
}

struct Connection {
    stream: TcpStream,
    /// The request, and how much of it is sent.
    out: Vec<u8>,
    sent: usize,
    /// Whether the kernel takes no more of it at the moment.
    is_full: bool,
    buffer: Vec<u8>,
    filled: usize,
    /// Of the request that is not answered.
    id: u64,
    started: Instant,
}

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    Time(Duration),
    /// Every connection sends so many requests.
    Each(usize),
}

/// What a load was.
#[derive(Debug, Default)]
pub(crate) struct Load {
    pub(crate) calls: usize,
    pub(crate) wall: Duration,
    /// Of the server.
    pub(crate) cpu: Duration,
    /// Of this thread: while it has none to spare, the server is not what is measured.
    pub(crate) driver: Duration,
    /// From a request to its answer.
    pub(crate) times: Vec<Duration>,
}

impl<'a> Driver<'a> {
    /// Opens so many connections.
    pub(crate) fn open(server: &'a Server, connections: usize) -> Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let open = |at| {
            let connection = Connection::open(server.address)?;
            epoll::add(&epoll, &connection.stream, EventData::new_u64(at), EventFlags::IN)?;
            Ok(connection)
        };
        let connections = (0..connections as u64).map(open).collect::<Result<_>>()?;
        Ok(Self { server, epoll, connections, next_id: FIRST_ID })
    }

    /// Sends a request again and again on every connection.
    ///
    /// # Errors
    /// If the server ends, or answers anything but what it should.
    pub(crate) fn run(&mut self, request: &Request, until: Until) -> Result<Load> {
        let pattern = self.learn(request)?;
        let mut load = Load::default();
        let (cpu, driver) = (self.server.cpu()?, own_cpu());
        let started = Instant::now();
        let each = match until {
            Until::Time(_) => usize::MAX,
            Until::Each(calls) => calls,
        };
        let all = each.saturating_mul(self.connections.len());
        let mut open = self.connections.len();
        for at in 0..open {
            self.send(at, request)?;
        }
        load.calls = open;
        let mut events = Vec::with_capacity(self.connections.len().max(64));
        let mut is_over = load.calls == all;
        while open > 0 {
            events.clear();
            let patience = PATIENCE.try_into()?;
            if epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&patience))? == 0 {
                return Err("the server answers nothing".into());
            }
            for event in &events {
                let at = usize::try_from(event.data.u64())?;
                let connection = &mut self.connections[at];
                if connection.is_full {
                    self.flush(at)?;
                    continue;
                }
                let id = connection.id;
                let Some(answer) = connection.receive()? else { continue };
                pattern.check(id, answer)?;
                let length = answer.len();
                connection.take(length)?;
                load.times.push(connection.started.elapsed());
                if let Until::Time(time) = until {
                    is_over = is_over || started.elapsed() >= time;
                }
                if is_over {
                    open -= 1;
                } else {
                    self.send(at, request)?;
                    load.calls += 1;
                    is_over = load.calls == all;
                }
            }
        }
        load.wall = started.elapsed();
        load.driver = own_cpu().saturating_sub(driver);
        load.cpu = self.server.cpu()?.saturating_sub(cpu);
        Ok(load)
    }

    /// Sends the request once and learns what its answer looks like.
    fn learn(&mut self, request: &Request) -> Result<Pattern> {
        let id = self.next_id;
        self.next_id += 1;
        let mut connection = Connection::open(self.server.address)?;
        connection.stream.set_nonblocking(false)?;
        connection.stream.set_read_timeout(Some(PATIENCE))?;
        request.write(id, &mut connection.out);
        connection.stream.write_all(&connection.out)?;
        loop {
            if let Some(answer) = connection.receive()? {
                return Ok(request.pattern(id, answer)?);
            }
        }
    }

    fn send(&mut self, at: usize, request: &Request) -> Result<()> {
        let connection = &mut self.connections[at];
        connection.id = self.next_id;
        self.next_id += 1;
        request.write(connection.id, &mut connection.out);
        connection.sent = 0;
        connection.started = Instant::now();
        self.flush(at)
    }

    /// Sends what the kernel takes; the rest when it takes more.
    fn flush(&mut self, at: usize) -> Result<()> {
        let connection = &mut self.connections[at];
        let was_full = connection.is_full;
        connection.is_full = false;
        while connection.sent < connection.out.len() {
            match connection.stream.write(&connection.out[connection.sent..]) {
                Ok(sent) => connection.sent += sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    connection.is_full = true;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        if connection.is_full != was_full {
            let wanted = if was_full { EventFlags::IN } else { EventFlags::OUT };
            let data = EventData::new_u64(at as u64);
            epoll::modify(&self.epoll, &connection.stream, data, wanted)?;
        }
        Ok(())
    }
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            out: Vec::new(),
            sent: 0,
            is_full: false,
            buffer: vec![0; BUFFER],
            filled: 0,
            id: 0,
            started: Instant::now(),
        })
    }

    /// Reads once; the answer, once all of it is there.
    fn receive(&mut self) -> Result<Option<Answer<'_>>> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 4, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..])? {
            0 => Err("the server closed the connection".into()),
            read => {
                self.filled += read;
                Ok(Answer::read(&self.buffer[..self.filled])?)
            }
        }
    }

    /// Forgets an answer; nothing may follow it.
    fn take(&mut self, length: usize) -> Result<()> {
        if length < self.filled {
            return Err("more than one answer to one request".into());
        }
        self.filled = 0;
        Ok(())
    }
}

/// Opens a session, by requests on a connection of its own.
///
/// # Errors
/// If the server does not open one.
pub(crate) fn session(server: &Server) -> Result<Session> {
    let mut connection = Connection::open(server.address)?;
    connection.stream.set_nonblocking(false)?;
    connection.stream.set_read_timeout(Some(PATIENCE))?;
    let request = Request::initialize();
    request.write(FIRST_ID, &mut connection.out);
    connection.stream.write_all(&connection.out)?;
    let session = loop {
        if let Some(answer) = connection.receive()? {
            request.pattern(FIRST_ID, answer)?;
            break Session::opened(answer)?;
        }
    };
    connection.filled = 0;
    connection.stream.write_all(&session.initialized())?;
    let read = connection.stream.read(&mut connection.buffer)?;
    let answer = &connection.buffer[..read];
    if !answer.starts_with(b"HTTP/1.1 202 ") {
        return Err(format!("unexpected answer: {}", String::from_utf8_lossy(answer)).into());
    }
    Ok(session)
}

/// Opens the stream of a session, which goes on.
///
/// # Errors
/// If it is none.
pub(crate) fn stream(server: &Server, session: &Session) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(server.address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&session.get())?;
    let mut buffer = vec![0; BUFFER];
    let read = stream.read(&mut buffer)?;
    if !buffer.starts_with(b"HTTP/1.1 200 OK\r\n") {
        return Err(format!("no stream: {}", String::from_utf8_lossy(&buffer[..read])).into());
    }
    Ok(stream)
}

/// A connection for each request.
///
/// # Errors
/// As those of [`Driver::run`].
pub(crate) fn connections(server: &Server, request: &Request, calls: usize) -> Result<Load> {
    let mut load = Load { calls, ..Load::default() };
    let (mut out, mut answer) = (Vec::new(), Vec::with_capacity(BUFFER));
    let mut pattern = None;
    let (mut cpu, mut driver, mut started) = (server.cpu()?, own_cpu(), Instant::now());
    for id in FIRST_ID..=FIRST_ID + calls as u64 {
        request.write(id, &mut out);
        answer.clear();
        let sent = Instant::now();
        let mut stream = TcpStream::connect(server.address)?;
        stream.set_nodelay(true)?;
        stream.write_all(&out)?;
        stream.read_to_end(&mut answer)?;
        let answer = Answer::read(&answer)?.ok_or("the answer is cut off")?;
        match &pattern {
            // The first call is not measured.
            None => {
                pattern = Some(request.pattern(id, answer)?);
                (cpu, driver, started) = (server.cpu()?, own_cpu(), Instant::now());
            }
            Some(pattern) => {
                pattern.check(id, answer)?;
                load.times.push(sent.elapsed());
            }
        }
    }
    load.wall = started.elapsed();
    load.driver = own_cpu().saturating_sub(driver);
    load.cpu = server.cpu()?.saturating_sub(cpu);
    Ok(load)
}

/// Calls with progress, one after the other on one connection: how long until the first event, and
/// in [`Load::wall`] until the end of them all.
///
/// # Errors
/// As those of [`Driver::run`].
pub(crate) fn streams(server: &Server, request: &Request, calls: usize) -> Result<Load> {
    let mut stream = TcpStream::connect(server.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut load = Load { calls, ..Load::default() };
    let mut out = Vec::new();
    let mut buffer = vec![0; BUFFER];
    let (cpu, driver, started) = (server.cpu()?, own_cpu(), Instant::now());
    for id in FIRST_ID..FIRST_ID + calls as u64 {
        request.write(id, &mut out);
        let sent = Instant::now();
        stream.write_all(&out)?;
        let (mut filled, mut first) = (0, None);
        while !buffer[..filled].ends_with(b"\r\n0\r\n\r\n") {
            let read = stream.read(&mut buffer[filled..])?;
            if read == 0 {
                return Err("the server closed the connection".into());
            }
            filled += read;
            if first.is_none() && memchr::memmem::find(&buffer[..filled], b"data: {").is_some() {
                first = Some(sent.elapsed());
            }
        }
        check_events(&buffer[..filled], request, id)?;
        load.times.push(first.ok_or("a stream without an event")?);
    }
    load.wall = started.elapsed();
    load.driver = own_cpu().saturating_sub(driver);
    load.cpu = server.cpu()?.saturating_sub(cpu);
    Ok(load)
}

/// Progress, and then the answer.
fn check_events(stream: &[u8], request: &Request, id: u64) -> Result<()> {
    let text = str::from_utf8(stream)?;
    let events = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let messages = events.filter(|event| event.starts_with('{')).map(serde_json::from_str);
    let messages: Vec<Value> = messages.collect::<Result<_, _>>()?;
    let is_right = text.starts_with("HTTP/1.1 200 OK\r\n")
        && messages.split_last().is_some_and(|(answer, said)| {
            let numbers: Vec<f64> =
                said.iter().filter_map(|said| said["params"]["progress"].as_f64()).collect();
            // A server may leave out steps that follow each other quickly, but not the last one.
            request.is_answer(id, answer)
                && said.iter().all(|said| said["method"] == "notifications/progress")
                && numbers.len() == said.len()
                && numbers.first() == Some(&1.0)
                && numbers.is_sorted_by(|one, next| one < next)
                && numbers.last().copied() == said[0]["params"]["total"].as_f64()
        });
    if is_right { Ok(()) } else { Err(format!("unexpected events: {text}").into()) }
}

/// Sends a request and does not wait for its answer, which the second function reads.
pub(crate) fn begin(server: &Server, request: &Request) -> io::Result<TcpStream> {
    let mut out = Vec::new();
    request.write(FIRST_ID, &mut out);
    let mut stream = TcpStream::connect(server.address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&out)?;
    Ok(stream)
}

/// Reads the answer to what was begun.
pub(crate) fn finish(mut stream: TcpStream, request: &Request) -> Result<()> {
    let mut buffer = vec![0; BUFFER];
    let read = stream.read(&mut buffer)?;
    let answer = Answer::read(&buffer[..read])?.ok_or("the answer is cut off")?;
    request.pattern(FIRST_ID, answer)?;
    Ok(())
}

/// The processor time of this thread.
fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
