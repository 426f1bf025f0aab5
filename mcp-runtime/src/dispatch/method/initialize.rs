//! `initialize`, which opens a session.
//!
//! Spec: 2025-11-25, basic/lifecycle.

use serde::de::DeserializeOwned;

use super::listen::listen;
use super::{Asked, Row, VALUES, crowded};
use crate::call::{ClientInfo, LogLevel};
use crate::dispatch::session::Session;
use crate::dispatch::{Begun, Refusal};
use crate::jsonrpc::{Params, is_crowded, reason};
use crate::notify::{Interest, ListKind};
use crate::protocol::LoggingLevel;

pub(super) const ROW: Row = Row { before_session: true, begin, ..Row::of_sessions("initialize") };

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let Asked { params, served, origin, .. } = asked;
    if origin.is_in_batch {
        return Err(Refusal::invalid("invalid request: `initialize` stands alone, not in a batch"));
    }
    let Some(session) = origin.session.as_mut().filter(|session| !session.is_open()) else {
        return Err(Refusal::invalid("invalid request: this session is initialized already"));
    };
    let version = params.text("protocolVersion")?;
    let client = ClientInfo {
        capabilities: Some(object(params, "capabilities")?),
        info: Some(object(params, "clientInfo")?),
        log_level: LogLevel::new(Some(LoggingLevel::Info)),
    };
    // A session is notified of every list that may change, without subscribing.
    let lists = ListKind::ALL.into_iter().filter(|list| served.offer.notifies_of(*list));
    let filter = Interest::new(lists, []);
    let has_any = filter.lists().next().is_some();
    let listener = if has_any { Some(listen(served, filter)?) } else { None };
    **session = Session::open(&version, client, listener);
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
