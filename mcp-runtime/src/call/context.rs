//! What a call may ask about itself, and say before it is answered.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::asks::{Asks, Way};
#[cfg(feature = "http")]
use super::principal::Principal;
use super::progress::{Amount, Progress};
use super::reporter::Reporter;
use super::{AnyState, Shared};
use crate::ask::Askable;
use crate::notify::Notifier;
use crate::outgoing::Outgoing;
use crate::protocol::{
    ClientCapabilities, Implementation, JsonObject, LoggingLevel, ProgressToken, ProtocolVersion,
};

/// What a handler may ask about the call it is answering: borrow it as a parameter.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// /// Greet the client by its name.
/// #[tool(read_only)]
/// async fn greet(ctx: &Context) -> String {
///     match ctx.client() {
///         Some(client) => format!("Hello, {}!", client.name),
///         None => "Hello!".to_owned(),
///     }
/// }
/// ```
pub struct Context {
    caller: Arc<Caller>,
    outgoing: Arc<Outgoing>,
    pub(super) asks: Asks,
    shared: Arc<Shared>,
    /// Reports progress and log messages. It is set from the start if the client asked for
    /// progress, else when it is first needed.
    reporter: OnceLock<Reporter>,
    /// Set when nobody waits for the call any more; only a function that blocks can go on then.
    over: Option<Arc<AtomicBool>>,
    /// The head of the HTTP request that it came in.
    #[cfg(feature = "http")]
    head: Option<Arc<http::request::Parts>>,
}

/// Who calls, under which version, and what came along in `_meta`: equal for many calls, so it is
/// shared by them.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) version: ProtocolVersion,
    pub(crate) client: Arc<ClientInfo>,
    /// The `_meta` as it was sent.
    pub(crate) meta_json: String,
    pub(crate) progress_token: Option<ProgressToken>,
    /// Whether this version has words for progress.
    pub(crate) has_progress_words: bool,
    pub(crate) askable: Askable,
}

/// What a client says of itself, with each request or once for its session.
#[derive(Debug, Default)]
pub(crate) struct ClientInfo {
    pub(crate) info: Option<Implementation>,
    pub(crate) capabilities: Option<ClientCapabilities>,
    /// From which level on log messages are wanted.
    pub(crate) log_level: LogLevel,
}

/// A level that may change while calls run, or none.
#[derive(Debug)]
pub(crate) struct LogLevel(AtomicU8);

impl LogLevel {
    const NONE: u8 = u8::MAX;

    pub(crate) fn new(level: Option<LoggingLevel>) -> Self {
        Self(AtomicU8::new(level.map_or(Self::NONE, |level| level as u8)))
    }

    pub(crate) fn set(&self, level: LoggingLevel) {
        self.0.store(level as u8, Ordering::Relaxed);
    }

    pub(super) fn admits(&self, level: LoggingLevel) -> bool {
        level as u8 >= self.0.load(Ordering::Relaxed)
    }
}

impl Default for LogLevel {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Context {
    pub(crate) fn new(
        caller: Arc<Caller>,
        outgoing: Arc<Outgoing>,
        shared: Arc<Shared>,
        way: Way,
        reporter: Option<Reporter>,
    ) -> Self {
        Self {
            caller,
            outgoing,
            shared,
            asks: Asks::new(way),
            reporter: reporter.map_or_else(OnceLock::new, OnceLock::from),
            over: None,
            #[cfg(feature = "http")]
            head: None,
        }
    }

    #[cfg(feature = "http")]
    pub(crate) fn with_head(mut self, head: Option<Arc<http::request::Parts>>) -> Self {
        self.head = head;
        self
    }

    /// The context of one more call for the same request. It reports no progress, because the calls
    /// share one token.
    pub(super) fn again(&self) -> Self {
        let (caller, outgoing) = (Arc::clone(&self.caller), Arc::clone(&self.outgoing));
        let again = Self::new(caller, outgoing, Arc::clone(&self.shared), self.asks.way, None);
        #[cfg(feature = "http")]
        let again = again.with_head(self.head.clone());
        again
    }

    /// What is set when nobody waits for the call any more.
    pub(super) fn can_be_over(&mut self) -> Arc<AtomicBool> {
        Arc::clone(self.over.get_or_insert_default())
    }

    pub(super) fn state(&self) -> &AnyState {
        &self.shared.state
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(super) fn outgoing(&self) -> &Arc<Outgoing> {
        &self.outgoing
    }

    /// Whether the function runs in a thread of its own, and cannot wait.
    pub(super) fn is_in_thread(&self) -> bool {
        self.over.is_some()
    }

    /// Whether nobody waits for the call any more: it was cancelled, its client has left, or its
    /// time is over.
    ///
    /// For a plain `fn`, which runs to its end whatever happens to its call; what it says then is
    /// not sent. An `async fn` is dropped where it waits, and never sees it.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Count to a large number.
    /// #[tool(read_only)]
    /// fn count(ctx: &Context, to: u64) -> String {
    ///     let mut counted = 0;
    ///     while counted < to && !ctx.is_cancelled() {
    ///         counted += 1;
    ///     }
    ///     format!("counted to {counted}")
    /// }
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.over.as_ref().is_some_and(|over| over.load(Ordering::Relaxed))
    }

    /// The protocol version this call is served under.
    pub fn protocol_version(&self) -> ProtocolVersion {
        self.caller.version
    }

    /// What the client says it is: for display and logs, never for decisions.
    ///
    /// Spec: 2026-07-28, basic, `clientInfo` of this request; up to 2025-11-25 of `initialize`.
    pub fn client(&self) -> Option<&Implementation> {
        self.caller.client.info.as_ref()
    }

    /// What the client can do during this call.
    ///
    /// Spec: 2026-07-28, basic, `clientCapabilities` of this request; up to 2025-11-25 of
    /// `initialize`.
    pub fn client_capabilities(&self) -> Option<&ClientCapabilities> {
        self.caller.client.capabilities.as_ref()
    }

    /// The whole `_meta` of the request, with the keys of vendors and extensions; empty if none was
    /// sent.
    pub fn meta(&self) -> JsonObject {
        serde_json::from_str(&self.caller.meta_json).unwrap_or_default()
    }

    /// For whom the request was sent, as a layer around the server says with a `Principal` in the
    /// extensions of the HTTP request (feature `http`).
    ///
    /// `None` if no layer says it, and if the call did not come over HTTP.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Tell the user who they are.
    /// #[tool(read_only)]
    /// async fn whoami(ctx: &Context) -> Result<String, &'static str> {
    ///     Ok(ctx.principal().ok_or("nobody has logged in")?.to_owned())
    /// }
    /// ```
    pub fn principal(&self) -> Option<&str> {
        #[cfg(feature = "http")]
        {
            let head = self.head.as_ref()?;
            head.extensions.get().map(Principal::as_str)
        }
        #[cfg(not(feature = "http"))]
        None
    }

    /// What a layer around the server put into the HTTP request, by its type: the user who has
    /// logged in, for example. Its headers are an [`http::HeaderMap`](crate::http::HeaderMap).
    ///
    /// `None` if there is nothing of this type, or the call did not come over HTTP.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::http::HeaderMap;
    /// use mcp_runtime::prelude::*;
    ///
    /// #[derive(Clone)]
    /// struct User { name: String }
    ///
    /// /// Tell the user who they are.
    /// #[tool(read_only)]
    /// async fn whoami(ctx: &Context) -> Result<String, &'static str> {
    ///     let user = ctx.extension::<User>().ok_or("nobody has logged in")?;
    ///     let languages = ctx.extension::<HeaderMap>().and_then(|it| it.get("accept-language"));
    ///     Ok(format!("{}, who reads {languages:?}", user.name))
    /// }
    /// ```
    #[cfg(feature = "http")]
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        let head = self.head.as_ref()?;
        let headers: &dyn std::any::Any = &head.headers;
        head.extensions.get().or_else(|| headers.downcast_ref())
    }

    /// Asks the client to close the connection of this call, and to come back for the answer after
    /// this time: a call that takes long does not hold a connection. What is said meanwhile is kept
    /// for it.
    ///
    /// Nothing happens where a client cannot come back: over stdio, and in every version but
    /// 2025-11-25.
    ///
    /// Spec: 2025-11-25, basic/transports, Resumability and Redelivery.
    #[cfg(feature = "http")]
    pub fn reconnect_in(&self, time: std::time::Duration) {
        self.outgoing.reconnect(time);
    }

    /// Reports how far the call is. Chain [`of`](Progress::of) for the total, if it is known, and
    /// [`message`](Progress::message) for a text to a person; the report is sent at the end of the
    /// statement.
    ///
    /// Nothing happens if the client did not ask for progress, or if `done` is not more than the
    /// last time. The client gets at most one report every 10 ms, the latest one, and always the
    /// last one of the call.
    ///
    /// Spec: 2026-07-28, basic/patterns/progress.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Send a file to many.
    /// #[tool(destructive)]
    /// async fn send(ctx: &Context, recipients: Vec<String>) -> String {
    ///     let all = recipients.len();
    ///     for (sent, recipient) in recipients.iter().enumerate() {
    ///         // … send it …
    ///         ctx.progress(sent + 1).of(all).message(format!("sent to {recipient}"));
    ///     }
    ///     format!("sent to {all}")
    /// }
    /// ```
    ///
    /// With a fraction, `ctx.progress(0.25).of(1)`; with an unknown total, `ctx.progress(lines)`.
    pub fn progress(&self, done: impl Amount) -> Progress<'_> {
        match self.reporter.get() {
            Some(reporter) => reporter.progress(done),
            None => Progress::new(None, done.amount()),
        }
    }

    /// Sends a log message to the client: a text, or any other data that serialises.
    ///
    /// Nothing happens below the level the client asked for. From 2026-07-28 on a client asks with
    /// each request, and gets nothing if it does not; before, it asks for its whole session and
    /// gets `info` and above until it does.
    ///
    /// Spec: 2026-07-28, server/utilities/logging (deprecated there: stderr, or a tracing system,
    /// serves a new design better).
    pub fn log(&self, level: LoggingLevel, data: impl Serialize) {
        if self.caller.client.log_level.admits(level) {
            self.shared_reporter().log(level, data);
        }
    }

    /// Sends a log message with the name of a logger: the part of the server that it comes from.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Look something up.
    /// #[tool(read_only)]
    /// async fn look_up(ctx: &Context, word: String) -> String {
    ///     ctx.log_as("cache", LoggingLevel::Debug, json!({ "missed": word }));
    ///     word
    /// }
    /// ```
    pub fn log_as(&self, logger: &str, level: LoggingLevel, data: impl Serialize) {
        if self.caller.client.log_level.admits(level) {
            self.shared_reporter().log_as(logger, level, data);
        }
    }

    /// Returns a value that reports progress and log messages of this call from other tasks and
    /// threads.
    pub fn reporter(&self) -> Reporter {
        self.shared_reporter().clone()
    }

    /// Notifies clients that a resource or a list has changed, the caller of this call among them.
    pub fn notifier(&self) -> Notifier {
        self.shared.bus.notifier()
    }

    /// The reporter of this call, made when it is first needed.
    fn shared_reporter(&self) -> &Reporter {
        let make = || Reporter::of_logs(&self.caller, &self.outgoing, self.over.clone());
        self.reporter.get_or_init(make)
    }
}

impl Drop for Context {
    /// A task that the call has started may still run, and must not report anything from now on.
    fn drop(&mut self) {
        if let Some(reporter) = self.reporter.get() {
            reporter.close();
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("version", &self.caller.version).finish_non_exhaustive()
    }
}
