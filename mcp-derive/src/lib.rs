//! The attribute macros of `mcp-runtime`, which re-exports and documents them.
//!
//! Each entry point is one line into its pipeline: tokens → parse → check → expand → tokens. The
//! files of `snapshots/` show what comes out.

mod attr;
mod cfg;
mod completion;
mod data;
mod docs;
mod errors;
mod form;
mod func;
mod handler;
mod handlers;
mod methods;
mod prompt;
mod resource;
mod runtime;
#[cfg(test)]
mod snapshots;
mod state;
mod tool;

use proc_macro::TokenStream;

/// Makes a function a tool.
#[proc_macro_attribute]
pub fn tool(attr: TokenStream, item: TokenStream) -> TokenStream {
    tool::run(attr.into(), &item.into()).into()
}

/// Makes a function a resource, or a family of resources behind one URI template.
#[proc_macro_attribute]
pub fn resource(attr: TokenStream, item: TokenStream) -> TokenStream {
    resource::run(attr.into(), &item.into()).into()
}

/// Makes a function a prompt.
#[proc_macro_attribute]
pub fn prompt(attr: TokenStream, item: TokenStream) -> TokenStream {
    prompt::run(attr.into(), &item.into()).into()
}

/// Makes a function the completion of an argument.
#[proc_macro_attribute]
pub fn completion(attr: TokenStream, item: TokenStream) -> TokenStream {
    completion::run(attr.into(), &item.into()).into()
}

/// Makes handlers of the annotated methods of a block.
#[proc_macro_attribute]
pub fn methods(attr: TokenStream, item: TokenStream) -> TokenStream {
    methods::run(&attr.into(), &item.into()).into()
}

/// Lists annotated functions for a server.
#[proc_macro]
pub fn handlers(list: TokenStream) -> TokenStream {
    handlers::run(list.into()).into()
}

/// Puts serialisation and a schema on a type.
#[proc_macro_attribute]
pub fn data(attr: TokenStream, item: TokenStream) -> TokenStream {
    data::run(attr.into(), &item.into()).into()
}

/// Makes a struct a form that a user fills in, or an enum a choice in one.
#[proc_macro_attribute]
pub fn form(attr: TokenStream, item: TokenStream) -> TokenStream {
    form::run(attr.into(), &item.into()).into()
}

/// Lends the fields of a state to handlers.
#[proc_macro_derive(State, attributes(state))]
pub fn state(item: TokenStream) -> TokenStream {
    state::run(&item.into()).into()
}
