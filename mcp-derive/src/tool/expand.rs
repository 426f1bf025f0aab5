//! A [`Tool`] → tokens.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::check::{Hint, Tool};
use crate::handler::{Declares, Handler, Identity, expand};
use crate::runtime;

impl Declares for Tool {
    fn handler(&self) -> &Handler {
        &self.handler
    }

    fn declaration(&self) -> TokenStream {
        let Tool { identity: Identity { name, title, description }, hints, strict, handler } = self;
        let runtime = &handler.runtime;
        let (title, description) =
            (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
        let (hints, rest) = (hints.iter().map(hint), runtime::default());
        let at = runtime::place(handler);
        let input = expand::input(handler);
        let output = expand::returned(handler);
        let call = expand::call(handler);
        quote! {
            #runtime::Declaration::Tool(#runtime::ToolDeclaration {
                name: #name,
                title: #title,
                description: #description,
                annotations: #runtime::ToolAnnotations { #(#hints,)* ..#rest },
                at: #at,
                strict: #strict,
                input: #input,
                output: |__mcp_generator| #output.schema(__mcp_generator),
                call: #call,
            })
        }
    }
}

fn hint(hint: &Hint) -> TokenStream {
    let (field, value) = (format_ident!("{}", hint.field), runtime::option(Some(hint.value)));
    quote!(#field: #value)
}
