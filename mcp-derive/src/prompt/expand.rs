//! A [`Prompt`] → tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::Prompt;
use crate::handler::{Declares, Handler, Identity, expand};
use crate::runtime;

impl Declares for Prompt {
    fn handler(&self) -> &Handler {
        &self.handler
    }

    fn declaration(&self) -> TokenStream {
        let Prompt { identity: Identity { name, title, description }, about, handler } = self;
        let runtime = &handler.runtime;
        let (title, description) =
            (runtime::option(title.as_ref()), runtime::option(description.as_ref()));
        let (at, about) = (runtime::place(handler), expand::about(runtime, about));
        let input = expand::input(handler);
        let call = expand::call(handler);
        quote! {
            #runtime::Declaration::Prompt(#runtime::PromptDeclaration {
                name: #name,
                title: #title,
                description: #description,
                at: #at,
                about: #about,
                input: #input,
                call: #call,
            })
        }
    }
}
