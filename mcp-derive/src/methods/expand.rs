//! A block → tokens: the block as it was, a companion for each handler beside it, and the function
//! that lists them.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::check::Head;
use super::parse::{Mark, RawBlock, RawItem};
use crate::errors::Mistakes;
use crate::func::Func;
use crate::handler::expand::{companion_of_method, function};
use crate::handler::{Declares, Kind};
use crate::runtime;

pub(super) fn block(raw: &RawBlock, head: &Head, handlers: &[Box<dyn Declares>]) -> TokenStream {
    let block = stripped(raw);
    let companions = handlers.iter().map(|handler| companion_of_method(&**handler));
    let list = list(raw, head, handlers);
    quote! {
        #block

        #(#companions)*

        #list
    }
}

/// What comes out of a block with mistakes: the block, and a list that fits every server.
pub(super) fn kept(raw: &RawBlock, head: &Head, mistakes: &Mistakes) -> TokenStream {
    let block = stripped(raw);
    let generics = &raw.head.generics;
    let (params, _, bounds) = generics.split_for_impl();
    let (ty, runtime, name, vis) = (&raw.head.self_ty, &head.runtime, name(raw, head), &head.vis);
    let never = runtime::never();
    let list = raw.head.trait_.is_none().then(|| {
        quote! {
            #[automatically_derived]
            impl #params #ty #bounds {
                #[allow(dead_code)]
                #vis fn #name<__McpState>() -> #runtime::Handlers<__McpState> {
                    #never
                }
            }
        }
    });
    quote!(#block #list #mistakes)
}

/// What comes out of what is no block.
pub(super) fn unread<T>(item: &TokenStream, judged: &Result<T, Mistakes>) -> TokenStream {
    let mistakes = judged.as_ref().err();
    quote!(#item #mistakes)
}

/// The block as it was written.
pub(super) fn original(raw: &RawBlock) -> TokenStream {
    with_items(raw, |RawItem { attrs, marks, rest }| {
        let marks = marks.iter().map(|Mark { attr, .. }| attr);
        quote!(#(#marks)* #(#attrs)* #rest)
    })
}

/// The block without what only the macros understand.
pub(super) fn stripped(raw: &RawBlock) -> TokenStream {
    with_items(raw, |item| {
        let tokens = item.tokens();
        match syn::parse2::<Func>(tokens.clone()) {
            Ok(func) if !item.marks.is_empty() => function(&func),
            _ => tokens,
        }
    })
}

fn with_items(raw: &RawBlock, item: impl Fn(&RawItem) -> TokenStream) -> TokenStream {
    let mut braces = Group::new(raw.braces.delimiter(), raw.items.iter().map(item).collect());
    braces.set_span(raw.braces.span());
    let start = &raw.start;
    quote!(#start #braces)
}

/// The function that lists the handlers, in the order of the methods.
fn list(raw: &RawBlock, head: &Head, handlers: &[Box<dyn Declares>]) -> TokenStream {
    let (ty, name) = (&raw.head.self_ty, name(raw, head));
    let Head { runtime, vis, .. } = head;
    let offered: Vec<(Ident, Ident)> = handlers
        .iter()
        .map(|declares| declares.handler())
        .filter(|handler| handler.kind != Kind::Completion)
        .zip(0..)
        .map(|(handler, i)| (handler.companion(), format_ident!("__McpHow{i}")))
        .collect();
    let hows = offered.iter().map(|(_, how)| how);
    let bounds = offered.iter().map(|(companion, how)| {
        let companion = free(companion);
        quote!(#companion: #runtime::Declare<__McpState, #how>)
    });
    let declared = offered.iter().map(|(companion, how)| {
        let companion = free(companion);
        quote!(#runtime::declare::<#companion, __McpState, #how>())
    });
    // The block and the signature stand there as if the author had written them: the compiler tells
    // of a list that nobody asks for.
    let span = name.span();
    let signature = quote_spanned! {span=>
        fn #name<__McpState, #(#hows),*>() -> #runtime::Handlers<__McpState>
    };
    let declared = quote!(#runtime::collect([#(#declared),*]));
    let body = quote_spanned!(span=> { #declared });
    let list = quote! {
        /// The annotated methods of this block, in the order they are written in.
        #[allow(unreachable_pub, private_bounds, clippy::all, clippy::pedantic)]
        #vis #signature
        where
            #(#bounds,)*
        #body
    };
    quote_spanned!(span=> impl #ty { #list })
}

/// The list's name, at the type if the author gave it none.
fn name(raw: &RawBlock, head: &Head) -> Ident {
    match &head.name {
        Some(name) => name.clone(),
        None => Ident::new("handlers", raw.head.self_ty.span()),
    }
}

/// A name without the place of its method.
fn free(companion: &Ident) -> TokenStream {
    Ident::new(&companion.to_string(), Span::call_site()).into_token_stream()
}
