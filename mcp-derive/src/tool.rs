//! `#[tool]`: an annotated function becomes a tool.

use proc_macro2::TokenStream;

use crate::cfg;
use crate::errors::Errors;
use crate::handler::Kind;
use crate::handler::keep::keep_item;
use crate::handler::parse;

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
        Ok(tool) => expand::tool(&tool),
        Err(mistakes) => keep_item(attr, item, &mistakes),
    }
}
