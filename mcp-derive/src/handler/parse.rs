//! Tokens → [`RawHandler`]: what was written, the same for all attributes.

use std::rc::Rc;

use proc_macro2::TokenStream;

use crate::attr::KeyList;
use crate::errors::Errors;
use crate::func::Func;
use crate::handler::{Kind, Owner};

/// An attribute and the function below it, as written.
pub(crate) struct RawHandler {
    pub(crate) keys: KeyList,
    pub(crate) func: Func,
    /// The block that `#[methods]` found it in.
    pub(crate) owner: Option<Rc<Owner>>,
}

/// Reads both, so that a mistake in one does not hide those of the other.
pub(crate) fn raw_handler(
    kind: Kind,
    attr: TokenStream,
    item: &TokenStream,
    errors: &Errors,
) -> Option<RawHandler> {
    let keys = KeyList::parse(attr, errors);
    let func = Func::read(item, kind, errors);
    Some(RawHandler { keys, func: func?, owner: None })
}
