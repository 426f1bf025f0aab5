//! Up to 2025-11-25: the session that `initialize` opens.
//!
//! Spec: 2025-11-25, basic/lifecycle.

use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;

use super::modern::{VALUES, crowded};
use crate::context::{Caller, SessionClient};
use crate::jsonrpc::{ErrorObject, Params, is_crowded, reason};
use crate::protocol::{LoggingLevel, ProtocolVersion};

/// What is answered to a client that asks for a version nobody here knows, and to one that asks for
/// a modern version, which has no sessions.
pub(super) const NEWEST: ProtocolVersion = ProtocolVersion::LEGACY[0];

/// The session of a connection.
#[derive(Debug)]
pub(super) enum Session {
    /// `initialize` was not seen.
    Closed,
    /// `initialize` was answered. Whether `notifications/initialized` has come does not matter to
    /// anything that is served: clients may send requests before it.
    Open { version: ProtocolVersion, caller: Arc<Caller> },
}

impl Session {
    /// Opens a session under the version the client asks for, if it is a legacy one, else under the
    /// newest of these.
    ///
    /// # Errors
    /// If the params are not those of `initialize`.
    pub(super) fn open(params: &Params<'_>) -> Result<Self, ErrorObject> {
        let version = ProtocolVersion::parse(&params.text("protocolVersion")?)
            .filter(|version| ProtocolVersion::LEGACY.contains(version))
            .unwrap_or(NEWEST);
        let client = SessionClient {
            capabilities: object(params, "capabilities")?,
            info: object(params, "clientInfo")?,
            log_level: Mutex::new(LoggingLevel::Info),
        };
        let caller = Caller { session: Some(Arc::new(client)), ..Caller::default() };
        Ok(Self::Open { version, caller: Arc::new(caller) })
    }

    pub(super) fn version(&self) -> Option<ProtocolVersion> {
        match self {
            Self::Closed => None,
            Self::Open { version, .. } => Some(*version),
        }
    }
}

/// Reads a member of the params that must be an object.
fn object<T: DeserializeOwned>(params: &Params<'_>, name: &str) -> Result<T, ErrorObject> {
    let wrong = |why: &str| ErrorObject::invalid_params(format!("invalid params: `{name}`: {why}"));
    let json = params.get(name)?.ok_or_else(|| wrong("missing"))?;
    // serde would read a struct from a list as well.
    if !json.starts_with('{') {
        return Err(wrong("expected an object"));
    }
    if is_crowded(json, VALUES) {
        return Err(crowded(name));
    }
    serde_json::from_str(json).map_err(|error| wrong(&reason(&error)))
}

/// Sets from which level on the session's log messages are sent.
///
/// # Errors
/// If there is no such level.
pub(super) fn set_level(caller: &Caller, params: &Params<'_>) -> Result<(), ErrorObject> {
    let level = params.get("level")?.and_then(|json| serde_json::from_str(json).ok());
    let level: LoggingLevel = level.ok_or_else(|| {
        ErrorObject::invalid_params(
            "invalid params: `level`: expected one of debug, info, notice, warning, error, critical, \
             alert, emergency",
        )
    })?;
    if let Some(session) = &caller.session {
        *session.log_level.lock().unwrap_or_else(PoisonError::into_inner) = level;
    }
    Ok(())
}

/// Batches came with 2025-03-26 and went with the next version.
pub(super) fn has_batches(version: Option<ProtocolVersion>) -> bool {
    version == Some(ProtocolVersion::V2025_03_26)
}
