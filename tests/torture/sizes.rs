//! Messages of every size, in any pieces, to a reader of any pace: each is answered once, in whole.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use mcp_runtime::{Limits, RawCall, Server, Tool};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy};
use proptest::{prop_oneof, proptest};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::messages::{Era, initialize_line, text};

/// What a pipe holds.
const PIPE: usize = 64 * 1024;

const MIB: usize = 1024 * 1024;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_message_is_answered_once_and_in_whole(
        messages in messages(),
        reads in paces(),
        writes in paces(),
        is_sequential in proptest::bool::weighted(0.7),
        unsent in prop_oneof![
            Just(0), Just(1), Just(PIPE), Just(512 * 1024), Just(isize::MAX.unsigned_abs()), Just(usize::MAX),
        ],
    ) {
        let input = Client::new(&messages, reads, is_sequential);
        let mut output = Reader { received: Vec::new(), paces: writes, next: 0 };
        serve(Limits::default().unsent(unsent), input, &mut output);
        assert_answered(&messages, &output.received);
    }
}

/// A message: how long its line is, and whether its call is answered at once or later.
#[derive(Debug, Clone, Copy)]
struct Message {
    bytes: usize,
    is_late: bool,
}

/// Large ones, small ones and large ones again: the buffers grow and shrink at every moment.
fn messages() -> impl Strategy<Value = Vec<Message>> {
    let message = |bytes| {
        (bytes, proptest::bool::weighted(0.1))
            .prop_map(|(bytes, is_late)| Message { bytes, is_late })
    };
    let group = (vec(message(size(15..=20)), 0..3), vec(message(size(0..=12)), 0..24))
        .prop_map(|(large, small)| [large, small].concat());
    vec(group, 1..6).prop_map(|groups| {
        let mut left = 4 * MIB;
        let mut messages = groups.concat();
        messages.retain(|message| {
            let fits = message.bytes <= left;
            left -= if fits { message.bytes } else { 0 };
            fits
        });
        messages
    })
}

/// A power of two, one less, or one more.
fn size(exponents: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = usize> {
    (exponents, 0..3_usize).prop_map(|(exponent, more)| (1 << exponent) + more - 1)
}

/// Bytes at a time; 0 is a moment in which nothing moves.
fn paces() -> impl Strategy<Value = Vec<usize>> {
    let pace =
        || prop_oneof![1 => Just(0), 2 => size(10..=20), 2 => Just(PIPE), 1 => 1..200_000_usize];
    prop_oneof![
        Just(vec![PIPE]),
        Just(vec![usize::MAX]),
        // At least one of them moves something.
        (vec(pace(), 0..6), size(12..=18)).prop_map(|(mut paces, last)| {
            paces.push(last);
            paces
        }),
    ]
}

fn serve(limits: Limits, input: Client, output: &mut Reader) {
    let echo = async |mut call: RawCall| {
        if call.arguments.remove("late").is_some() {
            tokio::task::yield_now().await;
        }
        Ok::<_, String>(call.arguments["text"].as_str().unwrap().to_owned())
    };
    let schema = json!({ "type": "object" });
    let server: Server =
        Server::new("sizes", "1.0.0").with(Tool::raw("echo", schema, echo)).limits(limits);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(server.state(()).serve(input, output)).unwrap();
}

fn assert_answered(messages: &[Message], received: &[u8]) {
    let mut times = vec![0; messages.len()];
    for line in str::from_utf8(received).unwrap().lines() {
        let answer: Value = serde_json::from_str(line).unwrap();
        let Some(id) = answer["id"].as_u64().and_then(|id| usize::try_from(id).ok()) else {
            assert_eq!(answer["id"], "initialize", "{answer}");
            continue;
        };
        assert_eq!(text(&answer), content(id, messages[id]), "{id}");
        times[id] += 1;
    }
    assert_eq!(times.iter().position(|times| *times != 1), None, "{times:?}");
}

/// The line of a message, with its newline: as long as it is to be, if it can be so short.
fn line(id: usize, message: Message) -> String {
    let late = if message.is_late { r#","late":true"# } else { "" };
    let arguments = format!(r#"{{"text":"{}"{late}}}"#, content(id, message));
    Era::Legacy.call(id, "echo", &arguments) + "\n"
}

/// Text that tells one message from another.
fn content(id: usize, message: Message) -> String {
    let letter = char::from(b'a' + u8::try_from(id % 26).unwrap());
    let around = 95 + id.to_string().len() + if message.is_late { 12 } else { 0 };
    letter.to_string().repeat(message.bytes.saturating_sub(around))
}

#[test]
fn messages_are_as_long_as_they_are_meant_to_be() {
    for (id, is_late) in [(1, false), (20, true)] {
        let message = Message { bytes: PIPE, is_late };
        assert_eq!(line(id, message).len(), PIPE);
    }
}

/// What a client writes.
struct Client {
    /// Each is written by itself.
    writes: std::vec::IntoIter<Vec<u8>>,
    write: Vec<u8>,
    sent: usize,
    paces: Vec<usize>,
    next: usize,
}

impl Client {
    /// A sequential client writes a message at a time, another one everything at once.
    fn new(messages: &[Message], paces: Vec<usize>, is_sequential: bool) -> Self {
        let mut writes = vec![(initialize_line("2025-11-25") + "\n").into_bytes()];
        for (id, message) in messages.iter().enumerate() {
            let line = line(id, *message).into_bytes();
            match writes.last_mut().filter(|_| !is_sequential) {
                Some(write) => write.extend(line),
                None => writes.push(line),
            }
        }
        Self { writes: writes.into_iter(), write: Vec::new(), sent: 0, paces, next: 0 }
    }
}

/// How much moves next.
fn pace(paces: &[usize], next: &mut usize) -> usize {
    let pace = paces[*next % paces.len()];
    *next += 1;
    pace
}

impl AsyncRead for Client {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        free: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.sent == this.write.len() {
            let Some(write) = this.writes.next() else { return Poll::Ready(Ok(())) };
            (this.write, this.sent) = (write, 0);
        }
        let size = pace(&this.paces, &mut this.next);
        if size == 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        // No more than a pipe holds, as from a real one.
        let left = &this.write[this.sent..];
        let size = size.min(PIPE).min(left.len()).min(free.remaining());
        free.put_slice(&left[..size]);
        this.sent += size;
        Poll::Ready(Ok(()))
    }
}

/// What reads the answers.
struct Reader {
    received: Vec<u8>,
    paces: Vec<usize>,
    next: usize,
}

impl AsyncWrite for Reader {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let size = pace(&this.paces, &mut this.next).min(bytes.len());
        if size == 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        this.received.extend_from_slice(&bytes[..size]);
        Poll::Ready(Ok(size))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
