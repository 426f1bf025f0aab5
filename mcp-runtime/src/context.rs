//! What a call may ask about itself.

use std::fmt;
use std::sync::Arc;

use crate::protocol::meta::RequestMeta;
use crate::protocol::{ClientCapabilities, Implementation, JsonObject, ProtocolVersion};

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
}

impl Context {
    pub(crate) fn new(version: ProtocolVersion, caller: Arc<Caller>) -> Self {
        Self { version, caller }
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
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("version", &self.version).finish_non_exhaustive()
    }
}
