//! A function by its attributes, visibility and signature.
//!
//! The body stays tokens: it is the compiler's to judge, and a half-typed one must not hide the
//! function from an editor.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Meta, Signature, Type, Visibility};

use crate::errors::Errors;

/// A function, as written.
#[derive(Clone)]
pub(crate) struct Func {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    body: TokenStream,
}

impl Func {
    /// Reads the item below `attribute`, which must be a function.
    pub(crate) fn read(item: &TokenStream, attribute: &str, errors: &Errors) -> Option<Self> {
        match syn::parse2(item.clone()) {
            Ok(func) => return Some(func),
            Err(error) if is_function(item) => errors.syntax(error),
            Err(error) => {
                let wrong = format!("`{attribute}` goes on a function");
                let write = "annotate a function: its arguments come from the client";
                errors.report_at(error.span(), wrong, write);
            }
        }
        None
    }

    /// The same function where `Self` has no meaning: beside the block of its type.
    pub(crate) fn of(mut self, ty: &Type) -> Self {
        let sig = named(self.sig.to_token_stream(), ty);
        if let Ok(sig) = syn::parse2(sig) {
            self.sig = sig;
        }
        self
    }

    /// The function without what only the macros understand: `#[arg]` and docs on parameters.
    pub(crate) fn stripped(&self) -> Self {
        let mut func = self.clone();
        for input in &mut func.sig.inputs {
            attrs_of(input).retain(|attr| !is_arg(attr) && !is_doc(attr));
        }
        func
    }
}

impl Parse for Func {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Func {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}

/// The attributes of a parameter.
pub(crate) fn attrs_of(input: &mut FnArg) -> &mut Vec<Attribute> {
    match input {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(typed) => &mut typed.attrs,
    }
}

pub(crate) fn is_arg(attr: &Attribute) -> bool {
    attr.path().is_ident("arg")
}

/// Whether an attribute is a doc comment or `#[doc = …]`; `#[doc(hidden)]` is something else.
pub(crate) fn is_doc(attr: &Attribute) -> bool {
    matches!(&attr.meta, Meta::NameValue(meta) if meta.path.is_ident("doc"))
}

/// Tokens in which a type is named instead of `Self`.
pub(crate) fn named(tokens: TokenStream, ty: &Type) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Ident(word) if word == "Self" => ty.to_token_stream(),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), named(group.stream(), ty));
            inner.set_span(group.span());
            inner.to_token_stream()
        }
        token => token.into(),
    };
    tokens.into_iter().map(replace).collect()
}

fn is_function(item: &TokenStream) -> bool {
    item.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
}
