//! `#[resource]`: an annotated function becomes a resource.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::keep::keep_item;
use crate::handler::parse::{self, RawHandler};
use crate::handler::{self, Declares, Kind};

mod check;
mod expand;
mod template;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(versions) = cfg::versions(Kind::Resource, &attr, item) {
        return versions;
    }
    let errors = Errors::new();
    let resource = parse::raw_handler(Kind::Resource, attr.clone(), item, &errors)
        .and_then(|raw| check::resource(raw, &errors));
    match errors.finish(resource) {
        Ok(resource) => handler::expand::handler(&resource),
        Err(mistakes) => keep_item(Kind::Resource, attr, item, &mistakes),
    }
}

/// The same for a method: its `impl` block is expanded as a whole.
pub(crate) fn method(raw: RawHandler, errors: &Errors) -> Option<Box<dyn Declares>> {
    check::resource(raw, errors).map(|resource| Box::new(resource) as Box<dyn Declares>)
}
