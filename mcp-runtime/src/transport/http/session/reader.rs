//! A reader of a session's stream: the body of a response, as server-sent events.
//!
//! Spec: 2025-11-25, basic/transports, Listening for Messages from the Server, Resumability and
//! Redelivery.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::attached::Attached;
use super::stream::{Next, Stream};
use crate::dispatch::Served;
use crate::transport::http::Endpoint;
use crate::transport::http::body::HttpBody;
use crate::transport::http::deadline::Deadline;
use crate::transport::http::drain::Phase;
use crate::transport::http::events::{BEAT, COMMENT, Over, stream};

/// How soon a client reconnects after its connection broke.
const RETRY: Duration = Duration::from_secs(1);

/// A reader of a stream.
pub(in crate::transport::http) struct Reader {
    stream: Arc<Stream>,
    /// The number of the stream in its session; `None` if its events have no ids.
    id: Option<u64>,
    /// Which reader of the stream it is.
    turn: u64,
    /// The number of the next message.
    at: u64,
    /// Whether the first event has been sent.
    has_begun: bool,
    has_ended: bool,
    /// Ready when the server stops, for a stream that ends with it.
    end: Option<Over>,
    beat: Option<Deadline>,
    /// The session whose changes this stream notifies of, once the reader serves it.
    session: Option<(Arc<Attached>, Option<Arc<Served>>)>,
}

impl Reader {
    /// Reads a stream from this message on.
    pub(super) fn new(stream: Arc<Stream>, id: Option<u64>, at: u64) -> Self {
        let turn = stream.take_over(at);
        let (has_begun, has_ended) = (false, false);
        Self { stream, id, turn, at, has_begun, has_ended, end: None, beat: None, session: None }
    }

    /// Sends the notifications of a session's changes too.
    pub(super) fn notifying_of(mut self, session: Arc<Attached>) -> Self {
        self.session = Some((session, None));
        self
    }

    /// Ends the reader as soon as the server stops.
    pub(super) fn until_drained(mut self, endpoint: &Endpoint) -> Self {
        self.end = Some(Box::pin(endpoint.drain.at(Phase::Draining)));
        if let Some((_, served)) = &mut self.session {
            *served = Some(Arc::clone(&endpoint.served));
        }
        self
    }

    pub(super) fn into_response(self) -> Response<HttpBody> {
        stream(HttpBody::reader(self))
    }

    /// Whether everything is sent.
    pub(in crate::transport::http) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The next bytes of the stream.
    pub(in crate::transport::http) fn poll_next(
        &mut self,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Bytes>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        if !std::mem::replace(&mut self.has_begun, true) {
            // With an id from the beginning, the client can resume the stream at any time.
            let first = match self.id {
                Some(_) => self.event(self.at, Some(RETRY), b""),
                None => Bytes::from_static(COMMENT),
            };
            return Poll::Ready(Some(first));
        }
        loop {
            match self.stream.poll(self.turn, self.at, cx) {
                Poll::Ready(Next::Message(at, message)) => {
                    self.at = at + 1;
                    if let Some(beat) = &mut self.beat {
                        beat.put(BEAT);
                    }
                    return Poll::Ready(Some(self.event(self.at, None, &message)));
                }
                Poll::Ready(Next::Reconnect(after)) if self.id.is_some() => {
                    self.has_ended = true;
                    return Poll::Ready(Some(self.event(self.at, Some(after), b"")));
                }
                // The client could not come back to this stream.
                Poll::Ready(Next::Reconnect(_)) => {}
                Poll::Ready(Next::End) => {
                    self.has_ended = true;
                    return Poll::Ready(None);
                }
                Poll::Pending => break,
            }
        }
        // Only here, where everything before is sent and this reader is the latest: changes go to
        // the one whose waker they know. If they add messages, that wakes this reader.
        if let Some((session, Some(served))) = &self.session {
            session.poll_changes(cx, served);
        }
        if let Some(end) = &mut self.end
            && end.as_mut().poll(cx).is_ready()
        {
            self.has_ended = true;
            return Poll::Ready(None);
        }
        let beat = self.beat.get_or_insert_with(|| Deadline::after(BEAT));
        ready!(beat.poll(cx));
        beat.put(BEAT);
        Poll::Ready(Some(Bytes::from_static(COMMENT)))
    }

    /// An event. Its id contains the number of the next message.
    fn event(&self, next: u64, retry: Option<Duration>, message: &[u8]) -> Bytes {
        let mut event = Vec::with_capacity(message.len() + 64);
        if let Some(id) = self.id {
            event.extend_from_slice(format!("id: {id}-{next}\n").as_bytes());
        }
        if let Some(retry) = retry {
            event.extend_from_slice(format!("retry: {}\n", retry.as_millis()).as_bytes());
        }
        event.extend_from_slice(b"data: ");
        event.extend_from_slice(message);
        event.extend_from_slice(b"\n\n");
        event.into()
    }
}

impl Drop for Reader {
    /// The session is kept for a while from now on, for a client that comes back.
    fn drop(&mut self) {
        if let Some((session, _)) = &self.session {
            session.touch();
        }
    }
}

/// Parses the id of an event: the stream and the number of the next message.
pub(super) fn position(id: &[u8]) -> Option<(u64, u64)> {
    let (stream, next) = str::from_utf8(id).ok()?.split_once('-')?;
    Some((stream.parse().ok()?, next.parse().ok()?))
}
