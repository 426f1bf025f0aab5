//! Calls in flight, which survive the connection that started them.
//!
//! Spec: 2025-11-25, basic/transports, Sending Messages to the Server.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use http::{Response, StatusCode};
use tokio::time::{Sleep, sleep};

use super::attached::Attached;
use super::post::{nothing, whole};
use super::reader::Reader;
use super::stream::Stream;
use crate::dispatch::{Done, Exchange};
use crate::jsonrpc::{ErrorObject, Id, code, write_error};
use crate::outgoing::Outgoing;
use crate::transport::http::Endpoint;
use crate::transport::http::answer::json;
use crate::transport::http::body::HttpBody;
use crate::transport::http::call::SILENCE;
use crate::transport::http::events::Over;
use crate::transport::http::headers::Accepts;
use crate::transport::stream::batch::check_room;

/// A response that waits for calls in flight.
pub(in crate::transport::http) struct Waits {
    pub(super) stream: Arc<Stream>,
    /// The session, if its streams can be resumed.
    pub(super) attached: Option<Arc<Attached>>,
    pub(super) is_batch: bool,
}

/// A call in flight.
pub(super) struct Call {
    pub(super) id: Id<'static>,
    pub(super) exchange: Exchange,
}

/// The task that runs the calls of one POST.
pub(super) struct Run {
    pub(super) calls: Vec<Call>,
    /// Bytes of the answers to a batch, which are limited; `None` for a single request.
    pub(super) written: Option<usize>,
    pub(super) outgoing: Arc<Outgoing>,
    pub(super) stream: Arc<Stream>,
    pub(super) attached: Option<Arc<Attached>>,
    pub(super) endpoint: Arc<Endpoint>,
    /// Ready when the server stops waiting for calls.
    pub(super) over: Over,
}

impl Run {
    pub(super) async fn finish(mut self) {
        std::future::poll_fn(|cx| {
            self.outgoing.listen(cx);
            let cancelled = self.stream.take_cancelled(cx);
            self.drop_calls(|call| cancelled.as_ref().is_none_or(|ids| ids.contains(&call.id)));
            let mut at = 0;
            while let Some(call) = self.calls.get_mut(at) {
                match call.exchange.poll(cx) {
                    Poll::Ready(done) => {
                        let call = self.calls.remove(at);
                        self.answer(call, done);
                    }
                    Poll::Pending => at += 1,
                }
            }
            if !self.calls.is_empty() && self.stream.has_room() {
                self.drain_outgoing();
            }
            if !self.calls.is_empty() && self.over.as_mut().poll(cx).is_ready() {
                let mut lines = Vec::new();
                for call in &self.calls {
                    let error = ErrorObject::new(code::INTERNAL_ERROR, "the server is stopping");
                    write_error(&mut lines, Some(&call.id), &error);
                }
                let answers = self.calls.len();
                self.drop_calls(|_| true);
                self.stream.add_last(&lines, answers);
            }
            if let Some(after) = self.outgoing.take_reconnect() {
                self.stream.reconnect(after);
            }
            if self.calls.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Writes an answer, after the messages of its call.
    fn answer(&mut self, call: Call, done: Done) {
        let Call { id, exchange } = call;
        // Frees its place before the answer is sent.
        exchange.cancel();
        self.drain_outgoing();
        let served = &self.endpoint.served;
        let room = self.written.map_or(Ok(()), |held| check_room(held, served.limits.result));
        let mut line = Vec::new();
        match room {
            Ok(()) => done.write(&mut line, &id, served),
            Err(refusal) => write_error(&mut line, Some(&id), &refusal.error),
        }
        self.written = self.written.map(|written| written + line.len());
        self.forget(&id);
        if self.calls.is_empty() {
            self.stream.add_last(&line, 1);
        } else {
            self.stream.add(&line, 1);
        }
    }

    fn drain_outgoing(&self) {
        let mut lines = Vec::new();
        self.outgoing.drain(&mut lines);
        if !lines.is_empty() {
            self.stream.add(&lines, 0);
        }
    }

    fn drop_calls(&mut self, is_dropped: impl Fn(&Call) -> bool) {
        let dropped: Vec<_> = self.calls.extract_if(.., |call| is_dropped(call)).collect();
        for Call { id, exchange } in dropped {
            exchange.cancel();
            self.forget(&id);
        }
    }

    fn forget(&self, id: &Id<'static>) {
        if let Some(attached) = &self.attached {
            attached.remove_call(id, &self.stream);
        }
    }
}

/// Ends the stream, also if the task panics.
impl Drop for Run {
    fn drop(&mut self) {
        self.drop_calls(|_| true);
        self.stream.end();
    }
}

impl Waits {
    /// The response: JSON if the calls finish before there are other messages, else a stream.
    pub(in crate::transport::http) async fn answer(self, accepts: Accepts) -> Response<HttpBody> {
        let Self { stream, attached, is_batch } = self;
        let mut silence: Option<Pin<Box<Sleep>>> = None;
        std::future::poll_fn(|cx| {
            if !accepts.events {
                return stream.poll_done(cx);
            }
            if stream.poll_first(cx).is_ready() {
                return Poll::Ready(());
            }
            let silence = silence.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
            silence.as_mut().poll(cx)
        })
        .await;
        if accepts.json
            && let Some(lines) = stream.take_answers()
        {
            return if lines.is_empty() {
                nothing()
            } else {
                json(StatusCode::OK, whole(lines, is_batch))
            };
        }
        let number = attached.map(|attached| attached.keep_stream(&stream));
        Reader::new(stream, number, 0).into_response()
    }
}
