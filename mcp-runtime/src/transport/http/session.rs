//! Sessions of the versions up to 2025-11-25.
//!
//! The session id contains the session: the data of the `initialize` request, encrypted and
//! authenticated. Any process with the key can serve it, also after a restart. Only state that
//! cannot be put into an id stays in memory: calls in flight, streams, a log level.
//!
//! Spec: 2025-11-25, basic/transports, Session Management.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::HeaderName;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::Endpoint;
use super::answer::Refused;
use super::body::HttpBody;
use super::headers::once;
use crate::ask::random;
use crate::call::Principal;
use crate::dispatch::{Session, has_sessions};
use crate::outgoing::Peer;
use crate::protocol::{ClientCapabilities, Implementation};

mod attached;
mod post;
mod reader;
mod run;
mod stream;

pub(super) use attached::Sessions;
use attached::{Attached, OWN};
pub(super) use post::{Posted, post};
pub(super) use reader::Reader;
pub(super) use run::Waits;

/// The header that names a session.
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

/// What ids of sessions are sealed for.
const PURPOSE: &str = "session";

/// How long an id is valid.
const VALID: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Capabilities longer than this, as JSON, are put into the id without the members that no revision
/// defines: the id is a header, and proxies limit the length of headers.
const LONG: usize = 1024;

/// How many characters of the client's name and version are put into the id.
const NAME: usize = 64;

/// A request of a session.
pub(super) struct Opened {
    /// The random part of the id; `None` if the client sent none.
    uid: Option<Peer>,
    pub(super) session: Session,
    /// Whether requests without an id are refused.
    pub(super) requires_id: bool,
}

/// The content of a session id.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    uid: String,
    /// When it was opened, in seconds since 1970.
    issued: u64,
    version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<Implementation>,
    #[serde(default)]
    capabilities: ClientCapabilities,
}

/// Whether the headers name a session or a version with sessions.
///
/// A duplicate header is not an error here, because it is a different one for modern requests.
pub(super) fn is_named(parts: &Parts) -> bool {
    let mut versions = parts.headers.get_all(&VERSION).iter();
    parts.headers.contains_key(&SESSION) || versions.any(|version| has_sessions(version.as_bytes()))
}

fn twice(name: &HeaderName) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, format!("invalid request: `{name}` is sent twice"))
}

/// The session that a request belongs to.
///
/// # Errors
/// If the id cannot be opened, is too old, belongs to another principal, or its session was ended:
/// then a client opens a new one.
pub(super) fn opened(endpoint: &Endpoint, parts: &Parts) -> Result<Opened, Refused> {
    let header = |name: &HeaderName| once(&parts.headers, name).map_err(|()| twice(name));
    let version = header(&VERSION)?;
    if let Some(version) = version.filter(|version| !has_sessions(version)) {
        let version = String::from_utf8_lossy(version);
        let what = format!(
            "invalid request: `MCP-Protocol-Version`: `{}` has no sessions",
            crate::visible::one_line(&version)
        );
        return Err(Refused::new(StatusCode::BAD_REQUEST, what));
    }
    let Some(id) = header(&SESSION)? else {
        // Some clients drop the header. Requests that need no session are served anyway.
        let version = version.and_then(|version| str::from_utf8(version).ok());
        let session =
            Session::reopened(version.unwrap_or_default(), None, ClientCapabilities::default());
        let session = session.unwrap_or_else(Session::closed);
        return Ok(Opened { uid: None, session, requires_id: false });
    };
    let id = str::from_utf8(id).map_err(|_| gone())?;
    let (uid, session) = unsealed(endpoint, parts, id).ok_or_else(gone)?;
    if endpoint.sessions.is_ended(uid) {
        return Err(gone());
    }
    Ok(Opened { uid: Some(uid), session, requires_id: false })
}

/// The error for an unknown or ended session.
fn gone() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, GONE)
}

const GONE: &str = "invalid request: `Mcp-Session-Id`: there is no such session; send `initialize` \
    without the header to open one";

fn unsealed(endpoint: &Endpoint, parts: &Parts, id: &str) -> Option<(Peer, Session)> {
    let json = endpoint.served.keys().open(PURPOSE, &owner(parts), id)?;
    let Sealed { uid, issued, version, client, capabilities } =
        serde_json::from_slice(&json).ok()?;
    if now().saturating_sub(issued) > VALID.as_secs() {
        return None;
    }
    let uid = Peer::from_str_radix(&uid, 16).ok()?;
    let attached = endpoint.sessions.attached(uid).map(|attached| attached.session().again());
    match attached {
        Some(session) => Some((uid, session)),
        None => Some((uid, Session::reopened(&version, client, capabilities)?)),
    }
}

/// The bytes that an id is bound to: the principal of the request. They are not part of the id,
/// because proxies limit the length of headers.
fn owner(parts: &Parts) -> Vec<u8> {
    match parts.extensions.get::<Principal>() {
        None => Vec::new(),
        // One with an empty name is not the same as none.
        Some(principal) => [b"=", principal.as_str().as_bytes()].concat(),
    }
}

/// The id of a session that was opened by this request.
fn sealed(endpoint: &Endpoint, parts: &Parts, session: &Session) -> String {
    let (version, client, capabilities) = session.client();
    let cut = |text: &str| text.chars().take(NAME).collect::<String>();
    let client = client.map(|client| Implementation::new(cut(&client.name), cut(&client.version)));
    let mut capabilities = capabilities.cloned().unwrap_or_default();
    let json = |capabilities: &ClientCapabilities| {
        // Writing trees into memory cannot fail.
        serde_json::to_string(capabilities).unwrap_or_default()
    };
    if json(&capabilities).len() > LONG {
        capabilities.experimental = None;
        capabilities.extensions = None;
    }
    let version = version.to_owned();
    let sealed = Sealed { uid: random(), issued: now(), version, client, capabilities };
    let json = serde_json::to_string(&sealed).unwrap_or_default();
    endpoint.served.keys().seal(PURPOSE, &owner(parts), json.as_bytes())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// GET opens the stream of a session, or resumes a broken stream. DELETE ends the session.
///
/// # Errors
/// If there is no such session.
pub(super) fn other(endpoint: &Endpoint, parts: &Parts) -> Result<Response<HttpBody>, Refused> {
    let opened = opened(endpoint, parts)?;
    let Some(uid) = opened.uid else {
        return Err(Refused::method("invalid request: a client without a session sends POST"));
    };
    if parts.method == Method::DELETE {
        endpoint.sessions.end(uid);
        let mut response = Response::new(HttpBody::full(bytes::Bytes::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    }
    let last = once(&parts.headers, &LAST_EVENT).map_err(|()| twice(&LAST_EVENT))?;
    let at = match last.map(reader::position) {
        None => None,
        Some(Some((OWN, at))) => Some(at),
        Some(position) => {
            let attached = endpoint.sessions.attached(uid).zip(position);
            let reader = attached.and_then(|(attached, (number, at))| attached.resume(number, at));
            // Not 404, by which a client would lose its session: the answer to a GET is a stream
            // or 405.
            let reader = reader.ok_or_else(|| {
                Refused::method(
                    "invalid request: `Last-Event-ID`: this event is not kept here; send the \
                     request again",
                )
            })?;
            return Ok(reader.into_response());
        }
    };
    let attached = endpoint.listening(uid, &opened.session).ok_or_else(gone)?;
    attached
        .session()
        .listen(&endpoint.served)
        .map_err(|refusal| Refused::of(StatusCode::SERVICE_UNAVAILABLE, None, &refusal.error))?;
    Ok(attached.listen_from(at).until_drained(endpoint).into_response())
}

impl Endpoint {
    /// The state of a session that is about to be notified of changes; `None` if the session has
    /// ended.
    fn listening(&self, uid: Peer, session: &Session) -> Option<Arc<Attached>> {
        let attached = self.sessions.attach(uid, session);
        self.free_subscribers();
        attached
    }

    /// If there are as many subscribers as there may be, the sessions that are not in use give
    /// theirs up: they need no connection, so a single client could take all of them.
    pub(super) fn free_subscribers(&self) {
        if self.served.shared.bus.is_full(self.served.limits.listeners) {
            self.sessions.make_room();
        }
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").finish_non_exhaustive()
    }
}
