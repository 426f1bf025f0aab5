//! What one stream has of its own: its session, the requests in flight on it, its batches.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use super::batch::Batches;
use super::in_flight::{Ended, Finished, InFlight, Target};
use super::pace::Pace;
use super::subscriptions::Subscriptions;
use crate::dispatch::{
    Answer, Begun, Familiar, Origin, Reason, Refusal, Served, Session, begin, cancelled,
};
use crate::jsonrpc::{
    ErrorObject, Hints, Index, Invalid, Message, Notification, Request, code, elements,
    write_error, write_result,
};
use crate::log::{self, Level};
use crate::outgoing::{Outgoing, Peer, Requests};

/// Lines that are no message and have no id are answered, up to this many in a row: a peer that
/// sends nothing else does not read the answers either.
const BAD_LINES: usize = 100;

/// There is one peer.
const PEER: Peer = 0;

/// One live connection: its session, if it has one, and the requests being answered.
#[derive(Debug)]
pub(super) struct Connection {
    served: Arc<Served>,
    session: Session,
    familiar: Familiar,
    in_flight: InFlight,
    subscriptions: Subscriptions,
    batches: Batches,
    outgoing: Arc<Outgoing>,
    requests: Arc<Requests>,
    /// Lent to each message while it is taken.
    index: Option<Box<Index>>,
    bad_lines: usize,
    pace: Pace,
}

impl Connection {
    pub(super) fn new(served: Arc<Served>) -> Self {
        let requests = Arc::new(Requests::new(1, served.limits.answer));
        Self {
            session: Session::closed(),
            familiar: Familiar::default(),
            in_flight: InFlight::new(&served.limits),
            subscriptions: Subscriptions::default(),
            batches: Batches::new(&served.limits),
            outgoing: Arc::new(Outgoing::asking(Arc::clone(&requests), PEER)),
            requests,
            index: None,
            bad_lines: 0,
            pace: Pace::default(),
            served,
        }
    }

    /// Takes one line and writes what can be answered at once; calls that wait go on by themselves
    /// and are answered by [`poll_finished`](Self::poll_finished).
    pub(super) fn take(&mut self, line: &[u8], out: &mut Vec<u8>, cx: &mut TaskContext<'_>) {
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
    pub(super) fn refuse_long_line(&mut self, out: &mut Vec<u8>) {
        let limit = self.served.limits.line;
        let what = format!("invalid request: the line is longer than {limit} bytes");
        self.refuse_line(&Invalid::nameless(ErrorObject::invalid_request(what)), None, out);
    }

    /// Writes the answers of calls that have finished, and begins those that waited for them, until
    /// the output has `most` bytes; ready whenever there may be more to do.
    pub(super) fn poll_finished(
        &mut self,
        cx: &mut TaskContext<'_>,
        out: &mut Vec<u8>,
        most: usize,
    ) -> Poll<()> {
        self.outgoing.listen(cx);
        // For want of room messages stay where they are bounded, and are left out at last.
        if out.len() < most {
            self.outgoing.drain(out);
        }
        let mut found = self.poll_changes(cx, out, most);
        while out.len() < most {
            if let Some(line) = self.in_flight.next_waiting(cx) {
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

    /// Writes notifications of changes, as far as there is room; the rest stays bits.
    fn poll_changes(
        &mut self,
        cx: &mut TaskContext<'_>,
        out: &mut Vec<u8>,
        most: usize,
    ) -> Poll<()> {
        let polled = self.subscriptions.poll(cx, out, most);
        if out.len() >= most {
            return polled;
        }
        match self.session.poll_changes(cx, &self.served, out) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => polled,
        }
    }

    /// Ends all subscriptions, with their results.
    pub(super) fn end_subscriptions(&mut self, out: &mut Vec<u8>) {
        self.subscriptions.close(out);
        self.session.close();
    }

    fn write_finished(&mut self, finished: Finished, out: &mut Vec<u8>) {
        // What a call said comes before its answer, and nothing behind it.
        self.outgoing.drain(out);
        let Finished { id, target, done, held } = finished;
        let served = &self.served;
        let room = self.batches.check_room(target);
        self.batches.write(target, out, |out| match room {
            Ok(()) => done.write(out, &id, served),
            Err(refusal) => write_error(out, Some(&id), &refusal.error),
        });
        drop(held);
    }

    /// Told how long the lines in a row took that were taken last.
    pub(super) fn row_took(&mut self, time: Duration) {
        self.pace.row_took(time);
    }

    /// Whether nothing is left to be answered.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// Told that nothing more is read: nobody will answer what is asked.
    pub(super) fn end_input(&mut self) {
        self.requests.end();
    }

    /// Drops every call that is still running.
    pub(super) fn drop_calls(&mut self) {
        self.in_flight.clear();
    }

    fn take_batch(&mut self, line: &str, out: &mut Vec<u8>, cx: &mut TaskContext<'_>) {
        let mut count = 0;
        let is_batch =
            self.session.has_batches() && elements(line, |_| count += 1).is_some() && count > 0;
        if !is_batch {
            // Not an array after all, or one where none is allowed: the reader says which.
            return self.take_message(line, None, out, cx);
        }
        let most = self.batches.most_messages(line.len());
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
        let hints = Hints { nested: "arguments", familiar: self.familiar.meta() };
        match Message::read(line, &mut index, hints) {
            Ok(message) => {
                self.bad_lines = 0;
                match message {
                    Message::Request(request) => self.request(line, &request, target, out, cx),
                    Message::Notification(notification) => {
                        self.notification(&notification, out);
                        self.batches.skip(target, out);
                    }
                    Message::Response(response) => {
                        if let Some(id) = &response.id {
                            let owned = |json: &str| json.to_owned();
                            let reply = || response.result.map(owned).map_err(owned);
                            self.requests.answer(PEER, id.as_json(), reply);
                        }
                        self.batches.skip(target, out);
                    }
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
                    log::line(
                        Level::Warn,
                        format_args!(
                            "{BAD_LINES} lines in a row were no message: further ones without an \
                             id are not answered"
                        ),
                    );
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
        match self.begin(line, request, target) {
            Ok(Begun::Answer(answer)) => {
                if self.session.has_new_subscriber() {
                    // The bus cannot wake it before it is polled.
                    cx.waker().wake_by_ref();
                }
                let room = match &answer {
                    Answer::Written(_) => self.batches.check_list(target),
                    Answer::Empty => Ok(()),
                };
                self.batches.write(target, out, |out| match room {
                    Ok(()) => write_result(out, &request.id, |out| answer.write(out)),
                    Err(refusal) => write_error(out, Some(&request.id), &refusal.error),
                });
            }
            Ok(Begun::Call(mut exchange)) => match self.pace.poll(&mut exchange, cx) {
                Poll::Ready(done) => {
                    self.pace.polled(done.tool());
                    // Its place is free before its answer is sent.
                    drop(exchange);
                    self.outgoing.drain(out);
                    let served = &self.served;
                    self.batches.write(target, out, |out| done.write(out, &request.id, served));
                }
                Poll::Pending => {
                    self.pace.polled(exchange.tool());
                    self.in_flight.insert(request.id.clone().into_owned(), target, exchange);
                    // The end of a call is told only to who has asked for it since it began.
                    cx.waker().wake_by_ref();
                }
            },
            Ok(Begun::Listen(subscription)) => {
                let id = request.id.clone().into_owned();
                if let Err(Refusal { error, .. }) =
                    self.subscriptions.insert(id, *subscription, cx, out)
                {
                    write_error(out, Some(&request.id), &error);
                }
            }
            Err(Refusal { reason: Reason::Busy, .. })
                if self.in_flight.is_full()
                    && self.in_flight.wait(&request.id, line, target, cx) => {}
            Err(Refusal { error, .. }) => {
                self.batches.write(target, out, |out| write_error(out, Some(&request.id), &error));
            }
        }
    }

    fn begin(
        &mut self,
        line: &str,
        request: &Request<'_>,
        target: Target,
    ) -> Result<Begun, Refusal> {
        self.in_flight.check_id(&request.id)?;
        self.subscriptions.check_id(&request.id)?;
        self.batches.check_room(target)?;
        let mut origin = Origin {
            session: Some(&mut self.session),
            familiar: &mut self.familiar,
            outgoing: &self.outgoing,
            places: self.in_flight.places(),
            has_room: !self.in_flight.is_full(),
            bytes: line.len(),
            is_in_batch: target.is_some(),
            is_http: false,
            mirror: None,
            #[cfg(feature = "http")]
            head: None,
        };
        begin(&self.served, request, &mut origin)
    }

    fn notification(&mut self, notification: &Notification<'_>, out: &mut Vec<u8>) {
        if let Some(id) = cancelled(notification) {
            self.subscriptions.cancel(&id);
            let target = self.in_flight.cancel(&id);
            self.batches.skip(target, out);
        }
    }
}
