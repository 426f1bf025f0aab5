//! A question that waits for its answer: sent as a request, or left open for the call to end with.

use std::fmt;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use serde_json::Value;
use tokio::time::Sleep;

use super::asks::Way;
use super::context::Context;
use crate::ask::{Answer, Digest, Question, Unaskable, Unread};
use crate::error::{Error, Misuse};
use crate::jsonrpc::{ErrorObject, is_crowded};
use crate::log::{self, Level};
use crate::outgoing::{Reply, Waiting};
use crate::protocol::{ElicitRequestParams, InputRequest};

/// Values in the answer of a client, which is kept as a tree: far more than a form has.
const VALUES: usize = 4096;

/// How often a question may be polled during one poll of its call. Only `block_on` polls it more
/// often: `FuturesUnordered` polls it about as often as it has futures.
const POLLS: u16 = 10_000;

/// What is said to the author of a question that `block_on` or a spawned task polls.
const OUTSIDE: &str = "only the handler itself can wait for the user: use `.await` there, not \
                       `block_on` and not a spawned task";

/// Why a question has no answer; see [`Context::try_ask`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AskError {
    /// The client cannot be asked this; why.
    Unsupported {
        /// What the client lacks.
        why: String,
        /// The capabilities that it would need, as a `ClientCapabilities` object.
        required: Value,
    },
    /// The client answered with an error.
    Refused(ErrorObject),
    /// The answer does not fit what was asked, twice; why.
    Unfit(String),
}

/// A question that waits for its answer: a future.
///
/// Dropping it withdraws the question.
#[must_use = "a question is asked when it is awaited"]
pub struct Asking<'a, T, O = Answer<T>> {
    context: &'a Context,
    question: Question<T>,
    finish: fn(&Context, Result<Answer<T>, AskError>) -> Poll<O>,
    /// What is taken for the answer of a client that cannot be asked.
    otherwise: Option<O>,
    stage: Stage,
    /// The poll of its call in which it was asked, and how often it was polled since then.
    asked_in: Option<u32>,
    polls: u16,
}

/// Nothing in it is pinned.
impl<T, O> Unpin for Asking<'_, T, O> {}

/// How far a question has come.
enum Stage {
    New,
    /// It is among the questions that the call ends with.
    Open {
        key: String,
    },
    /// It is sent as a request.
    Sent(Box<Sent>),
    /// It is answered, or ends the call.
    Over,
}

struct Sent {
    key: String,
    digest: Digest,
    waiting: Waiting,
    /// The user has this long.
    time: Pin<Box<Sleep>>,
    again: bool,
}

impl<'a, T, O> Asking<'a, T, O> {
    /// `finish` says what becomes of the answer, or of the lack of one.
    pub(super) fn new(
        context: &'a Context,
        question: Question<T>,
        finish: fn(&Context, Result<Answer<T>, AskError>) -> Poll<O>,
    ) -> Self {
        Self {
            context,
            question,
            finish,
            otherwise: None,
            stage: Stage::New,
            asked_in: None,
            polls: 0,
        }
    }

    /// The name of the question on the wire, unique among the questions of one call. Without it the
    /// name is derived from the question's content.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.question.key = Some(key.into());
        self
    }

    /// Goes on with this value if the client cannot be asked, in place of ending the call.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Empty the bin.
    /// #[tool(destructive)]
    /// async fn empty(ctx: &Context) -> &'static str {
    ///     // A client without a user in front of it is trusted.
    ///     if ctx.confirm("Empty the bin?").or(true).await { "empty" } else { "kept" }
    /// }
    /// ```
    pub fn or(mut self, otherwise: O) -> Self {
        self.otherwise = Some(otherwise);
        self
    }

    /// Ends the call if `block_on` waits for the question. It would block for ever, and over stdio
    /// the whole server with it, because the answer arrives between two polls of the call. To
    /// detect it, the question wakes its waker until the poll of the call is over.
    ///
    /// A question in a spawned task is found the same way. It ends only its task, whose panic may
    /// be seen by nobody, so the log says it too.
    fn check_poll(&mut self, cx: &TaskContext<'_>) {
        let poll = self.context.asks.polls();
        if *self.asked_in.get_or_insert(poll) != poll {
            return;
        }
        self.polls += 1;
        if self.polls > POLLS {
            log::line(Level::Error, OUTSIDE);
            Misuse(OUTSIDE).unwind();
        }
        cx.waker().wake_by_ref();
    }

    fn advance(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<Answer<T>, AskError>> {
        match &mut self.stage {
            Stage::New => self.begin(cx),
            Stage::Sent(sent) => match poll_sent(sent, cx) {
                Poll::Ready(reply) => self.take(reply, cx),
                Poll::Pending => Poll::Pending,
            },
            Stage::Open { .. } | Stage::Over => Poll::Pending,
        }
    }

    fn begin(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<Answer<T>, AskError>> {
        let context = self.context;
        if context.is_in_thread() {
            Misuse("a plain `fn` cannot ask the user: make it an `async fn`").unwind();
        }
        let (asks, caller) = (&context.asks, context.caller());
        self.stage = Stage::Over;
        if asks.way == Way::Nowhere {
            let what = "asked in a completion or a listing, which cannot ask: ask in the tool, \
                        resource or prompt itself";
            asks.fail(Error::hidden(what));
            return Poll::Pending;
        }
        let request = match self.question.request(caller.version, caller.askable) {
            Ok(request) => request,
            Err(Unaskable { why, required }) => {
                return Poll::Ready(Err(AskError::Unsupported { why, required }));
            }
        };
        let (key, digest) = asks.name(self.question.key.as_deref(), &request);
        let Some((answer, is_second)) = asks.known(&key, digest) else {
            return self.send(key, digest, request, false, cx);
        };
        match self.question.read(answer) {
            Ok(answer) => Poll::Ready(Ok(answer)),
            // Treated as a missing answer.
            Err(Unread::Malformed(_)) => self.send(key, digest, request, false, cx),
            Err(Unread::Unfit(why)) if is_second => Poll::Ready(Err(AskError::Unfit(why))),
            Err(Unread::Unfit(why)) => self.send(key, digest, because(request, &why), true, cx),
        }
    }

    /// Sends a question, or lets the call end with it.
    fn send(
        &mut self,
        key: String,
        digest: Digest,
        request: InputRequest,
        again: bool,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<Answer<T>, AskError>> {
        let (context, caller) = (self.context, self.context.caller());
        let is_sent = !context.asks.way.takes_rounds();
        let line = if is_sent { line(&request, caller.askable.has_url_id) } else { String::new() };
        if let Err(error) = context.asks.open(&key, digest, request, again) {
            context.asks.fail(error);
            return Poll::Pending;
        }
        if !is_sent {
            self.stage = Stage::Open { key };
            return Poll::Pending;
        }
        let Some(waiting) = context.outgoing().ask(&line) else {
            context.asks.close(&key);
            return Poll::Ready(Ok(Answer::Cancelled));
        };
        let time = Box::pin(tokio::time::sleep(context.outgoing().answer_limit()));
        self.stage = Stage::Sent(Box::new(Sent { key, digest, waiting, time, again }));
        self.advance(cx)
    }

    /// Takes what came of a question that was sent.
    fn take(
        &mut self,
        reply: Option<Reply>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<Answer<T>, AskError>> {
        let Stage::Sent(sent) = std::mem::replace(&mut self.stage, Stage::Over) else {
            return Poll::Pending;
        };
        let Sent { key, digest, again, .. } = *sent;
        let context = self.context;
        context.asks.close(&key);
        let json = match reply {
            None => return Poll::Ready(Ok(Answer::Cancelled)),
            Some(Ok(json)) => json,
            Some(Err(json)) => {
                let broken = || ErrorObject::invalid_request("an error that cannot be read");
                let error = serde_json::from_str(&json).unwrap_or_else(|_| broken());
                return Poll::Ready(Err(AskError::Refused(error)));
            }
        };
        let read = match value(&json) {
            Err(unread) => Err(unread),
            Ok(value) if self.question.key.is_some() => {
                let read = self.question.read(value.clone());
                if read.is_ok() {
                    context.asks.learn(key.clone(), digest, value);
                }
                read
            }
            Ok(value) => self.question.read(value),
        };
        let why = match read {
            Ok(answer) => return Poll::Ready(Ok(answer)),
            Err(Unread::Unfit(why) | Unread::Malformed(why)) if again => {
                return Poll::Ready(Err(AskError::Unfit(why)));
            }
            Err(Unread::Unfit(why)) => Some(why),
            Err(Unread::Malformed(_)) => None,
        };
        let caller = context.caller();
        match self.question.request(caller.version, caller.askable) {
            Ok(request) => {
                let request = match why {
                    Some(why) => because(request, &why),
                    None => request,
                };
                self.send(key, digest, request, true, cx)
            }
            Err(Unaskable { why, required }) => {
                Poll::Ready(Err(AskError::Unsupported { why, required }))
            }
        }
    }
}

/// Reads an answer, unless its `Value` would be far larger than the text.
fn value(json: &str) -> Result<Value, Unread> {
    if is_crowded(json, VALUES) {
        return Err(Unread::Malformed(format!("expected at most {VALUES} values")));
    }
    serde_json::from_str(json).map_err(|error| Unread::Malformed(error.to_string()))
}

/// What came of a question that was sent: `None` if nobody answers it any more.
fn poll_sent(sent: &mut Sent, cx: &mut TaskContext<'_>) -> Poll<Option<Reply>> {
    if let Poll::Ready(reply) = sent.waiting.poll(cx) {
        return Poll::Ready(reply);
    }
    // Dropping `waiting` sends the cancellation to the client.
    sent.time.as_mut().poll(cx).map(|()| None)
}

/// The question, with the reason why it is asked again.
fn because(mut request: InputRequest, why: &str) -> InputRequest {
    if let InputRequest::Elicit(ElicitRequestParams::Form(form)) = &mut request {
        form.message = format!("{}\n\n{why}", form.message);
    }
    request
}

/// A question as the members of a request.
fn line(request: &InputRequest, has_url_id: bool) -> String {
    let mut request = request.clone();
    if let InputRequest::Elicit(ElicitRequestParams::Url(url)) = &mut request
        && has_url_id
    {
        url.elicitation_id = Some(crate::ask::random());
    }
    // Writing texts and trees into memory cannot fail.
    serde_json::to_string(&request).unwrap_or_default()
}

impl<T, O> Future for Asking<'_, T, O> {
    type Output = O;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<O> {
        let this = self.get_mut();
        match this.advance(cx) {
            Poll::Ready(Err(AskError::Unsupported { .. })) if this.otherwise.is_some() => {
                this.otherwise.take().map_or(Poll::Pending, Poll::Ready)
            }
            Poll::Ready(result) => (this.finish)(this.context, result),
            Poll::Pending => {
                this.check_poll(cx);
                Poll::Pending
            }
        }
    }
}

impl<T, O> Drop for Asking<'_, T, O> {
    fn drop(&mut self) {
        match &self.stage {
            Stage::Open { key } => self.context.asks.close(key),
            Stage::Sent(sent) => self.context.asks.close(&sent.key),
            Stage::New | Stage::Over => {}
        }
    }
}

impl<T, O> fmt::Debug for Asking<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("question", &self.question).finish_non_exhaustive()
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "{} ({})", error.message, error.code),
            Self::Unsupported { why, .. } | Self::Unfit(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for AskError {}
