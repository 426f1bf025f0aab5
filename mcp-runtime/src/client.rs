//! A client in the same process, without a stream between it and the server: what tests and the
//! command line call handlers with.

use std::fmt;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::Places;
use crate::dispatch::{Begun, Familiar, Origin, Served, Serving, Session, Subscription, begin};
use crate::jsonrpc::{ErrorObject, Hints, Id, Index, Message, Request, write_error, write_result};
use crate::outgoing::{Outgoing, Peer, Requests};
use crate::protocol::meta::{
    CLIENT_CAPABILITIES, CLIENT_INFO, LOG_LEVEL, PROGRESS_TOKEN, PROTOCOL_VERSION,
};
use crate::protocol::{InputRequest, InputRequests, ProtocolVersion};

/// There is one peer.
const PEER: Peer = 0;

/// A client of one server, which sends one request after the other.
pub(crate) struct Client {
    served: Arc<Served>,
    session: Session,
    familiar: Familiar,
    outgoing: Arc<Outgoing>,
    requests: Arc<Requests>,
    places: Arc<Places>,
    /// What it has subscribed to.
    subscriptions: Vec<(Id<'static>, Subscription)>,
    /// Keeps the background functions running.
    serving: Option<Serving>,
    name: &'static str,
    version: ProtocolVersion,
    last_id: u64,
    /// Answers what the server asks; without it the client cannot be asked.
    script: Option<Script>,
    capabilities: Value,
}

/// Answers the questions of a server: the key of each, unless it came as a request, and what is
/// asked.
pub(crate) type Script =
    Box<dyn FnMut(Option<&str>, InputRequest) -> Result<Value, ErrorObject> + Send>;

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) result: Result<Value, ErrorObject>,
    /// The notifications that were sent before it.
    pub(crate) heard: Vec<Value>,
}

impl Client {
    /// A client of the newest version.
    pub(crate) fn new(served: Arc<Served>, name: &'static str) -> Self {
        let requests = Arc::new(Requests::new(1, served.limits.answer));
        Self {
            served,
            session: Session::closed(),
            familiar: Familiar::default(),
            outgoing: Arc::new(Outgoing::asking(Arc::clone(&requests), PEER)),
            requests,
            places: Arc::default(),
            subscriptions: Vec::new(),
            serving: None,
            name,
            version: ProtocolVersion::ALL[0],
            last_id: 0,
            script: None,
            capabilities: json!({}),
        }
    }

    /// Answers what the server asks from now on, as a client with these capabilities.
    pub(crate) fn answer_by(&mut self, script: Script, capabilities: Value) {
        self.script = Some(script);
        self.capabilities = capabilities;
    }

    /// Whether a session is open, which knows what the client can do.
    pub(crate) fn is_in_session(&self) -> bool {
        self.version != ProtocolVersion::ALL[0]
    }

    /// Opens a session under an older version, and gives the one that the server agreed to.
    ///
    /// # Errors
    /// The server's.
    pub(crate) async fn initialize(
        &mut self,
        version: ProtocolVersion,
    ) -> Result<Value, ErrorObject> {
        self.version = version;
        let params = json!({
            "protocolVersion": version,
            "capabilities": self.capabilities,
            "clientInfo": self.implementation(),
        });
        let answered = self.request("initialize", params).await;
        answered.result.map(|mut result| result["protocolVersion"].take())
    }

    /// Runs the background functions of the server until the client is dropped.
    pub(crate) fn serve_background(&mut self) {
        self.serving.get_or_insert_with(|| self.served.serve());
    }

    /// The notifications of the next round of changes.
    pub(crate) fn poll_changes(&mut self, cx: &mut TaskContext<'_>) -> Poll<Vec<Value>> {
        let mut out = Vec::new();
        for (id, subscription) in &mut self.subscriptions {
            while subscription.poll(cx, id, &mut out).is_ready() {}
        }
        while self.session.poll_changes(cx, &self.served, &mut out).is_ready() {}
        if out.is_empty() { Poll::Pending } else { Poll::Ready(messages(&out)) }
    }

    /// Whether it is notified of any changes.
    pub(crate) fn listens(&self) -> bool {
        !self.subscriptions.is_empty() || self.session.listens()
    }

    /// Sends a request, and waits for its answer; questions on the way are answered by the script.
    ///
    /// A subscription is answered with its acknowledgement; the changes come by
    /// [`poll_changes`](Self::poll_changes).
    ///
    /// # Panics
    /// If `params` is not an object.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Answered {
        self.request_watched(method, params, &mut |_| {}).await
    }

    /// The same, and shows the bytes of notifications, a line each, as soon as they are sent.
    ///
    /// # Panics
    /// As there.
    pub(crate) async fn request_watched(
        &mut self,
        method: &str,
        mut params: Value,
        watch: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Answered {
        let mut heard = Vec::new();
        loop {
            let mut answered = self.send(method, params.clone(), watch).await;
            heard.append(&mut answered.heard);
            let responses = match (&mut answered.result, &mut self.script) {
                (Ok(result), Some(script)) if result["resultType"] == "input_required" => {
                    respond(script, result["inputRequests"].take())
                }
                _ => return Answered { heard, ..answered },
            };
            match (responses, answered.result) {
                (Ok(responses), Ok(mut result)) => {
                    params["inputResponses"] = Value::Object(responses);
                    params["requestState"] = result["requestState"].take();
                }
                (Err(error), _) | (_, Err(error)) => return Answered { result: Err(error), heard },
            }
        }
    }

    async fn send(
        &mut self,
        method: &str,
        mut params: Value,
        watch: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Answered {
        self.last_id += 1;
        params["_meta"] = self.meta();
        let message =
            json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params });
        let line = message.to_string();
        let mut index = Index::default();
        let hints = Hints { nested: "arguments", familiar: "" };
        let mut out = Vec::new();
        match Message::read(&line, &mut index, hints) {
            Ok(Message::Request(request)) => {
                self.serve(&request, line.len(), &mut out, watch).await;
            }
            _ => unreachable!("a request was written"),
        }
        let mut heard = messages(&out);
        let mut answer = heard.pop().expect("every request is answered");
        // The acknowledgement of a subscription has params in place of a result.
        let member = if answer.get("params").is_some() { "params" } else { "result" };
        let result = match answer.get_mut(member) {
            Some(result) => Ok(result.take()),
            None => Err(serde_json::from_value(answer["error"].take())
                .expect("an answer is a result or an error")),
        };
        Answered { result, heard }
    }

    async fn serve(
        &mut self,
        request: &Request<'_>,
        bytes: usize,
        out: &mut Vec<u8>,
        watch: &mut (dyn FnMut(&[u8]) + Send),
    ) {
        let mut origin = Origin {
            session: Some(&mut self.session),
            familiar: &mut self.familiar,
            outgoing: &self.outgoing,
            places: &self.places,
            has_room: true,
            bytes,
            is_in_batch: false,
            is_http: false,
            mirror: None,
            #[cfg(feature = "http")]
            head: None,
        };
        match begin(&self.served, request, &mut origin) {
            Ok(Begun::Answer(answer)) => write_result(out, &request.id, |out| answer.write(out)),
            Ok(Begun::Call(mut exchange)) => {
                let Self { outgoing, requests, script, .. } = self;
                let done = std::future::poll_fn(|cx| {
                    loop {
                        // Asked for before the call runs: it may say something in another thread.
                        outgoing.listen(cx);
                        let polled = exchange.poll(cx);
                        let (mut said, seen) = (Vec::new(), out.len());
                        outgoing.drain(&mut said);
                        let has_asked = take_said(&said, script, requests, out);
                        if out.len() > seen {
                            watch(&out[seen..]);
                        }
                        if polled.is_ready() || !has_asked {
                            return polled;
                        }
                    }
                });
                let done = done.await;
                done.write(out, &request.id, &self.served);
            }
            Ok(Begun::Listen(mut subscription)) => {
                let id = request.id.clone().into_owned();
                // The acknowledgement is ready at once.
                std::future::poll_fn(|cx| subscription.poll(cx, &id, out)).await;
                self.subscriptions.push((id, *subscription));
            }
            Err(refusal) => write_error(out, Some(&request.id), &refusal.error),
        }
    }

    fn implementation(&self) -> Value {
        json!({ "name": self.name, "version": env!("CARGO_PKG_VERSION") })
    }

    /// Asks for progress and for every log message.
    fn meta(&self) -> Value {
        let mut meta = Map::new();
        meta.insert(PROGRESS_TOKEN.to_owned(), self.last_id.into());
        if self.version == ProtocolVersion::ALL[0] {
            meta.insert(PROTOCOL_VERSION.to_owned(), json!(self.version));
            meta.insert(CLIENT_CAPABILITIES.to_owned(), self.capabilities.clone());
            meta.insert(CLIENT_INFO.to_owned(), self.implementation());
            meta.insert(LOG_LEVEL.to_owned(), "debug".into());
        }
        Value::Object(meta)
    }
}

/// Lines that were written, as messages.
fn messages(lines: &[u8]) -> Vec<Value> {
    let messages = serde_json::Deserializer::from_slice(lines).into_iter();
    messages.collect::<Result<_, _>>().expect("what is written is JSON, a line for each message")
}

/// The answers to the questions of a round.
fn respond(script: &mut Script, requests: Value) -> Result<Map<String, Value>, ErrorObject> {
    let requests: InputRequests = serde_json::from_value(requests).unwrap_or_default();
    let answer = |(key, request): (String, InputRequest)| {
        let answer = script(Some(&key), request)?;
        Ok((key, answer))
    };
    requests.into_iter().map(answer).collect()
}

/// Answers the requests among some messages, and writes the others; whether there was a request.
fn take_said(
    said: &[u8],
    script: &mut Option<Script>,
    requests: &Requests,
    out: &mut Vec<u8>,
) -> bool {
    let mut has_asked = false;
    for message in messages(said) {
        let (id, script) = match (message.get("id"), &mut *script) {
            (Some(id), Some(script)) => (id.to_string(), script),
            _ => {
                out.extend_from_slice(message.to_string().as_bytes());
                out.push(b'\n');
                continue;
            }
        };
        has_asked = true;
        let answered = match InputRequest::deserialize(&message) {
            Ok(request) => script(None, request),
            Err(error) => Err(ErrorObject::invalid_params(error.to_string())),
        };
        requests.answer(PEER, &id, || match answered {
            Ok(result) => Ok(result.to_string()),
            Err(error) => Err(json!(error).to_string()),
        });
    }
    has_asked
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The text blocks of a tool's result; another block as its JSON.
pub(crate) fn text_of(result: &Value) -> String {
    let Some(Value::Array(blocks)) = result.get("content") else { return String::new() };
    let text = |block: &Value| match block.get("text") {
        Some(Value::String(text)) => text.clone(),
        _ => block.to_string(),
    };
    blocks.iter().map(text).collect::<Vec<_>>().join("\n")
}
