//! A client over a raw socket: it sends any bytes, and reads answers strictly.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use serde_json::Value;

use crate::process::PATIENCE;
use crate::request::Request;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// The head of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    Comment,
    Data(Value),
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    pub(crate) fn socket(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// Nothing more is sent; answers are still read.
    pub(crate) fn close_output(&self) {
        self.socket().shutdown(Shutdown::Write).unwrap();
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, request: &Request) -> Answer {
        self.send(request.bytes());
        self.answer(request.is_head())
    }

    /// The result of a request that is answered with JSON.
    pub(crate) fn result(&mut self, request: &Request) -> Value {
        let answer = self.ask(request);
        assert_eq!(answer.head.status, 200, "{answer:?}");
        answer.json()["result"].clone()
    }

    /// The next answer.
    pub(crate) fn answer(&mut self, is_head: bool) -> Answer {
        let head = self.head().expect("the connection was closed without an answer");
        let body = if is_head { Vec::new() } else { self.body(&head) };
        Answer { head, body }
    }

    /// The head of the next answer; `None` if the connection was closed instead.
    pub(crate) fn head(&mut self) -> Option<Head> {
        let first = self.line()?;
        let status = first.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("{first:?}"));
        let status = status[..3].parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line().expect("a head that ends");
            if line.is_empty() {
                return Some(Head { status, headers });
            }
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line:?}"));
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    fn body(&mut self, head: &Head) -> Vec<u8> {
        if matches!(head.status, 100..200 | 204) {
            return Vec::new();
        }
        if let Some(length) = head.header("content-length") {
            let mut body = vec![0; length.parse().unwrap()];
            self.stream.read_exact(&mut body).unwrap();
            return body;
        }
        assert_eq!(head.header("transfer-encoding"), Some("chunked"), "{head:?}");
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk() {
            body.extend(chunk);
        }
        body
    }

    /// The next piece of a body; `None` at its end.
    pub(crate) fn chunk(&mut self) -> Option<Vec<u8>> {
        let line = self.line().expect("a body that ends");
        let length = usize::from_str_radix(&line, 16).unwrap_or_else(|_| panic!("{line:?}"));
        let mut chunk = vec![0; length + 2];
        self.stream.read_exact(&mut chunk).unwrap();
        assert!(chunk.ends_with(b"\r\n"), "a chunk ends with a line break");
        chunk.truncate(length);
        (length > 0).then_some(chunk)
    }

    /// A line without its end; `None` at the end of the stream.
    fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).unwrap();
        if line.is_empty() {
            return None;
        }
        assert!(line.ends_with(b"\r\n"), "cut off: {:?}", String::from_utf8_lossy(&line));
        line.truncate(line.len() - 2);
        Some(String::from_utf8(line).unwrap())
    }

    /// Whether the connection is closed, and nothing comes before.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(length) => length == 0,
            Err(error) => is_reset(&error),
        }
    }

    /// Reads to the end; how many bytes came.
    pub(crate) fn drain(&mut self) -> usize {
        let mut piece = vec![0; 64 * 1024];
        let mut all = 0;
        loop {
            match self.stream.read(&mut piece) {
                Ok(0) => return all,
                Ok(length) => all += length,
                Err(error) => {
                    assert!(is_reset(&error), "{error}");
                    return all;
                }
            }
        }
    }
}

/// A reset is one way to be closed.
fn is_reset(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

impl Head {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "`{name}` is sent twice");
        value
    }

    pub(crate) fn is_stream(&self) -> bool {
        self.header("content-type") == Some("text/event-stream")
    }
}

impl Answer {
    /// The body as one line of JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.head.header("content-type"), Some("application/json"), "{self:?}");
        assert!(!self.body.contains(&b'\n'), "{self:?}");
        mcp_tests::json::parse(str::from_utf8(&self.body).unwrap()).unwrap()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        assert!(self.head.is_stream(), "{self:?}");
        events(&self.body)
    }
}

/// The events in a piece of a stream that ends with one.
pub(crate) fn events(bytes: &[u8]) -> Vec<Event> {
    let text = str::from_utf8(bytes).unwrap();
    let pieces = text.strip_suffix("\n\n").unwrap_or_else(|| panic!("cut off: {text:?}"));
    let event = |piece: &str| match piece.strip_prefix("data: ") {
        Some(data) => Event::Data(mcp_tests::json::parse(data).unwrap()),
        None if piece == ":" => Event::Comment,
        None => panic!("no event: {piece:?}"),
    };
    pieces.split("\n\n").map(event).collect()
}
