//! `#[cfg]` on parameters, which an attribute macro sees before the compiler has decided it.
//!
//! What injects a borrowed parameter is a type in a tuple, and no tuple type has room for a
//! `#[cfg]`. So the function is handed back twice, each time under the attribute: with the
//! parameter if the condition holds, without it if not. The compiler drops one of the two before it
//! asks us again.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Meta, Token};

use crate::func::{Func, attrs_of};
use crate::handler::Kind;
use crate::runtime::Runtime;

/// Both versions of a function that has a parameter under a `#[cfg]`.
pub(crate) fn versions(kind: Kind, attr: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let mut with: Func = syn::parse2(item.clone()).ok()?;
    let (at, condition) = with.sig.inputs.iter_mut().enumerate().find_map(|(at, input)| {
        let attrs = attrs_of(input);
        let cfg = attrs.iter().position(|attr| attr.path().is_ident("cfg"))?;
        match attrs.remove(cfg).meta {
            Meta::List(condition) => Some((at, condition.tokens)),
            _ => None,
        }
    })?;
    let mut without = with.clone();
    let inputs = with.sig.inputs.iter().enumerate().filter(|(i, _)| *i != at);
    without.sig.inputs =
        inputs.map(|(_, input)| input.clone()).collect::<Punctuated<_, Token![,]>>();

    let runtime = Runtime::named_in(attr.clone());
    let macro_name = format_ident!("{}", kind.noun());
    let version = |condition: TokenStream, func: &Func| {
        let func = func.to_token_stream();
        quote!(#[cfg(#condition)] #[#runtime::#macro_name(#attr)] #func)
    };
    let (with, without) =
        (version(condition.clone(), &with), version(quote!(not(#condition)), &without));
    Some(quote!(#with #without))
}
