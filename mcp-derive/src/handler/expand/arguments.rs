//! The arguments of a [`Handler`] → tokens: how they are described, and how each is read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit};

use super::{at, how_of_completion, respan};
use crate::handler::{Argument, Default, Handler, Note, Share};
use crate::runtime;

/// The closure that describes the arguments.
pub(crate) fn input(handler: &Handler) -> TokenStream {
    if handler.arguments().next().is_none() {
        return quote!(|_| {});
    }
    let mut hows = (0..).map(how_of_completion);
    let arguments = handler.arguments().map(|argument| {
        let complete = argument.complete.as_ref().map(|(key, path)| {
            let (runtime, how) = (&handler.runtime, hows.next());
            let named = quote_spanned! {at(path)=>
                <#path as #runtime::Completes>::declared::<__McpState, #how>()
            };
            said(argument, key, &named)
        });
        property(argument, complete.as_ref())
    });
    quote!(|__mcp_inputs| { #(#arguments)* })
}

/// Describes one argument.
fn property(argument: &Argument, complete: Option<&TokenStream>) -> TokenStream {
    let Argument { name, docs, ty, .. } = argument;
    match argument.takes {
        Share::Own => {}
        Share::Rest(_) => {
            return quote_spanned!(at(ty)=> __mcp_inputs.rest::<#ty>(#name, #docs););
        }
        Share::Flattened => {
            return quote_spanned!(at(ty)=> __mcp_inputs.flatten::<#ty>(#name););
        }
    }
    let is_shown = argument.default.is_some() || argument.example.is_some();
    // Here and at its slot a type is asked whether it can be an argument, at one and the same
    // place: so the compiler says it once.
    let start = if is_shown {
        quote_spanned!(at(ty)=> __mcp_inputs.shown_argument::<#ty>(#name, #docs))
    } else {
        quote_spanned!(at(ty)=> __mcp_inputs.argument::<#ty>(#name, #docs))
    };
    let or = default_name(argument).map(|default| quote_spanned!(at(ty)=> .or(#default)));
    let in_path = argument.in_path.then(|| quote_spanned!(at(ty)=> .in_path()));
    let notes = argument.notes.iter().map(|Note { key, value }| said(argument, key, value));
    let example = argument.example.as_ref().map(|(key, _)| {
        let example = example_name(argument);
        said(argument, key, &quote!(#example()))
    });
    quote!(#start #in_path #or #(#notes)* #example #complete;)
}

/// A function of the runtime: named at its key, and called at the type, where the compiler says
/// what is wrong with it.
fn said(argument: &Argument, key: &Ident, value: &impl ToTokens) -> TokenStream {
    let function = Ident::new(&key.to_string(), at(key));
    quote_spanned!(at(&argument.ty)=> .#function(#value))
}

/// The functions behind defaults and examples.
pub(super) fn values(handler: &Handler) -> impl Iterator<Item = TokenStream> {
    let arguments = handler.arguments();
    arguments.flat_map(|it| [default_function(it), example_function(it)]).flatten()
}

/// The statement that makes the slots and fills them.
pub(super) fn read(handler: &Handler) -> TokenStream {
    let slots = handler.arguments().zip(0..).map(|(argument, i)| slot(argument, i));
    let of = |is_one: fn(&Share) -> bool| {
        let arguments = handler.arguments().zip(0..);
        arguments.filter(move |(it, _)| is_one(&it.takes)).map(|(_, i)| slot_name(i))
    };
    let named = of(Share::is_own);
    let named = quote!(&mut [#(&mut #named),*]);
    let read = if handler.arguments().all(|argument| argument.takes.is_own()) {
        quote!(read(#named))
    } else {
        let flattened = of(Share::is_flattened);
        let rest = of(|takes| takes.rest().is_some()).next().map(|rest| quote!(&mut #rest));
        let rest = runtime::option(rest);
        quote!(read_parts(#named, &mut [#(&mut #flattened),*], #rest))
    };
    quote!(#(#slots)* __mcp_arguments.#read?;)
}

/// The slot of one argument.
fn slot(argument: &Argument, i: usize) -> TokenStream {
    let Argument { name, ty, .. } = argument;
    let slot = slot_name(i);
    let new = match default_name(argument) {
        None => quote_spanned!(at(ty)=> __mcp_arguments.slot::<#ty>(#name)),
        Some(default) => quote_spanned!(at(ty)=> __mcp_arguments.slot_or::<#ty>(#name, #default)),
    };
    quote!(let mut #slot = #new;)
}

/// The variable of an argument, first its slot and then its value.
pub(super) fn slot_name(i: usize) -> Ident {
    format_ident!("__mcp_{i}")
}

/// The function behind the default of an argument, if it has one.
fn default_name(argument: &Argument) -> Option<Ident> {
    argument.default.as_ref().map(|_| value_name("default", argument))
}

fn default_function(argument: &Argument) -> Option<TokenStream> {
    let value = match argument.default.as_ref()? {
        Default::OfType(word) => respan(runtime::default(), word.span()),
        Default::Value(value) => converted(value),
    };
    Some(value_function(&default_name(argument)?, argument, &value))
}

fn example_name(argument: &Argument) -> Ident {
    value_name("example", argument)
}

fn example_function(argument: &Argument) -> Option<TokenStream> {
    let (_, value) = argument.example.as_ref()?;
    Some(value_function(&example_name(argument), argument, &converted(value)))
}

fn value_name(what: &str, argument: &Argument) -> Ident {
    format_ident!("__mcp_{what}_{}", argument.ident.unraw(), span = Span::call_site())
}

fn value_function(name: &Ident, argument: &Argument, value: &TokenStream) -> TokenStream {
    let ty = &argument.ty;
    quote!(fn #name() -> #ty { #value })
}

/// A text becomes what the argument is; any other value is of its type.
pub(crate) fn converted(value: &Expr) -> TokenStream {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            respan(runtime::convert(text), text.span())
        }
        value => value.to_token_stream(),
    }
}
