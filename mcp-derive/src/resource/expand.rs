//! A [`Resource`] → tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::Resource;
use crate::handler::{Identity, expand};
use crate::runtime;

pub(super) fn resource(resource: &Resource) -> TokenStream {
    let Resource { uri, identity: Identity { name, title, description }, mime, handler } = resource;
    let runtime = &handler.runtime;
    let (title, description) =
        (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
    let mime = runtime::option(mime.as_ref());
    let at = runtime::place();
    let output = expand::returned(handler);
    let input = expand::input(handler);
    let call = expand::call(handler);
    let declaration = quote! {
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
    };
    expand::handler(handler, &declaration)
}
