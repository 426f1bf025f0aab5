//! Streamable HTTP: one endpoint, which answers every request by itself.
//!
//! Spec: 2026-07-28, basic/transports/streamable-http.

use std::convert::Infallible;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context as TaskContext, Poll};

use bytes::Buf;
use http::{Request, Response};
use http_body::Body;

use crate::call::Places;
use crate::dispatch::{Familiar, Served, Serving};
use crate::jsonrpc::Index;
use crate::keys::Keys;
use crate::outgoing::{Outgoing, Requests};

mod accept;
mod answer;
mod body;
mod call;
mod deadline;
mod drain;
mod events;
mod guard;
mod headers;
mod read;
mod session;

pub(crate) use accept::Listener;
pub use body::HttpBody;
use drain::Drain;
use guard::Guard;
use session::Sessions;

/// A server over HTTP: a [`tower_service::Service`] that mounts into axum or any tower stack.
///
/// A clone is the same server. It checks `Host` and `Origin` of every request: only loopback
/// addresses and IP addresses are served unless [`public_url`](Self::public_url) or
/// [`allow_hosts`](Self::allow_hosts) say more.
///
/// Made by [`App::into_service`](crate::App::into_service).
#[derive(Clone)]
pub struct HttpService {
    endpoint: Arc<Endpoint>,
    guard: Arc<Guard>,
    requires_sessions: bool,
}

/// What all requests share.
struct Endpoint {
    served: Arc<Served>,
    places: Arc<Places>,
    /// What reading a request needs and the next one can use again: one for each thread that reads
    /// at the same time.
    scratches: Mutex<Vec<Scratch>>,
    /// Of calls whose client can hear nothing before its answer.
    unheard: Arc<Outgoing>,
    drain: Drain,
    sessions: Sessions,
    /// What is asked of sessions.
    requests: Arc<Requests>,
    /// Keeps the background functions running, from the first request to the end.
    serving: OnceLock<Mutex<Option<Serving>>>,
}

/// What reading a request needs and the next one can use again.
#[derive(Default)]
struct Scratch {
    index: Index,
    /// Who sent the last request that was read with it.
    familiar: Familiar,
    /// Whether they asked for progress or log messages.
    hears: bool,
}

impl HttpService {
    pub(crate) fn new(served: Arc<Served>, keys: Keys) -> Self {
        // Of two services of one server the first one's keys count.
        served.keys.get_or_init(|| keys);
        // Many clients share them: what one sends is not to wait for all others.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        // An answer that comes to another process is not taken there for another question.
        let first_id = RandomState::new().hash_one(0_u8) >> 20;
        let requests = Arc::new(Requests::new(first_id, served.limits.answer));
        let endpoint = Endpoint {
            served,
            places: Arc::new(Places::new(cores)),
            scratches: Mutex::default(),
            unheard: Arc::new(Outgoing::unheard()),
            drain: Drain::new(),
            sessions: Sessions::default(),
            requests,
            serving: OnceLock::new(),
        };
        Self { endpoint: Arc::new(endpoint), guard: Arc::default(), requires_sessions: false }
    }

    /// The URL under which clients reach the server, such as `https://example.com/mcp`: requests
    /// for its host are served, and browsers may send them from its origin.
    ///
    /// # Panics
    /// If it is no `http:` or `https:` URL.
    #[must_use]
    pub fn public_url(self, url: &str) -> Self {
        match self.try_public_url(url) {
            Ok(service) => service,
            Err(wrong) => panic!("{wrong}"),
        }
    }

    pub(crate) fn try_public_url(mut self, url: &str) -> Result<Self, String> {
        Arc::make_mut(&mut self.guard).add_url(url)?;
        Ok(self)
    }

    /// Hosts that requests may name besides: `example.com`, or `example.com:8443` for one port.
    #[must_use]
    pub fn allow_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        Arc::make_mut(&mut self.guard).add_hosts(hosts.into_iter().map(Into::into));
        self
    }

    /// Origins from which browsers may send requests, such as `https://app.example.com`. Their
    /// preflights are answered too.
    #[must_use]
    pub fn allow_origins<O: Into<String>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        Arc::make_mut(&mut self.guard).add_origins(origins.into_iter().map(Into::into));
        self
    }

    /// Refuses requests of the versions up to 2025-11-25 without a session id, except `initialize`,
    /// with 400. By default a request whose headers name such a version is served as one of a
    /// session that can do nothing, because some clients leave out `Mcp-Session-Id`.
    ///
    /// Spec: 2025-11-25, basic/transports, Session Management.
    #[must_use]
    pub fn require_sessions(mut self) -> Self {
        self.requires_sessions = true;
        self
    }

    /// Ends everything that is being served: streams end, open questions are cancelled, and calls
    /// have the [grace](crate::Limits::drain) to be answered. Later requests are refused with 503.
    pub async fn stop(&self) {
        // Answers are requests, and refused from here on.
        self.endpoint.requests.end();
        self.endpoint.drain.run(self.endpoint.served.limits.drain).await;
        if let Some(serving) = self.endpoint.serving.get() {
            *serving.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// The keys that seal what clients keep for the server.
    pub(crate) fn keys(&self) -> &Keys {
        self.endpoint.served.keys()
    }

    pub(crate) fn drain_time(&self) -> std::time::Duration {
        self.endpoint.served.limits.drain
    }

    /// One request, from its head to the body of its answer.
    async fn answer<B>(self, request: Request<B>) -> Response<HttpBody>
    where
        B: Body<Data: Buf, Error: fmt::Display>,
    {
        let (parts, body) = request.into_parts();
        let origin = match self.guard.admit(&parts) {
            Ok(guard::Admitted::Request { origin }) => origin,
            Ok(guard::Admitted::Preflight(answer)) => return answer,
            Err(refused) => return refused.into_response(),
        };
        let served = call::serve(&self.endpoint, self.requires_sessions, parts, body).await;
        let mut response = match served {
            Ok(response) => response,
            Err(refused) => refused.into_response(),
        };
        if let Some(origin) = origin {
            guard::share(&mut response, origin);
        }
        response
    }
}

impl Endpoint {
    /// Starts the background functions.
    fn begin_serving(&self) {
        self.serving.get_or_init(|| Mutex::new(Some(self.served.serve())));
    }

    /// Lends what reading a request needs. It is not locked meanwhile: the author's types read
    /// arguments then.
    fn lend<T>(&self, read: impl FnOnce(&mut Scratch) -> T) -> T {
        let kept = || self.scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().pop();
        let mut scratch = known.unwrap_or_default();
        let value = read(&mut scratch);
        kept().push(scratch);
        value
    }
}

/// The answer to one request, while it is made.
pub struct Answering(Pin<Box<dyn Future<Output = Response<HttpBody>> + Send>>);

impl Future for Answering {
    type Output = Result<Response<HttpBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl<B> tower_service::Service<Request<B>> for HttpService
where
    B: Body<Data: Buf + Send, Error: fmt::Display + Send> + Send + 'static,
{
    type Response = Response<HttpBody>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        Answering(Box::pin(self.clone().answer(request)))
    }
}

impl fmt::Debug for HttpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("guard", &self.guard).finish_non_exhaustive()
    }
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answering")
    }
}
