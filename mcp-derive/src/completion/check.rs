//! What was written → a [`Completion`] we accept.

use syn::LitStr;

use crate::attr::Keys;
use crate::errors::Errors;
use crate::handler::check::handler;
use crate::handler::parse::RawHandler;
use crate::handler::{Handler, Kind};
use crate::runtime::Runtime;

/// A completion we accept.
pub(super) struct Completion {
    /// The parameter that takes what is typed.
    pub(super) typed: LitStr,
    /// The parameters that take other arguments, by name.
    pub(super) others: Vec<LitStr>,
    pub(super) handler: Handler,
}

pub(super) fn completion(raw: RawHandler, errors: &Errors) -> Option<Completion> {
    let RawHandler { keys, func, owner } = raw;
    let mut keys = Keys::new(Kind::Completion.attribute(), keys, errors);
    let runtime = Runtime::of(&mut keys, owner.as_deref());
    keys.finish();

    let handler = handler(Kind::Completion, runtime, func, owner.as_ref(), errors)?;
    let mut names = handler.arguments().map(|argument| argument.name.clone());
    let (typed, others) = (names.next(), names.collect());
    let typed = takes_what_is_typed(typed, &handler, errors)?;
    Some(Completion { typed, others, handler })
}

fn takes_what_is_typed(
    typed: Option<LitStr>,
    handler: &Handler,
    errors: &Errors,
) -> Option<LitStr> {
    if typed.is_none() {
        let write = "add an owned parameter for what is typed, as in `typed: String`";
        errors.report(&handler.func.sig.ident, "a completion has nothing to complete", write);
    }
    typed
}
