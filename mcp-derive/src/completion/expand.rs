//! A [`Completion`] → tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::Completion;
use crate::handler::{Declares, Handler, expand};
use crate::runtime;

impl Declares for Completion {
    fn handler(&self) -> &Handler {
        &self.handler
    }

    fn declaration(&self) -> TokenStream {
        let Completion { typed, others, handler } = self;
        let runtime = &handler.runtime;
        let at = runtime::place(handler);
        let call = expand::call(handler);
        quote! {
            #runtime::Declaration::Completion(#runtime::CompletionDeclaration {
                at: #at,
                typed: #typed,
                others: &[#(#others),*],
                call: #call,
            })
        }
    }
}
