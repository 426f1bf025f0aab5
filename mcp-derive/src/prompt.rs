//! `#[prompt]`: an annotated function becomes a prompt.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::keep::keep_item;
use crate::handler::parse::{self, RawHandler};
use crate::handler::{self, Declares, Kind};

mod check;
mod expand;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(versions) = cfg::versions(Kind::Prompt, &attr, item) {
        return versions;
    }
    let errors = Errors::new();
    let prompt = parse::raw_handler(Kind::Prompt, attr.clone(), item, &errors)
        .and_then(|raw| check::prompt(raw, &errors));
    match errors.finish(prompt) {
        Ok(prompt) => handler::expand::handler(&prompt),
        Err(mistakes) => keep_item(Kind::Prompt, attr, item, &mistakes),
    }
}

/// The same for a method: its `impl` block is expanded as a whole.
pub(crate) fn method(raw: RawHandler, errors: &Errors) -> Option<Box<dyn Declares>> {
    check::prompt(raw, errors).map(|prompt| Box::new(prompt) as Box<dyn Declares>)
}
