//! What was written → a [`Prompt`] we accept.

use crate::attr::Keys;
use crate::errors::Errors;
use crate::handler::about::{About, about};
use crate::handler::check::{handler, identity};
use crate::handler::parse::RawHandler;
use crate::handler::{Handler, Identity, Kind};
use crate::runtime::Runtime;

/// A prompt we accept.
pub(super) struct Prompt {
    pub(super) identity: Identity,
    pub(super) about: About,
    pub(super) handler: Handler,
}

pub(super) fn prompt(raw: RawHandler, errors: &Errors) -> Option<Prompt> {
    let RawHandler { keys, func, owner } = raw;
    let mut keys = Keys::new(Kind::Prompt.attribute(), keys, errors);
    let identity = identity(&mut keys, &func);
    let about = about(&mut keys, errors);
    let runtime = Runtime::of(&mut keys, owner.as_deref());
    keys.finish();

    let handler = handler(Kind::Prompt, runtime, func, owner.as_ref(), errors)?;
    Some(Prompt { identity, about, handler })
}
