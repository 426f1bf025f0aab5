//! `#[methods]`: an `impl` block whose annotated methods become handlers.

use proc_macro2::TokenStream;

use crate::errors::Errors;

mod check;
mod conditions;
mod expand;
mod parse;

pub(crate) fn run(attr: &TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let raw = match parse::block(item) {
        Ok(raw) => raw,
        Err(error) => {
            check::no_block(item, error, &errors);
            return expand::unread(item, &errors.finish(Some(())));
        }
    };
    if let Some(versions) = conditions::versions(attr, &raw) {
        errors.ignore();
        return versions;
    }
    let (head, methods) = check::block(attr.clone(), &raw, &errors);
    match errors.finish(Some(methods)) {
        Ok(methods) => expand::block(&raw, &head, &methods),
        Err(mistakes) => expand::kept(&raw, &head, &mistakes),
    }
}

/// A block without the attributes that make handlers of its methods.
pub(crate) fn unmarked(item: &TokenStream) -> Option<TokenStream> {
    parse::block(item).ok().map(|raw| expand::stripped(&raw))
}
