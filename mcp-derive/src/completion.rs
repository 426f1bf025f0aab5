//! `#[completion]`: an annotated function completes arguments of prompts and templates.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::keep::keep_item;
use crate::handler::parse::{self, RawHandler};
use crate::handler::{self, Declares, Kind};

mod check;
mod expand;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(versions) = cfg::versions(Kind::Completion, &attr, item) {
        return versions;
    }
    let errors = Errors::new();
    let completion = parse::raw_handler(Kind::Completion, attr.clone(), item, &errors)
        .and_then(|raw| check::completion(raw, &errors));
    match errors.finish(completion) {
        Ok(completion) => handler::expand::handler(&completion),
        Err(mistakes) => keep_item(Kind::Completion, attr, item, &mistakes),
    }
}

/// The same for a method: its `impl` block is expanded as a whole.
pub(crate) fn method(raw: RawHandler, errors: &Errors) -> Option<Box<dyn Declares>> {
    check::completion(raw, errors).map(|completion| Box::new(completion) as Box<dyn Declares>)
}
