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
        let Resource { uri, identity: Identity { name, title, description }, mime, handler } = self;
        let runtime = &handler.runtime;
        let (title, description) =
            (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
        let mime = runtime::option(mime.as_ref());
        let at = runtime::place(handler);
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
                at: #at,
                output: || #output.mime(),
                input: #input,
                call: #call,
            })
        }
    }
}
