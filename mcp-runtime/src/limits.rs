//! What one connection may take: the bounds that keep a server up whatever its peer does.

use std::time::Duration;

/// The longest line that can be allowed, in bytes: places in a line are kept as 32 bits.
const LONGEST_LINE: usize = 1 << 30;

/// The bounds of one connection, all of them on by default.
///
/// | bound | default | beyond it |
/// |---|---|---|
/// | [`line`](Self::line) | 16 MiB | the line is answered with an error and dropped |
/// | [`in_flight`](Self::in_flight) | 1024 calls | further calls wait |
/// | [`waiting`](Self::waiting) | 1 MiB | a call that would wait is answered with -32603, "busy" |
/// | [`unsent`](Self::unsent) | 512 KiB | nothing more is begun until the client reads |
/// | [`result`](Self::result) | 16 MiB | the result is replaced by an error with advice |
/// | [`grace`](Self::grace) | 2 seconds | calls that still run at the end are dropped |
/// | [`body`](Self::body) | 4 MiB | over HTTP: the request is answered with 413 |
/// | [`connections`](Self::connections) | 4096 | over HTTP: further ones wait to be taken |
/// | [`calls`](Self::calls) | 4096 | over HTTP: a further one is answered with 503 |
/// | [`drain`](Self::drain) | 10 seconds | over HTTP: calls that still run are answered with 503 |
/// | [`answer`](Self::answer) | 10 minutes | a question that nobody answers is cancelled |
/// | [`listeners`](Self::listeners) | 10,000 | a further subscription is refused with -32603, "busy" |
///
/// One subscription names at most 1024 resources, whose URIs have at most 64 KiB together, and one
/// connection over the standard streams has at most 64 subscriptions at the same time. These bounds
/// are fixed: they are far beyond what a client shows to a person.
///
/// Nesting is bounded too, at 128 levels, and that bound is fixed: values are read by recursion,
/// `serde_json` stops at the same depth, and no honest message comes near it.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use mcp_runtime::{Limits, Server};
///
/// let limits = Limits::default().in_flight(64).grace(Duration::from_secs(10));
/// let server: Server<()> = Server::new("busy", "1.0.0").limits(limits);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "limits do nothing until a server is given them"]
pub struct Limits {
    pub(crate) line: usize,
    pub(crate) in_flight: usize,
    pub(crate) waiting: usize,
    pub(crate) unsent: usize,
    pub(crate) result: usize,
    pub(crate) grace: Duration,
    pub(crate) body: usize,
    pub(crate) connections: usize,
    pub(crate) calls: usize,
    pub(crate) drain: Duration,
    pub(crate) answer: Duration,
    pub(crate) listeners: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 16 * 1024 * 1024,
            in_flight: 1024,
            waiting: 1024 * 1024,
            unsent: 512 * 1024,
            result: 16 * 1024 * 1024,
            grace: Duration::from_secs(2),
            body: 4 * 1024 * 1024,
            connections: 4096,
            calls: 4096,
            drain: Duration::from_secs(10),
            answer: Duration::from_secs(10 * 60),
            listeners: 10_000,
        }
    }
}

impl Limits {
    /// Resources that one subscription may name.
    pub(crate) const URIS: usize = 1024;

    /// Bytes of their URIs.
    pub(crate) const URI_BYTES: usize = 64 * 1024;

    /// Subscriptions of one stream at the same time.
    pub(crate) const SUBSCRIPTIONS: usize = 64;

    /// The longest line that is read, in bytes and without its newline; 16 MiB by default, 1 GiB at
    /// most.
    ///
    /// A file of 12 MB fits as base64, and a peer that never ends its line costs no more memory
    /// than this. A longer line is answered with -32600 and dropped; the next one is served.
    ///
    /// Reading and checking one message takes up to eight times its size on top. What a type keeps
    /// while it reads its value comes on top of that and has no bound of ours: serde holds the
    /// whole value of an enum that is `untagged` or tagged by a member, and of a flattened one,
    /// with 32 bytes or more for each number in it. A list of a million digits, 2 MiB, can take
    /// 40 MiB so. A server whose arguments hold long lists in such enums sets a shorter line.
    ///
    /// Arguments of more than 256 KiB, unless they are texts, are checked in a thread, one call
    /// after the other, so that other calls go on meanwhile. Until they are checked their line is
    /// held once more.
    pub fn line(mut self, bytes: usize) -> Self {
        self.line = bytes.min(LONGEST_LINE);
        self
    }

    /// How many calls may run at the same time, at least one; 1024 by default.
    ///
    /// More than a client can keep apart, few enough for a laptop. Further calls wait, undecoded
    /// and in order; everything that is no call, such as a ping or a cancellation, is served all
    /// the same. They also wait while the lines of the calls that run are together four times as
    /// long as the longest [`line`](Self::line), 64 MiB by default. A function that blocks cannot
    /// be dropped: cancelled, it counts until it returns; given up by its own `timeout`, it is
    /// answered and counts no more.
    pub fn in_flight(mut self, calls: usize) -> Self {
        self.in_flight = calls.max(1);
        self
    }

    /// How many bytes of lines may wait for a call to finish; 1 MiB by default, 0 to let none wait.
    ///
    /// Some thousand calls of the usual size. What comes on top is answered with -32603, "busy", so
    /// that reading goes on and a cancellation behind it is seen.
    pub fn waiting(mut self, bytes: usize) -> Self {
        self.waiting = bytes;
        self
    }

    /// How many bytes of answers may wait for a client that does not read, at least one; 512 KiB
    /// by default.
    ///
    /// Many times what a pipe holds, so that a client that reads is never waited for. With this
    /// much unsent nothing more is begun, no more read than 64 KiB, and calls in flight are not
    /// polled: the client waits, and no memory of ours does. An answer that was due comes on top,
    /// whole.
    ///
    /// A function that blocks cannot be paused. Its result is kept while the results that wait are
    /// together no longer than this bound or twice [`result`](Self::result), whichever is larger;
    /// beyond that it is replaced by an error.
    pub fn unsent(mut self, bytes: usize) -> Self {
        self.unsent = bytes.max(1);
        self
    }

    /// The largest answer to one call, in bytes as it is sent; 16 MiB by default.
    ///
    /// As much as the longest line that is read, so that what a client can send it can be sent
    /// back. A larger one is replaced by an error that asks for less at a time: a tool error for
    /// the model, elsewhere -32603. The answers of one batch, and of all batches that wait for a
    /// last answer, are held to the same figure. So is the number of its messages, each of which
    /// may be answered with an error: 65,536 by default, and beyond 4096 one for each 32 bytes.
    pub fn result(mut self, bytes: usize) -> Self {
        self.result = bytes;
        self
    }

    /// Over HTTP, the longest body of a request, in bytes; 4 MiB by default, 1 GiB at most.
    ///
    /// A longer one is answered with status 413 before it is read.
    pub fn body(mut self, bytes: usize) -> Self {
        self.body = bytes.min(LONGEST_LINE);
        self
    }

    /// Over HTTP, how many connections are open at the same time, at least one; 4096 by default.
    ///
    /// Further ones wait in the listener's queue, where they cost the kernel's memory and not ours.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Over HTTP, how many calls may run at the same time for all clients together, at least one;
    /// 4096 by default.
    ///
    /// A further one is answered with status 503 and -32603, "busy". A function that blocks counts
    /// until it returns, however its client left.
    pub fn calls(mut self, calls: usize) -> Self {
        self.calls = calls.max(1);
        self
    }

    /// Over HTTP, how long calls may go on after SIGTERM or SIGINT, or after a service was stopped;
    /// 10 seconds by default.
    ///
    /// As long as a proxy or an orchestrator waits before it kills. What is not answered by then is
    /// answered with status 503 and -32603, "the server is stopping".
    pub fn drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// How long a user may take to answer a question up to 2025-11-25, while its call waits; 10
    /// minutes by default.
    ///
    /// Then the answer is `Cancelled`, and the client is told. From 2026-07-28 on no call waits,
    /// and answers are taken for 10 minutes.
    pub fn answer(mut self, time: Duration) -> Self {
        self.answer = time;
        self
    }

    /// How many subscriptions there may be at the same time, of all clients; 10,000 by default.
    ///
    /// Each `subscriptions/listen` request is one, and each session of an older version that is
    /// subscribed to a resource or notified of lists. One takes some hundred bytes and its URIs;
    /// over HTTP it also keeps a connection open, see [`connections`](Self::connections). A further
    /// one is refused with -32603, "busy", over HTTP with status 503. They do not count as calls.
    pub fn listeners(mut self, listeners: usize) -> Self {
        self.listeners = listeners;
        self
    }

    /// How long calls may go on after the end of the input, or after SIGTERM or SIGINT; 2 seconds
    /// by default.
    ///
    /// Enough to finish a write, less than hosts wait before they kill. What is answered by then is
    /// still sent, as long as the client keeps reading; calls that are paused because it reads
    /// slowly get their time anew.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }
}
