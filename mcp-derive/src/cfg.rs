//! `#[cfg]` on parameters, which an attribute macro sees before the compiler has decided it.
//!
//! What injects a borrowed parameter is a type in a tuple, and no tuple type has room for a
//! `#[cfg]`. So the function is handed back twice, each time under the attribute: with the
//! parameter if the condition holds, without it if not. The compiler drops one of the two before it
//! asks us again.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use crate::func::{Func, attrs_of};
use crate::handler::Kind;
use crate::runtime::Runtime;

/// Both versions of a function that has a parameter under a `#[cfg]`.
pub(crate) fn versions(kind: Kind, attr: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let Split { condition, with, without } = split(syn::parse2(item.clone()).ok()?)?;
    Some(both(kind.noun(), attr, &condition, &with, &without))
}

/// What a condition decides between.
pub(crate) struct Split<T> {
    pub(crate) condition: TokenStream,
    pub(crate) with: T,
    pub(crate) without: T,
}

/// A function with its first parameter under a `#[cfg]`, and without it.
pub(crate) fn split(mut with: Func) -> Option<Split<Func>> {
    let (at, condition) = with
        .sig
        .inputs
        .iter_mut()
        .enumerate()
        .find_map(|(at, input)| Some((at, take_condition(attrs_of(input))?)))?;
    let mut without = with.clone();
    let inputs = with.sig.inputs.iter().enumerate().filter(|(i, _)| *i != at);
    without.sig.inputs =
        inputs.map(|(_, input)| input.clone()).collect::<Punctuated<_, Token![,]>>();
    Some(Split { condition, with, without })
}

/// Takes the first `#[cfg(…)]` out of attributes.
pub(crate) fn take_condition(attrs: &mut Vec<Attribute>) -> Option<TokenStream> {
    let is_cfg = |attr: &Attribute| attr.path().is_ident("cfg");
    let at = attrs.iter().position(|attr| is_cfg(attr) && matches!(attr.meta, Meta::List(_)))?;
    match attrs.remove(at).meta {
        Meta::List(condition) => Some(condition.tokens),
        _ => None,
    }
}

/// An item in two versions, each with the attribute that is asked again.
pub(crate) fn both(
    attribute: &str,
    attr: &TokenStream,
    condition: &TokenStream,
    with: &impl ToTokens,
    without: &impl ToTokens,
) -> TokenStream {
    let runtime = Runtime::named_in(attr.clone());
    let macro_name = format_ident!("{attribute}");
    quote! {
        #[cfg(#condition)] #[#runtime::#macro_name(#attr)] #with
        #[cfg(not(#condition))] #[#runtime::#macro_name(#attr)] #without
    }
}
