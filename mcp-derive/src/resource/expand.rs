//! A [`Resource`] → tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::Resource;
use crate::handler::{Declares, Handler, Identity, expand};
use crate::runtime;

impl Declares for Resource {
    fn handler(&self) -> &Handler {
        &self.handler
    }

    fn declaration(&self) -> TokenStream {
        let Resource { uri, identity, mime, listed, subscribe, about, handler } = self;
        let Identity { name, title, description } = identity;
        let runtime = &handler.runtime;
        let (title, description) =
            (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
        let mime = runtime::option(mime.as_ref());
        let (at, about) = (runtime::place(handler), expand::about(runtime, about));
        let output = expand::returned(handler);
        let input = expand::input(handler);
        let call = expand::call(handler);
        quote! {
            #runtime::Declaration::Resource(#runtime::ResourceDeclaration {
                uri: #uri,
                name: #name,
                title: #title,
                description: #description,
                mime: #mime,
                listed: #listed,
                subscribe: #subscribe,
                at: #at,
                about: #about,
                output: |__mcp_generator| #output.describe(__mcp_generator),
                input: #input,
                call: #call,
            })
        }
    }
}
