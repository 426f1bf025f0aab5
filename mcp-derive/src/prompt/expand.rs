//! A [`Prompt`] → tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::Prompt;
use crate::handler::{Identity, expand};
use crate::runtime;

pub(super) fn prompt(prompt: &Prompt) -> TokenStream {
    let Prompt { identity: Identity { name, title, description }, handler } = prompt;
    let runtime = &handler.runtime;
    let (title, description) =
        (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
    let at = runtime::place();
    let input = expand::input(handler);
    let call = expand::call(handler);
    let declaration = quote! {
        #runtime::Declaration::Prompt(#runtime::PromptDeclaration {
            name: #name,
            title: #title,
            description: #description,
            at: #at,
            input: #input,
            call: #call,
        })
    };
    expand::handler(handler, &declaration)
}
