//! What a call may ask about itself, and say before it is answered.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::json;

use crate::jsonrpc::escape_separators;
use crate::outbox::Outbox;
use crate::protocol::meta::RequestMeta;
use crate::protocol::{
    ClientCapabilities, Implementation, JsonObject, LoggingLevel, ProgressNotificationParams,
    ProtocolVersion,
};
use crate::tool::is_over;

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
    version: ProtocolVersion,
    caller: Arc<Caller>,
    outbox: Arc<Outbox>,
    /// Whether this version has words for progress.
    words: bool,
    /// The progress told last, as the bits of a float; it only ever grows.
    progress: AtomicU64,
}

/// Who calls, and what came along in `_meta`: equal for many calls, so it is shared by them.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    /// The `_meta` as it was sent.
    pub(crate) meta_json: String,
    pub(crate) meta: RequestMeta,
    /// In a legacy session, what `initialize` said.
    pub(crate) session: Option<Arc<SessionClient>>,
}

/// What a client says of itself in `initialize`.
#[derive(Debug)]
pub(crate) struct SessionClient {
    pub(crate) capabilities: ClientCapabilities,
    pub(crate) info: Implementation,
    /// From which level on log messages are wanted.
    pub(crate) log_level: Mutex<LoggingLevel>,
}

impl Context {
    pub(crate) fn new(
        version: ProtocolVersion,
        words: bool,
        caller: Arc<Caller>,
        outbox: Arc<Outbox>,
    ) -> Self {
        let progress = AtomicU64::new(f64::NEG_INFINITY.to_bits());
        Self { version, caller, outbox, words, progress }
    }

    /// The context of one more call for the same request.
    pub(crate) fn again(&self) -> Self {
        let (caller, outbox) = (Arc::clone(&self.caller), Arc::clone(&self.outbox));
        Self::new(self.version, self.words, caller, outbox)
    }

    /// The protocol version this call is served under.
    pub fn protocol_version(&self) -> ProtocolVersion {
        self.version
    }

    /// What the client says it is: for display and logs, never for decisions.
    ///
    /// Spec: 2026-07-28, basic, `clientInfo` of this request; up to 2025-11-25 of `initialize`.
    pub fn client(&self) -> Option<&Implementation> {
        match &self.caller.session {
            Some(session) => Some(&session.info),
            None => self.caller.meta.client_info.as_ref(),
        }
    }

    /// What the client can do during this call.
    ///
    /// Spec: 2026-07-28, basic, `clientCapabilities` of this request; up to 2025-11-25 of
    /// `initialize`.
    pub fn client_capabilities(&self) -> Option<&ClientCapabilities> {
        match &self.caller.session {
            Some(session) => Some(&session.capabilities),
            None => self.caller.meta.client_capabilities.as_ref(),
        }
    }

    /// The whole `_meta` of the request, with the keys of vendors and extensions; empty if none was
    /// sent.
    pub fn meta(&self) -> JsonObject {
        serde_json::from_str(&self.caller.meta_json).unwrap_or_default()
    }

    /// Tells how far the call is: `done` of `total`, with words for a person if there are any.
    ///
    /// Nothing happens if the client did not ask for progress, or if `done` is not more than the
    /// last time.
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
    ///         ctx.progress(sent + 1, all, format!("sent to {recipient}"));
    ///     }
    ///     format!("sent to {all}")
    /// }
    /// ```
    pub fn progress(&self, done: usize, total: usize, message: impl Into<String>) {
        #[expect(clippy::cast_precision_loss, reason = "progress is shown, not counted with")]
        let (progress, total) = (done as f64, Some(total as f64));
        let Some(progress_token) = self.caller.meta.progress_token.clone() else { return };
        let grows = |last: u64| (progress > f64::from_bits(last)).then(|| progress.to_bits());
        if self.progress.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grows).is_err() {
            return;
        }
        let message = Some(message.into()).filter(|words| !words.is_empty() && self.words);
        let params =
            ProgressNotificationParams { progress_token, progress, total, message, meta: None };
        self.notify("notifications/progress", &params);
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
        let wanted = match &self.caller.session {
            Some(session) => {
                Some(*session.log_level.lock().unwrap_or_else(PoisonError::into_inner))
            }
            None => self.caller.meta.log_level,
        };
        if wanted.is_some_and(|wanted| level >= wanted) {
            self.notify("notifications/message", &json!({ "level": level, "data": json!(data) }));
        }
    }

    fn notify(&self, method: &str, params: &impl Serialize) {
        // A function that blocks goes on when its call is over, and nobody listens any more.
        if is_over() {
            return;
        }
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.outbox.say(|out| {
            let start = out.len();
            out.extend_from_slice(message.to_string().as_bytes());
            out.push(b'\n');
            escape_separators(out, start);
        });
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("version", &self.version).finish_non_exhaustive()
    }
}
