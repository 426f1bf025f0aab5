//! From 2026-07-28: every request says by itself under which version and for whom it is.
//!
//! Spec: 2026-07-28, basic, `_meta`; basic/versioning.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::{Caller, SessionClient};
use crate::jsonrpc::{ErrorObject, is_crowded, reason};
use crate::protocol::meta::{CLIENT_CAPABILITIES, PROTOCOL_VERSION, RequestMeta};
use crate::protocol::{JsonObject, ProtocolVersion};

/// The request's version is not one we serve.
pub(super) const UNSUPPORTED_VERSION: i64 = -32_022;

/// The versions that are served without a session, newest first.
const MODERN: [ProtocolVersion; 1] = [ProtocolVersion::V2026_07_28];

/// Values in an object that is kept as a tree: far more than any client sends.
pub(super) const VALUES: usize = 4096;

/// The error of an object with more of them.
pub(super) fn crowded(name: &str) -> ErrorObject {
    ErrorObject::invalid_params(format!(
        "invalid params: `{name}`: expected at most {VALUES} values in it"
    ))
}

/// Whether a `_meta` may be that of a modern request: a glance that spares the reading of others.
/// A key may be spelled with escapes; some languages write every `/` as `\/`.
pub(super) fn names_version(meta: &str) -> bool {
    meta.contains(PROTOCOL_VERSION) || meta.contains('\\')
}

/// Whether results of this version are modern ones.
pub(super) fn is_modern(version: ProtocolVersion) -> bool {
    MODERN.contains(&version)
}

/// Checks what every modern request must say.
///
/// # Errors
/// An unsupported version, or a missing capabilities object.
pub(super) fn admit(meta: &RequestMeta) -> Result<ProtocolVersion, ErrorObject> {
    let requested = meta.protocol_version.as_deref().unwrap_or_default();
    let version = match ProtocolVersion::parse(requested) {
        Some(version) if is_modern(version) => version,
        // A version that needs a session cannot be had this way: naming it again would be a loop.
        Some(_) => return Err(unsupported(requested, &MODERN)),
        None => return Err(unsupported(requested, &ProtocolVersion::ALL)),
    };
    if meta.client_capabilities.is_none() {
        return Err(missing_keys(&[CLIENT_CAPABILITIES]));
    }
    Ok(version)
}

fn unsupported(requested: &str, supported: &[ProtocolVersion]) -> ErrorObject {
    ErrorObject::with_data(
        UNSUPPORTED_VERSION,
        "unsupported protocol version",
        json!({ "supported": supported, "requested": requested }),
    )
}

/// The error of a request that is neither modern nor in a session.
pub(super) fn missing(meta: Option<&str>) -> ErrorObject {
    let meta: JsonObject =
        meta.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let mut keys = vec![PROTOCOL_VERSION, CLIENT_CAPABILITIES];
    keys.retain(|key| meta.get(*key).is_none_or(Value::is_null));
    missing_keys(&keys)
}

fn missing_keys(keys: &[&str]) -> ErrorObject {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    ErrorObject::invalid_params(format!(
        "invalid params: `_meta` lacks {}; a client of an older protocol version sends `initialize` first",
        keys.join(" and ")
    ))
}

impl Caller {
    /// Reads a `_meta`.
    ///
    /// # Errors
    /// If it is no object, or a key the protocol reserves has another type than it must have.
    pub(super) fn read(
        json: &str,
        session: Option<Arc<SessionClient>>,
    ) -> Result<Self, ErrorObject> {
        // serde would read a struct from a list as well.
        if !json.starts_with('{') {
            return Err(ErrorObject::invalid_params("invalid params: `_meta`: expected an object"));
        }
        if is_crowded(json, VALUES) {
            return Err(crowded("_meta"));
        }
        let meta = serde_json::from_str(json).map_err(|error| {
            let why = reason(&error);
            let key = unfit_key(json).map(|key| format!(" `{key}`:")).unwrap_or_default();
            ErrorObject::invalid_params(format!("invalid params: `_meta`:{key} {why}"))
        })?;
        Ok(Self { meta_json: json.to_owned(), meta, session })
    }
}

/// The first reserved key of a `_meta` whose value has another type than it must have.
fn unfit_key(json: &str) -> Option<String> {
    let meta: JsonObject = serde_json::from_str(json).ok()?;
    let fits = |key: &str, value: &Value| RequestMeta::deserialize(json!({ key: value })).is_ok();
    meta.into_iter().find(|(key, value)| !fits(key, value)).map(|(key, _)| key)
}
