//! What the spelling of a type tells. It only chooses advice, except where no state can have the
//! type: `str`, a slice, and the borrowed types of the standard library.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{GenericArgument, Lifetime, Path, PathArguments, Type, TypeReference};

use crate::attr::source;

/// A type without parentheses, and without the invisible group around what comes through a
/// `macro_rules` macro.
pub(super) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// What to own in place of a borrowed text, path or list. Of other types only their traits know.
pub(super) fn owned(borrowed: &Type) -> Option<String> {
    match borrowed {
        Type::Path(path) if path.qself.is_none() => {
            let path = &path.path;
            let name = path.segments.last()?.ident.to_string();
            let module = path.segments.iter().rev().nth(1).map(|module| module.ident.to_string());
            let is_in = |home: &str| module.as_ref().is_none_or(|module| module == home);
            let owned = match &*name {
                "str" if module.is_none() => "String",
                "OsStr" | "CStr" if is_in("ffi") => "String",
                "Path" if is_in("path") => "PathBuf",
                "Cow" if is_in("borrow") => return in_cow(&path.segments.last()?.arguments),
                _ => return None,
            };
            Some(format!("`{owned}`"))
        }
        Type::Slice(slice) => Some(format!("`Vec<{}>`", source(&slice.elem))),
        _ => None,
    }
}

/// The owned type in `Cow<'_, T>`.
fn in_cow(arguments: &PathArguments) -> Option<String> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(owned_part(ty)),
        _ => None,
    })
}

/// Whether a type is written as a `Vec`.
pub(crate) fn is_vec(ty: &Type) -> bool {
    let last = |path: &Path| path.segments.last().is_some_and(|last| last.ident == "Vec");
    matches!(ty, Type::Path(path) if last(&path.path))
}

/// What to own in place of any borrowed type.
pub(super) fn owned_part(borrowed: &Type) -> String {
    owned(borrowed).unwrap_or_else(|| format!("`{}`", source(borrowed)))
}

/// The lifetimes in a type, except `'static` and those that a `for<'a>` in it declares.
pub(crate) fn lifetimes(tokens: TokenStream) -> Vec<Lifetime> {
    let is_for = |token| matches!(token, TokenTree::Ident(word) if word == "for");
    if tokens.clone().into_iter().any(is_for) {
        return Vec::new();
    }
    let mut lifetimes = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                if let Some(TokenTree::Ident(ident)) = tokens.next()
                    && ident != "static"
                {
                    lifetimes.push(Lifetime { apostrophe: punct.span(), ident });
                }
            }
            TokenTree::Group(group) => lifetimes.extend(self::lifetimes(group.stream())),
            _ => {}
        }
    }
    lifetimes
}

/// The first `impl` in a type. It is a keyword, so the tokens tell.
pub(super) fn find_impl(tokens: TokenStream) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word == "impl" => Some(TokenTree::Ident(word)),
        TokenTree::Group(group) => find_impl(group.stream()),
        _ => None,
    })
}

/// All references in a type, as the one in `Option<&str>`.
pub(super) fn references(tokens: TokenStream) -> Vec<TypeReference> {
    let prefix = |input: ParseStream<'_>| {
        let reference = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(reference)
    };
    let mut references = Vec::new();
    let mut rest = tokens.into_iter();
    loop {
        let here = rest.clone().collect();
        match rest.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '&' => {
                references.extend(prefix.parse2(here));
            }
            Some(TokenTree::Group(group)) => references.extend(self::references(group.stream())),
            Some(_) => {}
            None => return references,
        }
    }
}

/// The part of a path that names a type, as names are written: a method has one.
pub(crate) fn type_in(path: &Path) -> Option<Path> {
    let mut segments = path.segments.iter().collect::<Vec<_>>();
    segments.pop()?;
    let last = segments.last()?;
    let is_type = last.ident.to_string().starts_with(|c: char| c.is_ascii_uppercase());
    is_type.then(|| Path {
        leading_colon: path.leading_colon,
        segments: segments.into_iter().cloned().collect(),
    })
}
