//! An answer as a stream of server-sent events: what is said on the way, and the answer at its end.
//!
//! The stream owns its call: a client that closes it has cancelled the call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use memchr::memchr_iter;

use super::body::HttpBody;
use super::deadline::Deadline;
use crate::dispatch::{Done, Exchange, Served, Subscription};
use crate::jsonrpc::{ErrorObject, Id, code, write_error};
use crate::outgoing::Outgoing;

/// How often a stream that is silent says that it is still there.
pub(super) const BEAT: Duration = Duration::from_secs(15);

/// A comment, which clients pass over.
pub(super) const COMMENT: &[u8] = b":\n\n";

/// A proxy that collects answers before it passes them on would keep progress back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Ready when what still runs is given up.
pub(super) type Over = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The call behind a stream.
pub(super) enum Call {
    Runs {
        exchange: Exchange,
        over: Over,
    },
    Done(Done),
    /// A subscription, until the client leaves or the server ends.
    Listens {
        subscription: Subscription,
        draining: Over,
    },
}

/// The body of an answer that is a stream.
pub(super) struct Events {
    /// `None` when the answer is in the stream.
    call: Option<Call>,
    outgoing: Option<Arc<Outgoing>>,
    id: Id<'static>,
    served: Arc<Served>,
    /// `None` until it has to wait.
    beat: Option<Deadline>,
    /// What a client sees first when nothing is said.
    has_begun: bool,
}

impl Events {
    pub(super) fn new(
        call: Call,
        outgoing: Option<Arc<Outgoing>>,
        id: Id<'static>,
        served: Arc<Served>,
    ) -> Self {
        Self { call: Some(call), outgoing, id, served, beat: None, has_begun: false }
    }

    pub(super) fn into_response(self) -> Response<HttpBody> {
        stream(HttpBody::events(self))
    }

    /// Whether everything is sent.
    pub(super) fn has_ended(&self) -> bool {
        self.call.is_none()
    }

    /// The next bytes of the stream.
    pub(super) fn poll_next(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<Bytes>> {
        let Some(call) = &mut self.call else { return Poll::Ready(None) };
        let mut lines = Vec::new();
        if let Some(outgoing) = &self.outgoing {
            outgoing.listen(cx);
        }
        let done = match call {
            Call::Done(_) => true,
            Call::Listens { subscription, draining } => {
                while subscription.poll(cx, &self.id, &mut lines).is_ready() {}
                if draining.as_mut().poll(cx).is_ready() {
                    if let Some(Call::Listens { subscription, .. }) = self.call.take() {
                        subscription.close(&self.id, &mut lines);
                    }
                    return Poll::Ready(Some(events(&lines)));
                }
                false
            }
            Call::Runs { exchange, over } => match exchange.poll(cx) {
                Poll::Ready(done) => {
                    *call = Call::Done(done);
                    true
                }
                Poll::Pending if over.as_mut().poll(cx).is_ready() => {
                    let error = ErrorObject::new(code::INTERNAL_ERROR, "the server is stopping");
                    write_error(&mut lines, Some(&self.id), &error);
                    self.call = None;
                    return Poll::Ready(Some(events(&lines)));
                }
                Poll::Pending => false,
            },
        };
        // What a call said comes before its answer, and nothing behind it.
        if let Some(outgoing) = &self.outgoing {
            outgoing.drain(&mut lines);
        }
        if done && let Some(Call::Done(done)) = self.call.take() {
            done.write(&mut lines, &self.id, &self.served);
        }
        if !lines.is_empty() {
            self.has_begun = true;
            if let Some(beat) = &mut self.beat {
                beat.put(BEAT);
            }
            return Poll::Ready(Some(events(&lines)));
        }
        if !std::mem::replace(&mut self.has_begun, true) {
            return Poll::Ready(Some(Bytes::from_static(COMMENT)));
        }
        let beat = self.beat.get_or_insert_with(|| Deadline::after(BEAT));
        beat.poll(cx).map(|()| {
            beat.put(BEAT);
            Some(Bytes::from_static(COMMENT))
        })
    }
}

/// An answer that is ready, for a client that takes nothing but a stream.
pub(super) fn only(answer: &[u8]) -> Response<HttpBody> {
    stream(HttpBody::full(events(answer)))
}

pub(super) fn stream(body: HttpBody) -> Response<HttpBody> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response
}

/// Messages, a line each with its newline, as events. JSON has no line break within, so that a
/// message is one line of data.
fn events(lines: &[u8]) -> Bytes {
    let mut events = Vec::with_capacity(lines.len() + 64);
    let mut start = 0;
    for end in memchr_iter(b'\n', lines) {
        events.extend_from_slice(b"data: ");
        events.extend_from_slice(&lines[start..=end]);
        events.push(b'\n');
        start = end + 1;
    }
    events.into()
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("id", &self.id).finish_non_exhaustive()
    }
}
