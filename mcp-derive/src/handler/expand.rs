//! A [`Handler`] → tokens: the function as it was, and a companion type of the same name that
//! declares it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Visibility;
use syn::spanned::Spanned;

use crate::func::Func;
use crate::handler::{Declares, Handler, Kind, Parameter};
use crate::runtime::{self, Runtime};

mod about;
mod arguments;

pub(crate) use about::about;
use arguments::slot_name;
pub(crate) use arguments::{converted, input};

/// The function, its companion type, and the companion's declaration.
pub(crate) fn handler(declares: &dyn Declares) -> TokenStream {
    let func = &declares.handler().func;
    let (function, declared) = (function(func), declared(declares));
    let companion = companion_type(&func.vis, &func.sig.ident);
    quote! {
        #function

        #companion

        #declared
    }
}

/// A companion in place of one beside the function: a method has no place for a type beside it.
pub(crate) fn companion_of_method(declares: &dyn Declares) -> TokenStream {
    let declared = declared(declares);
    let companion = companion_type(&Visibility::Inherited, &declares.handler().companion());
    quote! {
        #[allow(dead_code)]
        #companion

        #declared
    }
}

/// The declaration of a companion, which is what the attributes differ in.
fn declared(declares: &dyn Declares) -> TokenStream {
    let (handler, declaration) = (declares.handler(), declares.declaration());
    let (runtime, companion) = (&handler.runtime, handler.companion());
    let (injected, hows): (Vec<_>, Vec<_>) =
        handler.injected().zip(0..).map(|(ty, i)| (ty, how(i))).unzip();
    let (completions, their_hows): (Vec<_>, Vec<_>) =
        handler.completions().zip(0..).map(|(path, i)| (path, how_of_completion(i))).unzip();
    let completed = completions
        .iter()
        .zip(&their_hows)
        .map(|(path, how)| quote_spanned!(at(path)=> #path: #runtime::Declare<__McpState, #how>));
    let state_bounds = runtime::state_bounds();
    // At the parameter, which the compiler marks when a server has no such state.
    let provided = injected
        .iter()
        .zip(&hows)
        .map(|(ty, how)| respan(quote!(#runtime::Provide<#ty, #how>), ty.span()));
    let leaves = leaves(handler.kind);
    let values = arguments::values(handler);
    let completes = (handler.kind == Kind::Completion).then(|| completes(runtime, &companion));
    quote! {
        #[automatically_derived]
        #[allow(
            unused_imports,
            unused_qualifications,
            deprecated,
            private_bounds,
            clippy::all,
            clippy::pedantic
        )]
        impl<__McpState, #(#hows,)* #(#their_hows),*>
            #runtime::Declare<__McpState, (#(#hows,)* #(#their_hows,)*)> for #companion
        where
            __McpState: #(#provided +)* #state_bounds,
            #(#completed,)*
        {
            fn declare() -> #runtime::Declaration {
                use #runtime::{#(#leaves as _),*};
                #(#values)*
                #declaration
            }
        }

        #completes
    }
}

/// The mark of a companion that `complete` may name.
pub(crate) fn completes(runtime: &Runtime, companion: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #runtime::Completes for #companion {}
    }
}

/// The function, with the lints off that our rules for signatures set off.
pub(crate) fn function(func: &Func) -> TokenStream {
    let func = func.stripped();
    quote! {
        #[allow(
            dead_code,
            clippy::needless_pass_by_value,
            clippy::trivially_copy_pass_by_ref,
            clippy::too_many_arguments,
            clippy::unused_async
        )]
        #func
    }
}

/// A type beside the function, in the type namespace only, so that one `use` brings both.
///
/// It has no `allow(dead_code)`: it tells of a handler that is listed nowhere. For that it stands
/// at the function's name as if the author had written it, because the lint passes over what a
/// macro writes.
pub(crate) fn companion_type(vis: &Visibility, ident: &Ident) -> TokenStream {
    let companion = quote_spanned!(ident.span()=> enum #ident {});
    quote! {
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            unreachable_pub,
            missing_debug_implementations,
            missing_copy_implementations,
            clippy::all,
            clippy::pedantic
        )]
        #vis #companion
    }
}

/// What the return type is, as an expression: the place where it is asked whether it fits.
pub(crate) fn returned(handler: &Handler) -> TokenStream {
    let (runtime, returns) = (&handler.runtime, return_type(handler));
    let kind = of(runtime, handler.kind);
    leaf(handler, &quote!(#runtime::Returns::<#kind, #returns>::new()))
}

/// The closure that reads the arguments and starts the function.
pub(crate) fn call(handler: &Handler) -> TokenStream {
    let Handler { runtime, func, .. } = handler;
    let (kind, returns) = (of(runtime, handler.kind), return_type(handler));
    let read = arguments::read(handler);
    let slots: Vec<_> = handler.arguments().zip(0..).map(|(_, i)| slot_name(i)).collect();
    let take = (!slots.is_empty()).then(|| quote!(let (#(#slots,)*) = (#(#slots.take(),)*);));

    let parameters = parameters(handler);
    let is_async = func.sig.asyncness.is_some();
    // What borrows nothing has no context to ask with.
    let may_ask = is_async && handler.injected().next().is_some();
    let bind = may_ask.then(|| quote!(let __mcp_call = __mcp_arguments.bind(__mcp_call);));
    let ident = &func.sig.ident;
    let callee = match &handler.owner {
        None => ident.to_token_stream(),
        Some(owner) => {
            let ty = &owner.ty;
            quote!(<#ty>::#ident)
        }
    };
    let leaf = leaf(handler, &quote!(__mcp_returns));
    let called = quote!(#callee(#(#parameters),*));
    let finish = quote!((&#leaf).causes().finish(__mcp_returns.apart(__mcp_returned)));
    let end = match (is_async, may_ask) {
        (true, true) => quote!(__mcp_call.watch(#called, |__mcp_returned| #finish).await),
        (true, false) => quote!(let __mcp_returned = #called.await; #finish),
        (false, _) => quote!(let __mcp_returned = #called; #finish),
    };
    let body = quote! {
        let __mcp_returns = #runtime::Returns::<#kind, #returns>::new();
        #end
    };
    // At the function's name, for what the compiler says of a future that cannot be sent.
    let running = if is_async {
        // The future holds the call's place, also where no parameter needs the call.
        let hold = quote!(let _ = &__mcp_call;);
        let future = quote_spanned!(at(ident)=> async move { #hold #body });
        let boxed = respan(runtime::boxed(future), ident.span());
        quote!(#runtime::Running::new(#boxed))
    } else {
        quote!(#runtime::blocking(__mcp_call, move |__mcp_call| { #body }))
    };
    let running = runtime::ok(running);
    quote! {
        |__mcp_arguments, __mcp_call| {
            #read
            #take
            #bind
            #running
        }
    }
}

/// The values for the function, in the order of its parameters.
fn parameters(handler: &Handler) -> Vec<TokenStream> {
    let runtime = &handler.runtime;
    let (mut slots, mut hows) = ((0..).map(slot_name), (0..).map(how));
    let value = |parameter: &Parameter| match parameter {
        Parameter::Argument(_) => slots.next().to_token_stream(),
        Parameter::Injected(ty) => {
            let how = hows.next();
            quote! {
                #runtime::Provide::<#ty, #how>::provide(
                    __mcp_call.state::<__McpState>(),
                    __mcp_call.context(),
                )
            }
        }
    };
    handler.parameters.iter().map(value).collect()
}

/// The type parameter of an injected value: where it comes from, which registration infers.
fn how(i: usize) -> Ident {
    format_ident!("__McpHow{i}")
}

/// The same for what a completion borrows.
fn how_of_completion(i: usize) -> Ident {
    format_ident!("__McpComplete{i}")
}

/// The second stage of telling return types apart: the references let more than one implementation
/// compete. The method has the place of the return type, for what a trait says of it.
fn leaf(handler: &Handler, returns: &TokenStream) -> TokenStream {
    let fit = Ident::new("fit", returns_span(handler));
    quote!((&&#returns.split()).#fit())
}

/// The kind of the handler, as it takes what the function returns.
pub(crate) fn of(runtime: &Runtime, kind: Kind) -> TokenStream {
    let kind = format_ident!("Of{}", kind.name());
    quote!(#runtime::#kind)
}

/// What the function returns: nothing written is `()`.
fn return_type(handler: &Handler) -> TokenStream {
    handler.returns.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream)
}

fn returns_span(handler: &Handler) -> Span {
    match &handler.func.sig.output {
        syn::ReturnType::Default => handler.func.sig.ident.span(),
        syn::ReturnType::Type(_, ty) => ty.span(),
    }
}

/// The traits whose methods tell return types apart.
fn leaves(kind: Kind) -> Vec<Ident> {
    let in_path = (kind == Kind::Resource).then(|| format_ident!("InPath"));
    let unfit = format_ident!("Unfit{}", kind.name());
    let first = ["Causes", "Fit"].map(|name| format_ident!("{name}"));
    let last = [format_ident!("Plain"), unfit, format_ident!("Whole")];
    first.into_iter().chain(in_path).chain(last).collect()
}

/// The place of user tokens, with names looked up as everywhere in the expansion: a type that comes
/// through a `macro_rules` macro would not see our variables otherwise.
pub(crate) fn at(tokens: &impl Spanned) -> Span {
    tokens.span().resolved_at(Span::call_site())
}

/// The same tokens at another place, for what the compiler says about them.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let span = span.resolved_at(Span::call_site());
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
