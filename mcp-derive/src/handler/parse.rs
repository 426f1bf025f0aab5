//! Tokens → [`RawHandler`]: what was written, the same for all attributes.

use std::rc::Rc;

use proc_macro2::TokenStream;
use syn::Attribute;

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
    let mut func = Func::read(item, kind, errors)?;
    for (other, attr) in func.take_marks() {
        one_mark(kind, other, &attr, errors);
    }
    Some(RawHandler { keys, func, owner: None })
}

/// A function is one handler.
pub(crate) fn one_mark(first: Kind, other: Kind, attr: &Attribute, errors: &Errors) {
    let attribute = other.attribute();
    if first == other {
        errors.report(attr, format_args!("`{attribute}` is given twice"), "keep one of the two");
    } else {
        let wrong = format!("`{attribute}` on a {}", first.noun());
        errors.report(attr, wrong, "keep one of the attributes, and call a function from both");
    }
}
