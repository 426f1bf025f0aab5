//! One POST: its body as a message, the message as a call, and the form of its answer.
//!
//! An answer that is ready is JSON. The head waits for the first message, the end, or a while of
//! silence; then the answer is a stream of events, so that no proxy takes the silence for an end.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Buf;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body::Body;
use tokio::time::{Sleep, sleep};

use super::answer::{Refused, json, status};
use super::body::HttpBody;
use super::drain::Phase;
use super::events::{Call, Events, Over, only};
use super::headers::{Accepts, is_json};
use super::read::read;
use super::session::{self, Posted};
use super::{Endpoint, Scratch};
use crate::dispatch::{
    Begun, Done, Exchange, Familiar, Mirror, Origin, Subscription, begin, may_stand_alone,
    opens_session, stands_alone,
};
use crate::jsonrpc::{
    ErrorObject, Hints, Id, Index, Invalid, Message, Request, code, write_result,
};
use crate::outgoing::Outgoing;
use crate::protocol::meta::{LOG_LEVEL, PROGRESS_TOKEN};

/// How long a call may be silent before its answer becomes a stream.
pub(super) const SILENCE: Duration = Duration::from_secs(10);

/// Longer than most answers: room that is made once.
const SHORT: usize = 512;

/// Answers a request that may be sent.
///
/// # Errors
/// Why it is not served.
pub(super) async fn serve<B>(
    endpoint: &Arc<Endpoint>,
    requires_sessions: bool,
    parts: Parts,
    body: B,
) -> Result<Response<HttpBody>, Refused>
where
    B: Body<Data: Buf, Error: fmt::Display>,
{
    let is_other = [Method::GET, Method::DELETE].contains(&parts.method);
    if parts.method != Method::POST && !(is_other && session::is_named(&parts)) {
        return Err(Refused::method("invalid request: a client sends POST"));
    }
    if endpoint.drain.has_begun() {
        return Err(Refused::stopping(None));
    }
    endpoint.begin_serving();
    let accepts = Accepts::of(&parts.headers);
    if parts.method == Method::GET && !accepts.events {
        let what = "invalid request: `Accept` does not allow text/event-stream";
        return Err(Refused::new(StatusCode::NOT_ACCEPTABLE, what));
    }
    if is_other {
        return session::other(endpoint, &parts);
    }
    let parts = Arc::new(parts);
    if !accepts.json && !accepts.events {
        let what =
            "invalid request: `Accept` allows neither application/json nor text/event-stream";
        return Err(Refused::new(StatusCode::NOT_ACCEPTABLE, what));
    }
    if !is_json(&parts.headers) {
        let what = "invalid request: `Content-Type`: expected application/json";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
    }
    let body = read(body, endpoint.served.limits.body).await?;
    let sent = Sent { parts: &parts, bytes: body.len(), accepts, requires_sessions };
    let begun = endpoint.lend(|scratch| message(endpoint, sent, &body, scratch))?;
    // A call that waits does not hold what was read.
    drop((parts, body));
    match begun {
        Answered::Whole(response) => Ok(response),
        Answered::Waits(waits) => Ok(waits.answer(endpoint, accepts).await),
        Answered::InSession(waits) => Ok(waits.answer(accepts).await),
    }
}

/// How a request is answered.
enum Answered {
    Whole(Response<HttpBody>),
    Waits(Waits),
    InSession(session::Waits),
}

/// Reads a message, and begins it if it is a request.
fn message(
    endpoint: &Arc<Endpoint>,
    sent: Sent<'_>,
    body: &[u8],
    scratch: &mut Scratch,
) -> Result<Answered, Refused> {
    let text = str::from_utf8(body).map_err(|error| {
        let what = format!("parse error: invalid UTF-8 at byte {}", error.valid_up_to());
        let error = ErrorObject::new(code::PARSE_ERROR, what);
        Refused::of(StatusCode::BAD_REQUEST, None, &error)
    })?;
    let Scratch { index, familiar, hears } = scratch;
    let is_named = session::is_named(sent.parts);
    if is_named && !may_stand_alone(text) {
        return in_session(endpoint, sent, text, index);
    }
    let hints = Hints { nested: "arguments", familiar: familiar.meta() };
    let message = Message::read(text, index, hints);
    if is_of_session(is_named, &message) {
        return in_session(endpoint, sent, text, index);
    }
    match message {
        Ok(Message::Request(request)) => begun(endpoint, &request, sent, familiar, hears),
        // Nothing that a client may notify of concerns another request than its own.
        Ok(Message::Notification(_)) => {
            let mut response = Response::new(HttpBody::full(bytes::Bytes::new()));
            *response.status_mut() = StatusCode::ACCEPTED;
            Ok(Answered::Whole(response))
        }
        Ok(Message::Response(_)) => {
            let what = "invalid request: no request of ours is open that this could answer";
            Err(Refused::new(StatusCode::BAD_REQUEST, what))
        }
        Err(Invalid { id, error }) => {
            Err(Refused::of(StatusCode::BAD_REQUEST, id.as_ref(), &error))
        }
    }
}

/// Reads the messages of a session.
fn in_session(
    endpoint: &Arc<Endpoint>,
    Sent { parts, accepts, requires_sessions, .. }: Sent<'_>,
    text: &str,
    index: &mut Index,
) -> Result<Answered, Refused> {
    let mut opened = session::opened(endpoint, parts)?;
    opened.requires_id = requires_sessions;
    Ok(match session::post(endpoint, parts, opened, text, index, accepts)? {
        Posted::Whole(response) => Answered::Whole(response),
        Posted::Waits(waits) => Answered::InSession(waits),
    })
}

/// Whether a message belongs to a session: its headers name one, or it opens one; and it does not
/// stand for itself.
fn is_of_session(is_named: bool, message: &Result<Message<'_>, Invalid<'_>>) -> bool {
    match message {
        Ok(Message::Request(request)) => {
            let meta = request.params.get("_meta").ok().flatten().unwrap_or_default();
            (is_named || opens_session(request)) && !stands_alone(meta)
        }
        _ => is_named,
    }
}

/// How a request was sent.
#[derive(Clone, Copy)]
struct Sent<'a> {
    parts: &'a Arc<Parts>,
    bytes: usize,
    accepts: Accepts,
    /// Whether a session has to be named.
    requires_sessions: bool,
}

/// Begins a request.
fn begun(
    endpoint: &Arc<Endpoint>,
    request: &Request<'_>,
    Sent { parts, bytes, accepts, .. }: Sent<'_>,
    familiar: &mut Familiar,
    hears: &mut bool,
) -> Result<Answered, Refused> {
    let meta = request.params.get("_meta").ok().flatten().unwrap_or_default();
    if meta.is_empty() || familiar.meta() != meta {
        // A name may be spelled with escapes.
        *hears = [PROGRESS_TOKEN, LOG_LEVEL, "\\"].iter().any(|asks| meta.contains(asks));
        // What is remembered is so of the `_meta` that it was found in.
        *familiar = Familiar::default();
    }
    let hears = accepts.events && *hears;
    let outgoing = if hears { Arc::default() } else { Arc::clone(&endpoint.unheard) };
    let mut origin = Origin {
        session: None,
        familiar,
        outgoing: &outgoing,
        places: &endpoint.places,
        has_room: endpoint.places.calls() < endpoint.served.limits.calls,
        bytes,
        is_in_batch: false,
        is_http: true,
        mirror: Some(Mirror(&parts.headers)),
        head: Some(parts),
    };
    match begin(&endpoint.served, request, &mut origin) {
        Ok(Begun::Answer(answer)) => {
            let mut out = Vec::with_capacity(SHORT);
            write_result(&mut out, &request.id, |out| answer.write(out));
            let response = if accepts.json { whole(StatusCode::OK, out) } else { only(&out) };
            Ok(Answered::Whole(response))
        }
        Ok(Begun::Call(exchange)) => {
            let id = request.id.clone().into_owned();
            Ok(Answered::Waits(Waits { exchange, id, outgoing: hears.then_some(outgoing) }))
        }
        Ok(Begun::Listen(subscription)) if accepts.events => {
            Subscription::check_id(&request.id)
                .map_err(|refusal| Refused::refusal(&request.id, &refusal))?;
            let id = request.id.clone().into_owned();
            let draining = Box::pin(endpoint.drain.at(Phase::Draining));
            let call = Call::Listens { subscription: *subscription, draining };
            let events = Events::new(call, None, id, Arc::clone(&endpoint.served));
            Ok(Answered::Whole(events.into_response()))
        }
        Ok(Begun::Listen(_)) => {
            let what = "invalid request: `Accept` does not allow text/event-stream, in which changes \
                        are reported";
            let error = ErrorObject::invalid_request(what);
            Err(Refused::of(StatusCode::NOT_ACCEPTABLE, Some(&request.id), &error))
        }
        Err(refusal) => {
            // The client may come back.
            endpoint.free_subscribers();
            Err(Refused::refusal(&request.id, &refusal))
        }
    }
}

/// A call whose answer has no form so far.
struct Waits {
    exchange: Exchange,
    id: Id<'static>,
    /// What it says; `None` if its client can hear nothing.
    outgoing: Option<Arc<Outgoing>>,
}

/// What comes first.
enum First {
    /// It has an outcome; whether it has said something before shows in what waits.
    Done(Done),
    /// It says something, or has been silent for long.
    Stream,
    /// The server is stopping, and its time is over.
    Over,
}

impl Waits {
    async fn answer(mut self, endpoint: &Arc<Endpoint>, accepts: Accepts) -> Response<HttpBody> {
        let first = self.first(endpoint, accepts).await;
        let Self { exchange, id, outgoing } = self;
        let call = match first {
            First::Done(done)
                if (accepts.json || done.reason().is_some()) && !has_said(outgoing.as_ref()) =>
            {
                let status = done.reason().map_or(StatusCode::OK, status);
                let mut out = Vec::with_capacity(SHORT.max(done.size() + done.size() / 4));
                done.write(&mut out, &id, &endpoint.served);
                return whole(status, out);
            }
            First::Over => return Refused::stopping(Some(&id)).into_response(),
            First::Done(done) => Call::Done(done),
            First::Stream => {
                Call::Runs { exchange, over: Box::pin(endpoint.drain.at(Phase::Over)) }
            }
        };
        Events::new(call, outgoing, id, Arc::clone(&endpoint.served)).into_response()
    }

    async fn first(&mut self, endpoint: &Endpoint, accepts: Accepts) -> First {
        let Self { exchange, outgoing, .. } = self;
        let mut silence: Option<Pin<Box<Sleep>>> = None;
        let mut over: Option<Over> = None;
        std::future::poll_fn(|cx| {
            if let Some(outgoing) = outgoing {
                outgoing.listen(cx);
            }
            if let Poll::Ready(done) = exchange.poll(cx) {
                return Poll::Ready(First::Done(done));
            }
            if has_said(outgoing.as_ref()) {
                return Poll::Ready(First::Stream);
            }
            let over = over.get_or_insert_with(|| Box::pin(endpoint.drain.at(Phase::Over)));
            if over.as_mut().poll(cx).is_ready() {
                return Poll::Ready(First::Over);
            }
            if !accepts.events {
                return Poll::Pending;
            }
            let silence = silence.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
            silence.as_mut().poll(cx).map(|()| First::Stream)
        })
        .await
    }
}

fn has_said(outgoing: Option<&Arc<Outgoing>>) -> bool {
    outgoing.is_some_and(|outgoing| outgoing.has_waiting())
}

/// An answer in one piece.
fn whole(status: StatusCode, mut out: Vec<u8>) -> Response<HttpBody> {
    // One line, and no more.
    out.pop();
    json(status, out)
}
