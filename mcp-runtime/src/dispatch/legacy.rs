//! Up to 2025-11-25: the session that `initialize` opens.
//!
//! Spec: 2025-11-25, basic/lifecycle.

use std::sync::Arc;

use crate::context::{Caller, SessionClient};
use crate::jsonrpc::{ErrorObject, Params};
use crate::protocol::{InitializeRequestParams, ProtocolVersion};

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
        let params: InitializeRequestParams =
            serde_json::from_str(params.json()).map_err(|error| {
                let error = error.to_string();
                let why = error.split(" at line ").next().unwrap_or_default();
                ErrorObject::invalid_params(format!("invalid params: {why}"))
            })?;
        let version = ProtocolVersion::parse(&params.protocol_version)
            .filter(|version| ProtocolVersion::LEGACY.contains(version))
            .unwrap_or(NEWEST);
        let client = SessionClient { capabilities: params.capabilities, info: params.client_info };
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

/// Batches came with 2025-03-26 and went with the next version.
pub(super) fn has_batches(version: Option<ProtocolVersion>) -> bool {
    version == Some(ProtocolVersion::V2025_03_26)
}
