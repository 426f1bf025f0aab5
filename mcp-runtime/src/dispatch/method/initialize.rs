//! `initialize`, which opens a session.
//!
//! Spec: 2025-11-25, basic/lifecycle.

use serde::de::DeserializeOwned;

use super::{Asked, Row, VALUES, crowded};
use crate::call::{ClientInfo, LogLevel};
use crate::dispatch::session::Session;
use crate::dispatch::{Begun, Refusal};
#[cfg(feature = "http")]
use crate::jsonrpc::Request;
use crate::jsonrpc::{Params, is_crowded, reason};
use crate::protocol::LoggingLevel;

pub(super) const ROW: Row = Row { before_session: true, begin, ..Row::of_sessions("initialize") };

/// Whether what a request changes has to live somewhere.
#[cfg(feature = "http")]
pub(crate) fn changes_session(request: &Request<'_>) -> bool {
    ["logging/setLevel", "resources/subscribe", "resources/unsubscribe"].contains(&&*request.method)
}

/// Whether a request opens a session.
#[cfg(feature = "http")]
pub(crate) fn opens_session(request: &Request<'_>) -> bool {
    request.method == ROW.name
}

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let Asked { params, served, origin, .. } = asked;
    if origin.is_in_batch {
        return Err(Refusal::invalid("invalid request: `initialize` stands alone, not in a batch"));
    }
    let is_http = origin.is_http;
    let Some(session) = origin.session.as_mut().filter(|session| !session.is_open()) else {
        return Err(Refusal::invalid("invalid request: this session is initialized already"));
    };
    let version = params.text("protocolVersion")?;
    let client = ClientInfo {
        capabilities: Some(object(params, "capabilities")?),
        info: Some(object(params, "clientInfo")?),
        log_level: LogLevel::new(Some(LoggingLevel::Info)),
    };
    let mut opened = Session::open(&version, client);
    // Over HTTP, the stream of a session is notified from when it is opened.
    if !is_http {
        opened.listen(served)?;
    }
    **session = opened;
    Ok(Begun::Answer(served.offer.initialize(session.caller().version)))
}

/// Reads a member of the params that must be an object.
fn object<T: DeserializeOwned>(params: &Params<'_>, name: &str) -> Result<T, Refusal> {
    let wrong = |why: &str| Refusal::params(format!("invalid params: `{name}`: {why}"));
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
