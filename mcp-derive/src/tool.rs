//! `#[tool]`: an annotated function becomes a tool.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::keep::keep_item;
use crate::handler::parse::{self, RawHandler};
use crate::handler::{self, Declares, Kind};

mod check;
mod expand;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    if let Some(versions) = cfg::versions(Kind::Tool, &attr, item) {
        return versions;
    }
    let errors = Errors::new();
    let tool = parse::raw_handler(Kind::Tool, attr.clone(), item, &errors)
        .and_then(|raw| check::tool(raw, &errors));
    match errors.finish(tool) {
        Ok(tool) => handler::expand::handler(&tool),
        Err(mistakes) => keep_item(Kind::Tool, attr, item, &mistakes),
    }
}

/// The same for a method: its `impl` block is expanded as a whole.
pub(crate) fn method(raw: RawHandler, errors: &Errors) -> Option<Box<dyn Declares>> {
    check::tool(raw, errors).map(|tool| Box::new(tool) as Box<dyn Declares>)
}
