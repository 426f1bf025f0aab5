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
        let Tool { identity, hints, strict, about, handler } = self;
        let Identity { name, title, description } = identity;
        let runtime = &handler.runtime;
        let (title, description) =
            (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
        let (hints, rest) = (hints.iter().map(hint), runtime::default());
        let (at, about) = (runtime::place(handler), expand::about(runtime, about));
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
                about: #about,
                strict: #strict,
                input: #input,
                output: |__mcp_generator| #output.describe(__mcp_generator),
                call: #call,
            })
        }
    }
}

fn hint(hint: &Hint) -> TokenStream {
    let (field, value) = (format_ident!("{}", hint.field), runtime::option(Some(hint.value)));
    quote!(#field: #value)
}
