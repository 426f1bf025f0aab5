//! `resources/subscribe` and `resources/unsubscribe`.
//!
//! Spec: 2025-11-25, server/resources, Subscriptions.

use super::{Asked, Row};
use crate::dispatch::envelope::error_object;
use crate::dispatch::offer::{Answer, Offer};
use crate::dispatch::session::{NEWEST, Session};
use crate::dispatch::{Begun, Reason, Refusal};
use crate::error::Error;
use crate::limits::Limits;

const FEATURE: &str = "subscriptions to resources";

pub(super) const SUBSCRIBE: Row = Row {
    until: NEWEST,
    begin: subscribe,
    ..Row::of("resources/subscribe", FEATURE, Offer::has_subscribable)
};

pub(super) const UNSUBSCRIBE: Row = Row {
    until: NEWEST,
    begin: unsubscribe,
    ..Row::of("resources/unsubscribe", FEATURE, Offer::has_subscribable)
};

fn subscribe(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let served = asked.served;
    let uri = asked.params.text("uri")?;
    if served.offer.resource(&uri).is_none() {
        let error = error_object(Error::not_found(&*uri), asked.caller.version);
        return Err(Refusal::new(Reason::Params, error));
    }
    if !served.offer.is_subscribable(&uri) {
        return Err(Refusal::params(
            "invalid params: `uri`: clients cannot subscribe to this resource",
        ));
    }
    let listener = session(asked)?.subscriber(served)?;
    if !listener.filter().has_room(&uri) {
        let (most, bytes) = (Limits::URIS, Limits::URI_BYTES);
        return Err(Refusal::busy(format!(
            "busy: a session subscribes to at most {most} resources, whose URIs have at most {bytes} \
             bytes"
        )));
    }
    listener.add(&uri);
    Ok(Begun::Answer(Answer::Empty))
}

fn unsubscribe(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let uri = asked.params.text("uri")?;
    if let Some(listener) = &mut session(asked)?.listener {
        listener.remove(&uri);
    }
    Ok(Begun::Answer(Answer::Empty))
}

/// Only a session has this method, and only a stream has sessions.
fn session<'a>(asked: &'a mut Asked<'_, '_, '_>) -> Result<&'a mut Session, Refusal> {
    let session = asked.origin.session.as_deref_mut();
    session.ok_or_else(|| Refusal::invalid("invalid request: there is no session"))
}
