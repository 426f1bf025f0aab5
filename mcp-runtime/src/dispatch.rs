//! One message in, at most one answer out; the era is decided here, once for each message.
//!
//! A request that names its protocol version is modern and stands for itself; any other belongs to
//! the legacy session that `initialize` opened on this connection. Both may come mixed.
//!
//! Spec: 2026-07-28, basic/versioning.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use crate::context::{Caller, Context};
use crate::jsonrpc::{
    ErrorObject, Hints, Id, Index, Invalid, Message, Notification, Params, Request, code, elements,
    write_error, write_result,
};
use crate::limits::Limits;
use crate::log;
use crate::outbox::Outbox;
use crate::protocol::ProtocolVersion;
use crate::state::{AnyState, Call};

mod admission;
mod answer;
mod batch;
mod call;
mod in_flight;
mod legacy;
mod length;
mod listing;
mod lists;
mod method;
mod modern;
mod pace;
mod project;
mod room;

use admission::{Admission, Admitted};
use batch::Batches;
use call::Running;
use in_flight::{Ended, Finished, InFlight, Target};
use legacy::Session;
use lists::Answer;
pub(crate) use lists::Offer;
use method::Method;
use pace::Pace;

/// Lines that are no message and have no id are answered, up to this many in a row: a peer that
/// sends nothing else does not read the answers either.
const BAD_LINES: usize = 100;

/// What every connection to a server shares.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) offer: Offer,
    pub(crate) state: AnyState,
    pub(crate) limits: Limits,
}

/// One live connection: its session, if it has one, and the requests being answered.
#[derive(Debug)]
pub(crate) struct Connection {
    served: Arc<Served>,
    session: Session,
    /// Who sent the last modern request: the next one often repeats it byte for byte.
    last_caller: Option<Arc<Caller>>,
    in_flight: InFlight,
    batches: Batches,
    outbox: Arc<Outbox>,
    /// Lent to each message while it is taken.
    index: Option<Box<Index>>,
    bad_lines: usize,
    pace: Pace,
}

impl Connection {
    pub(crate) fn new(served: Arc<Served>) -> Self {
        Self {
            session: Session::Closed,
            last_caller: None,
            in_flight: InFlight::new(&served.limits),
            batches: Batches::new(&served.limits),
            outbox: Arc::default(),
            index: None,
            bad_lines: 0,
            pace: Pace::default(),
            served,
        }
    }

    /// Takes one line and writes what can be answered at once; calls that wait go on by themselves
    /// and are answered by [`poll_finished`](Self::poll_finished).
    pub(crate) fn take(&mut self, line: &[u8], out: &mut Vec<u8>, cx: &mut TaskContext<'_>) {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        if line.is_empty() {
            return;
        }
        match str::from_utf8(line) {
            Ok(line) if line.starts_with('[') => self.take_batch(line, out, cx),
            Ok(line) => self.take_message(line, None, out, cx),
            Err(error) => {
                let what = format!("parse error: invalid UTF-8 at byte {}", error.valid_up_to());
                let error = ErrorObject::new(code::PARSE_ERROR, what);
                self.refuse_line(&Invalid::nameless(error), None, out);
            }
        }
    }

    /// Answers a line that was longer than the limit and is gone.
    pub(crate) fn refuse_long_line(&mut self, out: &mut Vec<u8>) {
        let limit = self.served.limits.line;
        let what = format!("invalid request: the line is longer than {limit} bytes");
        self.refuse_line(&Invalid::nameless(ErrorObject::invalid_request(what)), None, out);
    }

    /// Writes the answers of calls that have finished, and begins those that waited for them, until
    /// the output has `most` bytes; ready whenever there may be more to do.
    pub(crate) fn poll_finished(
        &mut self,
        cx: &mut TaskContext<'_>,
        out: &mut Vec<u8>,
        most: usize,
    ) -> Poll<()> {
        self.outbox.listen(cx.waker());
        // For want of room messages stay where they are bounded, and are left out at last.
        if out.len() < most {
            self.outbox.drain(out);
        }
        let mut found = Poll::Pending;
        while out.len() < most {
            if let Some(line) = self.in_flight.next_waiting() {
                self.take_message(&line, None, out, cx);
            } else {
                match self.in_flight.poll_ended(cx) {
                    Poll::Ready(Ended::Finished(finished)) => self.write_finished(finished, out),
                    Poll::Ready(Ended::Cancelled) => {}
                    Poll::Ready(Ended::All) | Poll::Pending => break,
                }
            }
            found = Poll::Ready(());
        }
        let is_full = out.len() >= most;
        self.in_flight.set_full(is_full);
        if is_full { Poll::Ready(()) } else { found }
    }

    fn write_finished(&mut self, finished: Finished, out: &mut Vec<u8>) {
        // What a call said comes before its answer, and nothing behind it.
        self.outbox.drain(out);
        let Finished { id, version, target, done, place } = finished;
        let served = &self.served;
        let room = self.batches.check_room(target);
        self.batches.write(target, out, |out| match room {
            Ok(()) => answer::write(out, &id, served, version, done),
            Err(error) => write_error(out, Some(&id), &error),
        });
        drop(place);
    }

    /// Told how long the lines in a row took that were taken last.
    pub(crate) fn row_took(&mut self, time: Duration) {
        self.pace.row_took(time);
    }

    /// Whether nothing is left to be answered.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// Drops every call that is still running.
    pub(crate) fn drop_calls(&mut self) {
        self.in_flight.clear();
    }

    fn take_batch(&mut self, line: &str, out: &mut Vec<u8>, cx: &mut TaskContext<'_>) {
        let mut count = 0;
        let is_batch = legacy::has_batches(self.session.version())
            && elements(line, |_| count += 1).is_some()
            && count > 0;
        if !is_batch {
            // Not an array after all, or one where none is allowed: the reader says which.
            return self.take_message(line, None, out, cx);
        }
        let most = self.batches.most_messages();
        if count > most {
            let what = format!(
                "invalid request: a batch has at most {most} messages, and this one has {count}: \
                 send several"
            );
            let error = ErrorObject::invalid_request(what);
            return self.refuse_line(&Invalid::nameless(error), None, out);
        }
        let batch = self.batches.open(count);
        elements(line, |message| self.take_message(message, Some(batch), out, cx))
            .unwrap_or_default();
        self.batches.close(batch, out);
    }

    fn take_message(
        &mut self,
        line: &str,
        target: Target,
        out: &mut Vec<u8>,
        cx: &mut TaskContext<'_>,
    ) {
        let mut index = self.index.take().unwrap_or_default();
        let familiar = self.last_caller.as_ref().map_or("", |caller| caller.meta_json.as_str());
        match Message::read(line, &mut index, Hints { nested: "arguments", familiar }) {
            Ok(message) => {
                self.bad_lines = 0;
                match message {
                    Message::Request(request) => self.request(line, &request, target, out, cx),
                    Message::Notification(notification) => {
                        self.notification(&notification, out);
                        self.batches.skip(target, out);
                    }
                    // No request of ours is ever open: an answer is an answer to nothing.
                    Message::Response => self.batches.skip(target, out),
                }
            }
            Err(invalid) => self.refuse_line(&invalid, target, out),
        }
        index.shrink();
        self.index = Some(index);
    }

    fn refuse_line(&mut self, invalid: &Invalid<'_>, target: Target, out: &mut Vec<u8>) {
        self.bad_lines += 1;
        match self.bad_lines {
            // Whoever sends an id waits for its answer.
            bad if bad <= BAD_LINES || invalid.id.is_some() => {
                self.batches.write(target, out, |out| {
                    write_error(out, invalid.id.as_ref(), &invalid.error);
                });
            }
            bad => {
                if bad == BAD_LINES + 1 {
                    log::line(format_args!(
                        "{BAD_LINES} lines in a row were no message: further ones without an id are not answered"
                    ));
                }
                self.batches.skip(target, out);
            }
        }
    }

    fn request(
        &mut self,
        line: &str,
        request: &Request<'_>,
        target: Target,
        out: &mut Vec<u8>,
        cx: &mut TaskContext<'_>,
    ) {
        let started = match self.in_flight.check_id(&request.id) {
            Ok(()) => self.start(line, request, target),
            Err(error) => Err(error),
        };
        match started {
            Ok(Started::Answer(answer)) => self.batches.write(target, out, |out| {
                write_result(out, &request.id, |out| answer.write(out));
            }),
            Ok(Started::Running(version, mut running)) => match self.pace.poll(&mut running, cx) {
                Poll::Ready(done) => {
                    self.pace.polled(running.into_tool());
                    self.outbox.drain(out);
                    let served = &self.served;
                    self.batches.write(target, out, |out| {
                        answer::write(out, &request.id, served, version, done);
                    });
                }
                Poll::Pending => {
                    self.pace.polled(running.tool().cloned());
                    self.in_flight.insert(
                        request.id.clone().into_owned(),
                        version,
                        target,
                        running,
                        line.len(),
                    );
                    // The end of a call is told only to who has asked for it since it began.
                    cx.waker().wake_by_ref();
                }
            },
            Ok(Started::Waiting) => {}
            Err(error) => {
                self.batches.write(target, out, |out| write_error(out, Some(&request.id), &error));
            }
        }
    }

    fn start(
        &mut self,
        line: &str,
        request: &Request<'_>,
        target: Target,
    ) -> Result<Started, ErrorObject> {
        self.batches.check_room(target)?;
        request.params.check()?;
        let admitted = match self.admit(request, target)? {
            Admission::Serve(admitted) => admitted,
            Admission::Answer(answer) => return Ok(Started::Answer(answer)),
        };
        let Admitted { version, caller } = admitted;
        let method = Method::of(&request.method, version, &self.served.offer)?;
        if let Some(list) = method.list(&self.served.offer.router, &request.params)? {
            self.batches.check_list(target)?;
            return Ok(Started::Answer(self.served.offer.list(list, version)));
        }
        if self.in_flight.is_full() {
            self.in_flight.wait(&request.id, line, target)?;
            return Ok(Started::Waiting);
        }
        let call = Call::new(
            self.served.state.clone(),
            Context::new(
                version,
                project::has_progress_words(version),
                caller,
                Arc::clone(&self.outbox),
            ),
        );
        let running = method.start(&self.served.offer.router, &request.params, call, version)?;
        Ok(Started::Running(version, running))
    }

    fn notification(&mut self, notification: &Notification<'_>, out: &mut Vec<u8>) {
        // Everything else a client may notify of concerns features that are asked of it, never by
        // us.
        if notification.method == "notifications/cancelled"
            && let Some(id) = cancelled(&notification.params)
        {
            let target = self.in_flight.cancel(&id);
            self.batches.skip(target, out);
        }
    }
}

enum Started {
    Answer(Answer),
    Running(ProtocolVersion, Running),
    /// Too many calls run: the line waits until one of them has finished.
    Waiting,
}

/// The request a cancellation names; a malformed one is ignored, for nobody may answer it.
fn cancelled<'a>(params: &Params<'a>) -> Option<Id<'a>> {
    params.check().ok()?;
    Id::from_json(params.get("requestId").ok()??)
}
