//! `#[resource]`: an annotated function becomes a resource.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::Kind;
use crate::handler::keep::keep_item;
use crate::handler::parse;

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
        Ok(resource) => expand::resource(&resource),
        Err(mistakes) => keep_item(attr, item, &mistakes),
    }
}
