//! Tokens → a list of keys and values, as written.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token, token};

use crate::errors::Errors;

/// What stands in the parentheses of an attribute, as written.
#[derive(Default)]
pub(crate) struct KeyList {
    pub(super) entries: Vec<Entry>,
}

/// One part of a list.
pub(super) struct Entry {
    /// Nothing in front of a value that stands for itself, as the URI of a resource.
    pub(super) key: Option<Ident>,
    pub(super) value: Given,
}

/// What follows a key.
pub(crate) enum Given {
    /// `key`
    Nothing,
    /// `key = value`, or a value without a key.
    Value(Expr),
    /// `key(…)`
    List(Group),
}

impl KeyList {
    /// Reads a list. What is no entry is reported, and the list goes on behind the next comma.
    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let parser = |input: ParseStream<'_>| Ok(Self { entries: entries(input, errors) });
        parser.parse2(tokens).unwrap_or_else(|error| {
            errors.syntax(error);
            Self::default()
        })
    }

    /// The entries that have a key.
    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (String, Given)> {
        self.entries.into_iter().filter_map(|entry| Some((entry.name()?, entry.value)))
    }

    /// Both lists as one, for an attribute that was written twice.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }
}

fn entries(input: ParseStream<'_>, errors: &Errors) -> Vec<Entry> {
    let mut entries = Vec::new();
    while !input.is_empty() {
        match entry(input, errors) {
            Ok(entry) => {
                entries.extend(entry);
                is_separated(input, errors);
            }
            Err(error) => errors.syntax(error),
        }
        skip_to_comma(input);
    }
    entries
}

fn entry(input: ParseStream<'_>, errors: &Errors) -> syn::Result<Option<Entry>> {
    let is_key = !input.peek2(Token![!]) && !input.peek2(Token![::]);
    if !input.peek(Ident::peek_any) || !is_key {
        let value: Expr = input.parse()?;
        if is_colon(input) {
            colon(input, &value, errors)?;
            value_of(input, errors)?;
            return Ok(None);
        }
        return Ok(Some(Entry { key: None, value: Given::Value(ungrouped(value)) }));
    }
    let key = input.call(Ident::parse_any)?;
    let value = if input.peek(Token![=]) || is_colon(input) {
        if is_colon(input) {
            colon(input, &key, errors)?;
        } else {
            input.parse::<Token![=]>()?;
        }
        if input.is_empty() || input.peek(Token![,]) {
            let (wrong, write) = (format!("`{key}` has no value"), format!("write `{key} = …`"));
            errors.report(&key, wrong, write);
            return Ok(None);
        }
        match value_of(input, errors)? {
            Some(value) => Given::Value(ungrouped(value)),
            None => return Ok(None),
        }
    } else if input.peek(token::Paren) {
        Given::List(input.parse()?)
    } else {
        Given::Nothing
    };
    Ok(Some(Entry { key: Some(key), value }))
}

fn is_colon(input: ParseStream<'_>) -> bool {
    input.peek(Token![:]) && !input.peek(Token![::])
}

/// Reports a colon in place of `=`, and goes behind it.
fn colon(input: ParseStream<'_>, key: &impl ToTokens, errors: &Errors) -> syn::Result<()> {
    let colon: Token![:] = input.parse()?;
    let write = format!("write `{} = …`", key.to_token_stream());
    errors.report(colon, "expected `=`", write);
    Ok(())
}

/// The value behind a key, unless it is JSON in place of Rust, which is reported.
fn value_of(input: ParseStream<'_>, errors: &Errors) -> syn::Result<Option<Expr>> {
    if input.peek(token::Brace) && input.fork().parse::<Expr>().is_err() {
        let json: Group = input.parse()?;
        let write = "write `json!({ … })`";
        errors.report(json, "expected an expression, found JSON", write);
        return Ok(None);
    }
    input.parse().map(Some)
}

/// An expression without the invisible group around what comes through a `macro_rules` macro.
pub(crate) fn ungrouped(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungrouped(*group.expr),
        expr => expr,
    }
}

/// Behind an entry stands a comma, or nothing.
fn is_separated(input: ParseStream<'_>, errors: &Errors) {
    if !input.is_empty()
        && !input.peek(Token![,])
        && let Ok(token) = input.fork().parse::<TokenTree>()
    {
        let write = "separate keys with commas: `key, key = value`";
        errors.report(token, "unexpected token", write);
    }
}

/// Goes behind the next comma; at the end of the list there is none, and none is needed.
fn skip_to_comma(input: ParseStream<'_>) {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    while input.parse::<TokenTree>().is_ok_and(|token| !is_comma(&token)) {}
}

impl Entry {
    pub(super) fn name(&self) -> Option<String> {
        self.key.as_ref().map(ToString::to_string)
    }
}

impl ToTokens for Given {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Nothing => {}
            Self::Value(value) => value.to_tokens(tokens),
            Self::List(list) => list.to_tokens(tokens),
        }
    }
}
