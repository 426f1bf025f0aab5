//! A POST of a session. A call that is ready is answered at once. One that waits goes on in a task
//! of its own, whatever becomes of its connection.
//!
//! Spec: 2025-11-25, basic/transports, Sending Messages to the Server.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use tokio::time::{Sleep, sleep};

use super::attached::Attached;
use super::reader::Reader;
use super::stream::Stream;
use super::{Opened, SESSION, sealed};
use crate::dispatch::{
    Begun, Done, Exchange, Familiar, Origin, Reason, Session, begin, cancelled, changes_session,
    opens_session,
};
use crate::jsonrpc::{
    ErrorObject, Hints, Id, Index, Invalid, Message, Notification, Request, Response as Reply,
    code, elements, write_error, write_result,
};
use crate::outgoing::Outgoing;
use crate::transport::http::Endpoint;
use crate::transport::http::answer::{Refused, json};
use crate::transport::http::body::HttpBody;
use crate::transport::http::call::SILENCE;
use crate::transport::http::drain::Phase;
use crate::transport::http::events::only;
use crate::transport::http::headers::Accepts;

/// Messages in a batch.
const MOST: usize = 1024;

/// A message of a session that was read.
pub(in crate::transport::http) enum Posted {
    Whole(Response<HttpBody>),
    /// Calls that wait.
    Waits(Waits),
}

/// Calls that wait, in a task of their own.
pub(in crate::transport::http) struct Waits {
    stream: Arc<Stream>,
    /// The number of the stream, if it can be picked up again.
    number: Option<u64>,
    /// How many answers there will be.
    answers: usize,
    is_batch: bool,
}

/// A call whose answer is not there yet.
struct Call {
    id: Id<'static>,
    exchange: Exchange,
}

/// What is answered to the messages of one body.
#[derive(Default)]
struct Answers {
    /// A line each.
    written: Vec<u8>,
    /// How many there are.
    count: usize,
    calls: Vec<Call>,
    /// The status of the only request, if it is refused.
    refused: Option<StatusCode>,
    /// The id of a session that was opened.
    opened: Option<String>,
}

/// Reads the messages of a body, and begins what they ask for.
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
    let mut post = Post { endpoint, parts, opened, outgoing, bytes: text.len() };
    let mut answers = Answers::default();
    let is_batch = text.starts_with('[') && post.opened.session.has_batches();
    if is_batch {
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

/// What all messages of one body share.
struct Post<'a> {
    endpoint: &'a Arc<Endpoint>,
    parts: &'a Arc<Parts>,
    opened: Opened,
    outgoing: Arc<Outgoing>,
    bytes: usize,
}

impl Post<'_> {
    fn take(&mut self, message: &str, index: &mut Index, is_in_batch: bool, answers: &mut Answers) {
        let hints = Hints { nested: "arguments", familiar: "" };
        match Message::read(message, index, hints) {
            Ok(Message::Request(request)) => self.request(&request, is_in_batch, answers),
            Ok(Message::Notification(notification)) => self.notification(&notification),
            Ok(Message::Response(response)) => self.response(&response, answers),
            Err(Invalid { id, error }) => {
                let status = if id.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
                answers.refuse(id.as_ref(), &error, status);
            }
        }
    }

    fn request(&mut self, request: &Request<'_>, is_in_batch: bool, answers: &mut Answers) {
        let (uid, endpoint) = (self.opened.uid, self.endpoint);
        if let Some(attached) = uid.and_then(|uid| endpoint.sessions.attached(uid))
            && let Err(refusal) = attached.check_id(&request.id.clone().into_owned())
        {
            return answers.refuse(Some(&request.id), &refusal.error, StatusCode::OK);
        }
        if uid.is_none() && opens_session(request) {
            self.opened.session = Session::closed();
        }
        // What the request changes has to live somewhere.
        let attached = uid.filter(|_| changes_session(request)).map(|uid| {
            let attached = endpoint.sessions.attach(uid, &self.opened.session);
            attached.keep();
            attached
        });
        let mut kept = attached.as_ref().map(|attached| attached.session());
        if let Some(session) = &mut kept
            && let Err(refusal) = session.listen(&endpoint.served)
        {
            return answers.refuse(Some(&request.id), &refusal.error, StatusCode::OK);
        }
        let was_open = self.opened.session.is_open();
        let session = kept.as_deref_mut().unwrap_or(&mut self.opened.session);
        let mut origin = Origin {
            session: Some(session),
            familiar: &mut Familiar::default(),
            outgoing: &self.outgoing,
            places: &endpoint.places,
            has_room: endpoint.places.calls() < endpoint.served.limits.calls,
            bytes: self.bytes,
            is_in_batch,
            mirror: None,
            head: Some(self.parts),
        };
        let begun = begin(&endpoint.served, request, &mut origin);
        drop(kept);
        match begun {
            Ok(Begun::Answer(answer)) => {
                write_result(&mut answers.written, &request.id, |out| answer.write(out));
                answers.count += 1;
                if !was_open && self.opened.session.is_open() {
                    answers.opened = Some(sealed(endpoint, &self.opened.session));
                }
            }
            Ok(Begun::Listen(_)) => {
                let what = "invalid request: a session listens by GET";
                let error = ErrorObject::invalid_request(what);
                answers.refuse(Some(&request.id), &error, StatusCode::OK);
            }
            Ok(Begun::Call(exchange)) => {
                let id = request.id.clone().into_owned();
                answers.calls.push(Call { id, exchange });
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

    fn notification(&self, notification: &Notification<'_>) {
        let attached = self.opened.uid.and_then(|uid| self.endpoint.sessions.attached(uid));
        if let (Some(id), Some(attached)) = (cancelled(notification), attached) {
            attached.cancel(&id.into_owned());
        }
    }

    /// An answer to a request of ours. One that comes late is fine; one to a request that was never
    /// sent from here, perhaps by another process, is told.
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

    /// The answer to all, or what waits for it.
    fn answered(self, mut answers: Answers, is_batch: bool, accepts: Accepts) -> Posted {
        if answers.count == 0 && answers.calls.is_empty() {
            let mut response = Response::new(HttpBody::full(Bytes::new()));
            *response.status_mut() = StatusCode::ACCEPTED;
            return Posted::Whole(response);
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
        Posted::Whole(response)
    }

    /// Lets calls go on by themselves.
    fn spawn(self, answers: Answers, is_batch: bool) -> Waits {
        let endpoint = Arc::clone(self.endpoint);
        let Answers { written, count, calls, .. } = answers;
        let waits = count + calls.len();
        let stream = Arc::<Stream>::default();
        stream.add(&written, count);
        let attached =
            self.opened.uid.map(|uid| endpoint.sessions.attach(uid, &self.opened.session));
        let resumable = attached.as_ref().filter(|_| self.opened.session.has_resumption());
        let number = resumable.map(|attached| attached.keep_stream(&stream));
        if let Some(attached) = &attached {
            for call in &calls {
                attached.add_call(call.id.clone(), &stream);
            }
        }
        let run = Run {
            over: Box::pin(endpoint.drain.at(Phase::Over)),
            calls,
            outgoing: self.outgoing,
            stream: Arc::clone(&stream),
            attached,
            endpoint,
        };
        tokio::spawn(run.until_answered());
        Waits { stream, number, answers: waits, is_batch }
    }
}

impl Answers {
    fn refuse(&mut self, id: Option<&Id<'_>>, error: &ErrorObject, status: StatusCode) {
        write_error(&mut self.written, id, error);
        self.count += 1;
        self.refused = Some(status);
    }
}

/// Lines as one body: the only one, or an array of them.
fn whole(mut lines: Vec<u8>, is_batch: bool) -> Vec<u8> {
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

/// Calls that go on by themselves.
struct Run {
    calls: Vec<Call>,
    outgoing: Arc<Outgoing>,
    stream: Arc<Stream>,
    attached: Option<Arc<Attached>>,
    endpoint: Arc<Endpoint>,
    over: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Run {
    async fn until_answered(mut self) {
        std::future::poll_fn(|cx| {
            self.outgoing.listen(cx);
            match self.stream.take_cancelled(cx) {
                Some(ids) => self.calls.retain(|call| !ids.contains(&call.id)),
                None => self.calls.clear(),
            }
            let mut done: Vec<(Id<'static>, Done)> = Vec::new();
            self.calls.retain_mut(|call| match call.exchange.poll(cx) {
                Poll::Ready(outcome) => {
                    done.push((call.id.clone(), outcome));
                    false
                }
                Poll::Pending => true,
            });
            let mut lines = Vec::new();
            if self.stream.has_room() || !done.is_empty() {
                self.outgoing.drain(&mut lines);
            }
            let mut answers = done.len();
            for (id, outcome) in done {
                outcome.write(&mut lines, &id, &self.endpoint.served);
                self.forget(&id);
            }
            if self.over.as_mut().poll(cx).is_ready() {
                for call in std::mem::take(&mut self.calls) {
                    let error = ErrorObject::new(code::INTERNAL_ERROR, "the server is stopping");
                    write_error(&mut lines, Some(&call.id), &error);
                    self.forget(&call.id);
                    answers += 1;
                }
            }
            if !lines.is_empty() {
                self.stream.add(&lines, answers);
            }
            if let Some(after) = self.outgoing.take_reconnect() {
                self.stream.reconnect(after);
            }
            if self.calls.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn forget(&self, id: &Id<'static>) {
        if let Some(attached) = &self.attached {
            attached.remove_call(id);
        }
    }
}

/// However it ends, its stream does.
impl Drop for Run {
    fn drop(&mut self) {
        self.stream.end();
    }
}

impl Waits {
    /// The answer: whole if it is ready before anything is said, else a stream.
    pub(in crate::transport::http) async fn answer(self, accepts: Accepts) -> Response<HttpBody> {
        let Self { stream, number, answers, is_batch } = self;
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
            && let Some(messages) = stream.take_answers(answers)
        {
            let lines = messages.into_iter().flat_map(|mut line| {
                line.push(b'\n');
                line
            });
            return json(StatusCode::OK, whole(lines.collect(), is_batch));
        }
        Reader::new(stream, number, 0).into_response()
    }
}
