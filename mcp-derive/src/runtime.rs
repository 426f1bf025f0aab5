//! The paths expanded code may name. No other place spells one.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Path, parse_quote};

use crate::attr::{KeyList, Keys};
use crate::errors::Errors;
use crate::handler::{Handler, Owner};

/// The runtime's private module, `::mcp_runtime::__private` unless the author wrote
/// `crate = path`. In `quote!` it stands in front of a name: `#runtime::Declare`.
pub(crate) struct Runtime(Path);

impl Runtime {
    /// The runtime of a path, if one was written.
    pub(crate) fn at(path: Option<Path>) -> Self {
        Self(path.unwrap_or_else(|| parse_quote!(::mcp_runtime)))
    }

    /// The runtime that the keys name, or the block that a method stands in.
    pub(crate) fn of(keys: &mut Keys<'_>, owner: Option<&Owner>) -> Self {
        let path = keys.path("crate");
        Self::at(path.or_else(|| owner.and_then(|owner| owner.runtime.clone())))
    }

    /// The runtime an attribute names, whatever else is wrong with the attribute.
    pub(crate) fn named_in(attr: TokenStream) -> Self {
        let errors = Errors::new();
        let runtime = Self::at(Keys::new("", KeyList::parse(attr, &errors), &errors).path("crate"));
        errors.ignore();
        runtime
    }

    /// The path of a crate the runtime re-exports, as a text: serde and schemars want it so.
    pub(crate) fn text_of(&self, reexport: &str) -> String {
        let path = self.to_token_stream().to_string().replace(' ', "");
        format!("{path}::{reexport}")
    }
}

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let path = &self.0;
        tokens.extend(quote!(#path::__private));
    }
}

/// `Some(value)` or `None`.
pub(crate) fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

/// `Ok(value)`.
pub(crate) fn ok(value: impl ToTokens) -> TokenStream {
    quote!(::core::result::Result::Ok(#value))
}

/// A future behind one pointer.
pub(crate) fn boxed(future: impl ToTokens) -> TokenStream {
    quote!(::std::boxed::Box::pin(#future))
}

/// What a pointer points to, as a type.
pub(crate) fn target(ty: impl ToTokens) -> TokenStream {
    quote!(<#ty as ::core::ops::Deref>::Target)
}

/// What a pointer points to.
pub(crate) fn deref(pointer: impl ToTokens) -> TokenStream {
    quote!(::core::ops::Deref::deref(#pointer))
}

/// The default value of the type that is expected here.
pub(crate) fn default() -> TokenStream {
    quote!(::core::default::Default::default())
}

/// Texts in a row, as one literal.
pub(crate) fn concat(pieces: &[TokenStream]) -> TokenStream {
    quote!(::core::concat!(#(#pieces),*))
}

/// `file:line` of a handler: the line of its attribute or, in a block, of its name.
pub(crate) fn place(handler: &Handler) -> TokenStream {
    let line = match handler.owner {
        Some(_) if proc_macro::is_available() => {
            let line = handler.func.sig.ident.span().unwrap().line();
            Literal::usize_unsuffixed(line).to_token_stream()
        }
        _ => quote!(::core::line!()),
    };
    quote!(::core::concat!(::core::file!(), ":", #line))
}

/// The bounds of every server's state.
pub(crate) fn state_bounds() -> TokenStream {
    quote!(::core::marker::Send + ::core::marker::Sync + 'static)
}

/// The body of a function that is never called, for the crate has a compile error.
pub(crate) fn never() -> TokenStream {
    quote!(::core::unreachable!())
}
