//! `#[prompt]`: an annotated function becomes a prompt.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::Kind;
use crate::handler::keep::keep_item;
use crate::handler::parse;

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
        Ok(prompt) => expand::prompt(&prompt),
        Err(mistakes) => keep_item(attr, item, &mistakes),
    }
}
