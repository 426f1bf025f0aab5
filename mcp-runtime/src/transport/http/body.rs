//! The body of an answer: one piece, or a stream of events.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::deadline::Served;
use super::events::Events;
use super::session::Reader;

/// The body of an answer.
pub struct HttpBody {
    kind: Kind,
    /// Told when the body has been sent, or is given up.
    served: Option<Served>,
}

enum Kind {
    Full(Option<Bytes>),
    Events(Box<Events>),
    Reader(Box<Reader>),
}

impl HttpBody {
    pub(super) fn full(bytes: Bytes) -> Self {
        Self { kind: Kind::Full(Some(bytes).filter(|bytes| !bytes.is_empty())), served: None }
    }

    pub(super) fn events(events: Events) -> Self {
        Self { kind: Kind::Events(Box::new(events)), served: None }
    }

    /// A stream of a session.
    pub(super) fn reader(reader: Reader) -> Self {
        Self { kind: Kind::Reader(Box::new(reader)), served: None }
    }

    /// Tells the connection when it has been sent.
    pub(super) fn tell(&mut self, served: Served) {
        self.served = Some(served);
    }
}

impl Body for HttpBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.kind {
            Kind::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Events(events) => {
                events.poll_next(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
            Kind::Reader(reader) => {
                reader.poll_next(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Full(bytes) => bytes.is_none(),
            Kind::Events(events) => events.has_ended(),
            Kind::Reader(reader) => reader.has_ended(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Full(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Kind::Events(_) | Kind::Reader(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for HttpBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpBody").finish_non_exhaustive()
    }
}
