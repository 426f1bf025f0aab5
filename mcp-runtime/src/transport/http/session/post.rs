//! A POST in a session: reads its messages and starts its calls, which run in a task of their own
//! and survive the connection.
//!
//! Spec: 2025-11-25, basic/transports, Sending Messages to the Server.

use std::sync::Arc;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};

use super::attached::Attached;
use super::run::{Call, Run, Waits};
use super::stream::Stream;
use super::{GONE, Opened, SESSION, sealed};
use crate::dispatch::{
    Answer, Begun, Familiar, Origin, Reason, Refusal, Session, begin, cancelled, changes_session,
    opens_session,
};
use crate::jsonrpc::{
    ErrorObject, Hints, Id, Index, Invalid, Message, Notification, Request, Response as Reply,
    elements, write_error, write_result,
};
use crate::outgoing::Outgoing;
use crate::transport::http::Endpoint;
use crate::transport::http::answer::{Refused, json};
use crate::transport::http::body::HttpBody;
use crate::transport::http::drain::Phase;
use crate::transport::http::events::only;
use crate::transport::http::headers::Accepts;
use crate::transport::stream::batch::{LISTS, check_room};

/// Messages in a batch.
const MOST: usize = 1024;

const NO_ID: &str = "invalid request: `Mcp-Session-Id` is missing; send `initialize` to open a \
    session, or allow requests without one by leaving out `require_sessions`";

/// The outcome of reading a POST.
pub(in crate::transport::http) enum Posted {
    Whole(Response<HttpBody>),
    /// Calls are in flight.
    Waits(Waits),
}

/// The answers to the messages of one body.
#[derive(Default)]
struct Answers {
    /// A line each.
    written: Vec<u8>,
    /// How many there are.
    count: usize,
    calls: Vec<Call>,
    /// The status if a request was refused; it counts if there is only one request.
    refused: Option<StatusCode>,
    /// The id of a new session.
    opened: Option<String>,
}

/// Reads the messages of a body and begins their requests.
///
/// # Errors
/// If the body is not one message, or one batch in a version that has batches.
pub(in crate::transport::http) fn post(
    endpoint: &Arc<Endpoint>,
    parts: &Arc<Parts>,
    opened: Opened,
    text: &str,
    index: &mut Index,
    accepts: Accepts,
) -> Result<Posted, Refused> {
    let outgoing = match opened.uid {
        Some(uid) if accepts.events => {
            Arc::new(Outgoing::asking(Arc::clone(&endpoint.requests), uid))
        }
        None if accepts.events => Arc::default(),
        _ => Arc::clone(&endpoint.unheard),
    };
    let text = text.trim_ascii_start();
    let stream = endpoint.sessions.stream();
    let bytes = text.len();
    let mut post = Post { endpoint, parts, opened, outgoing, stream, attached: None, bytes };
    let mut answers = Answers::default();
    let is_batch = text.starts_with('[') && post.opened.session.has_batches();
    if is_batch {
        if post.lacks_id() {
            return Err(Refused::new(StatusCode::BAD_REQUEST, NO_ID));
        }
        let mut count = 0;
        if elements(text, |_| count += 1).is_none() || count == 0 || count > MOST {
            let what = format!("invalid request: a batch has 1 to {MOST} messages");
            return Err(Refused::new(StatusCode::BAD_REQUEST, what));
        }
        elements(text, |message| post.take(message, index, true, &mut answers)).unwrap_or_default();
    } else {
        post.take(text, index, false, &mut answers);
    }
    Ok(post.answered(answers, is_batch, accepts))
}

/// The state shared by all messages of one body.
struct Post<'a> {
    endpoint: &'a Arc<Endpoint>,
    parts: &'a Arc<Parts>,
    opened: Opened,
    outgoing: Arc<Outgoing>,
    /// Receives the answers of the calls.
    stream: Arc<Stream>,
    /// The state of the session, once a call has begun.
    attached: Option<Arc<Attached>>,
    bytes: usize,
}

impl Post<'_> {
    fn take(&mut self, message: &str, index: &mut Index, is_in_batch: bool, answers: &mut Answers) {
        let hints = Hints { nested: "arguments", familiar: "" };
        let lacks_id = self.lacks_id();
        let no_id = || ErrorObject::invalid_request(NO_ID);
        match Message::read(message, index, hints) {
            Ok(Message::Request(request)) if lacks_id && !opens_session(&request) => {
                answers.refuse(Some(&request.id), &no_id(), StatusCode::BAD_REQUEST);
            }
            Ok(Message::Notification(_)) if lacks_id => {
                answers.refuse(None, &no_id(), StatusCode::BAD_REQUEST);
            }
            Ok(Message::Request(request)) => self.request(&request, is_in_batch, answers),
            Ok(Message::Notification(notification)) => self.notification(&notification),
            Ok(Message::Response(response)) => self.response(&response, answers),
            Err(Invalid { id, error }) => {
                let status = if id.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
                answers.refuse(id.as_ref(), &error, status);
            }
        }
    }

    /// Whether the session has to be named, and is not.
    fn lacks_id(&self) -> bool {
        self.opened.requires_id && self.opened.uid.is_none()
    }

    fn request(&mut self, request: &Request<'_>, is_in_batch: bool, answers: &mut Answers) {
        let (uid, endpoint) = (self.opened.uid, self.endpoint);
        if let Some(attached) = uid.and_then(|uid| endpoint.sessions.attached(uid))
            && let Err(refusal) = attached.check_id(&request.id.clone().into_owned())
        {
            return answers.refuse(Some(&request.id), &refusal.error, StatusCode::OK);
        }
        let limit = endpoint.served.limits.result;
        if is_in_batch && let Err(refusal) = check_room(answers.written.len(), limit) {
            return answers.refuse(Some(&request.id), &refusal.error, StatusCode::OK);
        }
        if uid.is_none() && opens_session(request) {
            self.opened.session = Session::closed();
        }
        // What the request changes lives in memory, and is found by the id of the session.
        let changes = changes_session(request);
        let session = uid.filter(|_| changes);
        let attached = session.and_then(|uid| endpoint.listening(uid, &self.opened.session));
        if changes && attached.is_none() {
            let error = ErrorObject::invalid_request(GONE);
            return answers.refuse(Some(&request.id), &error, StatusCode::OK);
        }
        let mut lent = attached.as_ref().map(|attached| {
            attached.keep();
            attached.session()
        });
        let was_open = self.opened.session.is_open();
        let mut origin = Origin {
            session: Some(lent.as_deref_mut().unwrap_or(&mut self.opened.session)),
            familiar: &mut Familiar::default(),
            outgoing: &self.outgoing,
            places: &endpoint.places,
            has_room: endpoint.places.calls() < endpoint.served.limits.calls,
            bytes: self.bytes,
            is_in_batch,
            is_http: true,
            mirror: None,
            head: Some(self.parts),
        };
        let begun = begin(&endpoint.served, request, &mut origin);
        drop(lent);
        if let Some(attached) = attached {
            attached.wake_reader();
        }
        match begun {
            Ok(Begun::Answer(answer)) => {
                if is_in_batch
                    && matches!(answer, Answer::Written(_))
                    && let Err(refusal) = check_room(answers.written.len(), limit.min(LISTS))
                {
                    return answers.refuse(Some(&request.id), &refusal.error, StatusCode::OK);
                }
                write_result(&mut answers.written, &request.id, |out| answer.write(out));
                answers.count += 1;
                if !was_open && self.opened.session.is_open() {
                    answers.opened = Some(sealed(endpoint, self.parts, &self.opened.session));
                }
            }
            Ok(Begun::Listen(_)) => {
                let what = "invalid request: a session listens by GET";
                let error = ErrorObject::invalid_request(what);
                answers.refuse(Some(&request.id), &error, StatusCode::OK);
            }
            Ok(Begun::Call(exchange)) => {
                let id = request.id.clone().into_owned();
                match self.remember(&id) {
                    Ok(()) => answers.calls.push(Call { id, exchange }),
                    Err((refusal, status)) => {
                        exchange.cancel();
                        answers.refuse(Some(&id), &refusal.error, status);
                    }
                }
            }
            Err(refusal) => {
                // An error is an answer like any other: 404 would mean that the session is gone.
                let status = match refusal.reason {
                    Reason::Busy => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::OK,
                };
                answers.refuse(Some(&request.id), &refusal.error, status);
            }
        }
    }

    /// Registers a call in its session. Its id cannot be used again until it is answered.
    fn remember(&mut self, id: &Id<'static>) -> Result<(), (Refusal, StatusCode)> {
        let Some(uid) = self.opened.uid else { return Ok(()) };
        let attached = self.endpoint.sessions.attach(uid, &self.opened.session);
        let attached = attached.ok_or_else(|| (Refusal::invalid(GONE), StatusCode::NOT_FOUND))?;
        attached.add_call(id, &self.stream).map_err(|refusal| (refusal, StatusCode::OK))?;
        self.attached = Some(attached);
        Ok(())
    }

    fn notification(&self, notification: &Notification<'_>) {
        let attached = self.opened.uid.and_then(|uid| self.endpoint.sessions.attached(uid));
        if let (Some(id), Some(attached)) = (cancelled(notification), attached) {
            attached.cancel(&id.into_owned());
        }
    }

    /// An answer to a request of the server. A late answer is ignored. An answer to a request that
    /// this process never sent is an error: another process may wait for it.
    fn response(&self, response: &Reply<'_>, answers: &mut Answers) {
        let owned = |json: &str| json.to_owned();
        let reply = || response.result.map(owned).map_err(owned);
        let is_ours = self
            .opened
            .uid
            .zip(response.id.as_ref())
            .is_some_and(|(uid, id)| self.endpoint.requests.answer(uid, id.as_json(), reply));
        if !is_ours {
            let what = "invalid request: no request of this process has this id";
            answers.refuse(None, &ErrorObject::invalid_request(what), StatusCode::BAD_REQUEST);
        }
    }

    /// The response, or the calls that it waits for.
    fn answered(self, mut answers: Answers, is_batch: bool, accepts: Accepts) -> Posted {
        if answers.count == 0 && answers.calls.is_empty() {
            return Posted::Whole(nothing());
        }
        if !answers.calls.is_empty() {
            return Posted::Waits(self.spawn(answers, is_batch));
        }
        let status = answers.refused.filter(|_| !is_batch).unwrap_or(StatusCode::OK);
        let mut response = if accepts.json || status != StatusCode::OK {
            json(status, whole(answers.written, is_batch))
        } else {
            only(&answers.written)
        };
        if let Some(id) = answers.opened.take().and_then(|id| HeaderValue::from_str(&id).ok()) {
            response.headers_mut().insert(SESSION, id);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Posted::Whole(response)
    }

    /// Runs the calls in a task of their own.
    fn spawn(self, answers: Answers, is_batch: bool) -> Waits {
        let endpoint = Arc::clone(self.endpoint);
        let Self { opened, outgoing, stream, attached, .. } = self;
        let Answers { written, count, calls, .. } = answers;
        stream.add(&written, count);
        let run = Run {
            over: Box::pin(endpoint.drain.at(Phase::Over)),
            calls,
            written: is_batch.then_some(written.len()),
            outgoing,
            stream: Arc::clone(&stream),
            attached: attached.clone(),
            endpoint,
        };
        tokio::spawn(run.finish());
        let attached = attached.filter(|_| opened.session.has_resumption());
        Waits { stream, attached, is_batch }
    }
}

impl Answers {
    fn refuse(&mut self, id: Option<&Id<'_>>, error: &ErrorObject, status: StatusCode) {
        write_error(&mut self.written, id, error);
        self.count += 1;
        self.refused = Some(status);
    }
}

/// The response if there are no answers: to notifications, or to cancelled calls.
pub(super) fn nothing() -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::full(Bytes::new()));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// Makes a body of lines: the only one, or an array of them.
pub(super) fn whole(mut lines: Vec<u8>, is_batch: bool) -> Vec<u8> {
    // One line, and no more.
    lines.pop();
    if !is_batch {
        return lines;
    }
    let mut array = vec![b'['];
    array.extend(lines.iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }));
    array.push(b']');
    array
}
