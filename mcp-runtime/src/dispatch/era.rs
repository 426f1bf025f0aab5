//! Which era a request belongs to, decided once: for whom it is served, and under which version.
//!
//! A request that names its version is modern and stands for itself; any other belongs to the
//! session that `initialize` opened. Both may come mixed.
//!
//! Spec: 2026-07-28, basic, `_meta`; basic/versioning.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::method::{Row, VALUES, crowded};
use super::{Mirror, Origin, Reason, Refusal, project};
use crate::call::{Caller, ClientInfo, LogLevel, Way};
use crate::jsonrpc::{ErrorObject, is_crowded, reason};
use crate::protocol::meta::{CLIENT_CAPABILITIES, PROTOCOL_VERSION, RequestMeta};
use crate::protocol::{JsonObject, ProtocolVersion};

/// The request's version is not one we serve.
const UNSUPPORTED_VERSION: i64 = -32_022;

/// The versions that are served without a session, newest first.
const MODERN: [ProtocolVersion; 1] = [ProtocolVersion::V2026_07_28];

/// The longest `_meta` that is remembered, in bytes: most have some hundred.
const FAMILIAR: usize = 16 * 1024;

/// Whether a version is served without a session.
pub(super) fn is_modern(version: ProtocolVersion) -> bool {
    MODERN.contains(&version)
}

/// Whether a version that a header names is one of sessions.
#[cfg(feature = "http")]
pub(crate) fn has_sessions(version: &[u8]) -> bool {
    let legacy = ProtocolVersion::LEGACY.iter().map(|version| version.as_str().as_bytes());
    legacy.into_iter().any(|known| known == version)
}

/// Whether some JSON may contain a request that stands for itself: a glance, which spares the
/// reading of others. A key may be spelled with escapes; some languages write every `/` as `\/`.
pub(crate) fn may_stand_alone(json: &str) -> bool {
    json.contains(PROTOCOL_VERSION) || json.contains('\\')
}

/// Whether a request stands for itself, by its `_meta`: then it belongs to no session.
#[cfg(feature = "http")]
pub(crate) fn stands_alone(meta: &str) -> bool {
    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
        version: Option<serde::de::IgnoredAny>,
    }
    let named = |meta| serde_json::from_str(meta).is_ok_and(|it: Version| it.version.is_some());
    may_stand_alone(meta) && named(meta)
}

/// How the handler of a request asks its client.
pub(super) fn way_to_ask(caller: &Caller, origin: &Origin<'_>) -> Way {
    match (is_modern(caller.version), origin.is_http) {
        (false, _) => Way::Request,
        #[cfg(feature = "http")]
        (true, true) => Way::Sealed,
        (true, _) => Way::Kept,
    }
}

/// Who sent the last modern request: the next one often repeats it byte for byte.
#[derive(Debug, Clone, Default)]
pub(crate) struct Familiar(Option<Arc<Caller>>);

impl Familiar {
    /// Their `_meta`.
    pub(crate) fn meta(&self) -> &str {
        self.0.as_ref().map_or("", |caller| &caller.meta_json)
    }
}

/// Who sent a request with this `_meta`.
///
/// # Errors
/// If it is neither a modern request nor one that may be served in the session.
pub(super) fn caller(
    row: Option<&Row>,
    meta: Option<&str>,
    origin: &mut Origin<'_>,
) -> Result<Arc<Caller>, Refusal> {
    let mirror = origin.mirror;
    if let Some(mirror) = mirror {
        mirror.names_version()?;
    }
    if let Some(json) = meta {
        let familiar = &mut origin.familiar.0;
        if let Some(last) = familiar
            && last.meta_json == json
        {
            if let Some(mirror) = mirror {
                mirror.agrees_on_version(last.version.as_str())?;
            }
            return Ok(Arc::clone(last));
        }
        if let Some(caller) = modern(json, mirror)? {
            let caller = Arc::new(caller);
            if json.len() <= FAMILIAR {
                *familiar = Some(Arc::clone(&caller));
            }
            return Ok(caller);
        }
    }
    let session = origin.session.as_deref().filter(|session| session.serves(row));
    let Some(session) = session else { return Err(missing(meta)) };
    match meta.filter(|_| session.is_open()) {
        None => Ok(Arc::clone(session.caller())),
        Some(json) => {
            let meta = read(json)?;
            Ok(Arc::new(of(session.caller().version, &session.caller().client, meta, json)))
        }
    }
}

/// Who sent a request whose `_meta` names its version; `None` if it does not.
fn modern(json: &str, mirror: Option<Mirror<'_>>) -> Result<Option<Caller>, Refusal> {
    if !may_stand_alone(json) {
        return Ok(None);
    }
    let mut meta = read(json)?;
    let Some(requested) = meta.protocol_version.take() else { return Ok(None) };
    mirror.map_or(Ok(()), |mirror| mirror.agrees_on_version(&requested))?;
    let version = match ProtocolVersion::parse(&requested) {
        Some(version) if is_modern(version) => version,
        // A version that needs a session cannot be had this way: naming it again would be a loop.
        Some(_) => return Err(unsupported(&requested, &MODERN)),
        None => return Err(unsupported(&requested, &ProtocolVersion::ALL)),
    };
    if meta.client_capabilities.is_none() {
        return Err(missing_keys(&[CLIENT_CAPABILITIES]));
    }
    let client = ClientInfo {
        info: meta.client_info.take(),
        capabilities: meta.client_capabilities.take(),
        log_level: LogLevel::new(meta.log_level),
    };
    Ok(Some(of(version, &Arc::new(client), meta, json)))
}

/// Everything about a request that depends on its era, as values.
fn of(version: ProtocolVersion, client: &Arc<ClientInfo>, meta: RequestMeta, json: &str) -> Caller {
    Caller {
        version,
        client: Arc::clone(client),
        meta_json: json.to_owned(),
        progress_token: meta.progress_token,
        has_progress_words: project::has_progress_words(version),
        askable: project::askable(version, client.capabilities.as_ref()),
    }
}

/// Who sends requests without a `_meta` in a session.
pub(super) fn of_session(version: ProtocolVersion, client: ClientInfo) -> Caller {
    of(version, &Arc::new(client), RequestMeta::default(), "")
}

fn unsupported(requested: &str, supported: &[ProtocolVersion]) -> Refusal {
    let data = json!({ "supported": supported, "requested": requested });
    let what = "unsupported protocol version";
    Refusal::new(Reason::Version, ErrorObject::with_data(UNSUPPORTED_VERSION, what, data))
}

/// The error of a request that is neither modern nor in a session.
fn missing(meta: Option<&str>) -> Refusal {
    let meta: JsonObject =
        meta.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let mut keys = vec![PROTOCOL_VERSION, CLIENT_CAPABILITIES];
    keys.retain(|key| meta.get(*key).is_none_or(Value::is_null));
    missing_keys(&keys)
}

fn missing_keys(keys: &[&str]) -> Refusal {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let what = format!(
        "invalid params: `_meta` lacks {}; a client of an older protocol version sends `initialize` first",
        keys.join(" and ")
    );
    Refusal::new(Reason::Meta, ErrorObject::invalid_params(what))
}

/// Reads a `_meta`.
///
/// # Errors
/// If it is no object, or a key the protocol reserves has another type than it must have.
fn read(json: &str) -> Result<RequestMeta, Refusal> {
    // serde would read a struct from a list as well.
    if !json.starts_with('{') {
        return Err(unfit("expected an object"));
    }
    if is_crowded(json, VALUES) {
        return Err(Refusal { reason: Reason::Meta, ..crowded("_meta") });
    }
    serde_json::from_str(json).map_err(|error| {
        let why = reason(&error);
        let key = unfit_key(json).map(|key| format!("`{key}`: ")).unwrap_or_default();
        unfit(&format!("{key}{why}"))
    })
}

fn unfit(why: &str) -> Refusal {
    let what = format!("invalid params: `_meta`: {why}");
    Refusal::new(Reason::Meta, ErrorObject::invalid_params(what))
}

/// The first reserved key of a `_meta` whose value has another type than it must have.
fn unfit_key(json: &str) -> Option<String> {
    let meta: JsonObject = serde_json::from_str(json).ok()?;
    let fits = |key: &str, value: &Value| RequestMeta::deserialize(json!({ key: value })).is_ok();
    meta.into_iter().find(|(key, value)| !fits(key, value)).map(|(key, _)| key)
}
