//! A function by its attributes, visibility and signature.
//!
//! The body stays tokens: it is the compiler's to judge, and a half-typed one must not hide the
//! function from an editor.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Meta, PathArguments, Signature, Type, Visibility};

use crate::errors::Errors;
use crate::handler::Kind;
use crate::handler::foreign::is_foreign;

/// A function, as written.
#[derive(Clone)]
pub(crate) struct Func {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    body: TokenStream,
}

impl Func {
    /// Reads the item below an attribute, which must be a function.
    pub(crate) fn read(item: &TokenStream, kind: Kind, errors: &Errors) -> Option<Self> {
        let error = match syn::parse2(item.clone()) {
            Ok(func) => return Some(func),
            Err(error) => error,
        };
        let (attribute, keyword) = (kind.attribute(), keyword(item));
        let write = match keyword.as_deref() {
            Some("fn") => {
                errors.syntax(error);
                return None;
            }
            Some("impl") => format!(
                "write `#[methods]` above the block, and `{attribute}` above the methods in it"
            ),
            Some("mod") => format!("write `{attribute}` above the functions in it"),
            Some("struct" | "enum" | "union" | "type") => {
                "write `#[data]` above a type that is sent or returned, and annotate the function"
                    .to_owned()
            }
            Some("trait") => {
                "annotate a function, or a method of an `impl` block below `#[methods]`".to_owned()
            }
            _ => "annotate a function: its arguments come from the client".to_owned(),
        };
        let wrong = format!("`{attribute}` goes on a function");
        errors.report_at(error.span(), wrong, write);
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

    /// The attributes that make a handler of a function, taken off.
    pub(crate) fn take_marks(&mut self) -> Vec<(Kind, Attribute)> {
        let marks = self.attrs.extract_if(.., |attr| Kind::of(attr).is_some());
        marks.filter_map(|attr| Some((Kind::of(&attr)?, attr))).collect()
    }

    /// The function without what only the macros understand on parameters: `#[arg]`, docs, and
    /// attributes that were reported.
    pub(crate) fn stripped(&self) -> Self {
        let mut func = self.clone();
        for input in &mut func.sig.inputs {
            attrs_of(input).retain(|attr| !is_arg(attr) && !is_doc(attr) && !is_foreign(attr));
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

/// Tokens in which a type is named instead of `Self`, as it can be in types and in expressions.
pub(crate) fn named(tokens: TokenStream, ty: &Type) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Ident(word) if word == "Self" => in_expression(ty),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), named(group.stream(), ty));
            inner.set_span(group.span());
            inner.to_token_stream()
        }
        token => token.into(),
    };
    tokens.into_iter().map(replace).collect()
}

/// What kind of item this is: the first keyword that begins one.
pub(crate) fn keyword(item: &TokenStream) -> Option<String> {
    const KEYWORDS: [&str; 12] = [
        "fn",
        "impl",
        "mod",
        "struct",
        "enum",
        "union",
        "type",
        "trait",
        "static",
        "let",
        "use",
        "macro_rules",
    ];
    let mut tokens = item.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(word) = token else { continue };
        let next = tokens.peek().map(ToString::to_string);
        let word = word.to_string();
        // `const fn` is a function, and `const A: fn()` is not.
        if word == "const" && !matches!(next.as_deref(), Some("fn" | "unsafe" | "async" | "extern"))
        {
            return Some(word);
        }
        if KEYWORDS.contains(&&*word) {
            return Some(word);
        }
    }
    None
}

/// A type by a path that can stand in an expression too: `Tasks::<Memory>`.
pub(crate) fn in_expression(ty: &Type) -> TokenStream {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty {
        for segment in &mut path.path.segments {
            if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                arguments.colon2_token.get_or_insert_default();
            }
        }
    }
    ty.into_token_stream()
}
