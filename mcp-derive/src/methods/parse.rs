//! Tokens → [`RawBlock`]: the head of the block, and what stands in it.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, ItemImpl};

use crate::handler::Kind;

/// An `impl` block, as written.
#[derive(Clone)]
pub(super) struct RawBlock {
    /// All in front of the braces.
    pub(super) start: TokenStream,
    pub(super) braces: Group,
    /// Further `#[methods]` attributes, which are not in front of the braces.
    pub(super) again: Vec<Attribute>,
    /// The same in parts; the block it stands for is empty.
    pub(super) head: ItemImpl,
    pub(super) items: Vec<RawItem>,
}

/// What stands in a block: attributes, and all else up to the item's end.
#[derive(Clone)]
pub(super) struct RawItem {
    pub(super) attrs: Vec<Attribute>,
    /// The attributes among them that are ours.
    pub(super) marks: Vec<Mark>,
    pub(super) rest: TokenStream,
}

/// One of the attributes that make a handler of a function.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) kind: Kind,
    pub(super) attr: Attribute,
}

impl RawItem {
    /// The item as others see it: without our attributes.
    pub(super) fn tokens(&self) -> TokenStream {
        let mut tokens = TokenStream::new();
        tokens.append_all(&self.attrs);
        tokens.extend(self.rest.clone());
        tokens
    }
}

/// Reads a block. Bodies stay tokens.
pub(super) fn block(item: &TokenStream) -> syn::Result<RawBlock> {
    let mut start: Vec<TokenTree> = item.clone().into_iter().collect();
    let Some(TokenTree::Group(braces)) = start.pop() else { return Err(no_block(item)) };
    let empty = TokenTree::from(Group::new(Delimiter::Brace, TokenStream::new()));
    let head: ItemImpl = syn::parse2(start.iter().cloned().chain([empty]).collect())?;
    let (attrs, rest) = attributes.parse2(start.into_iter().collect())?;
    let (again, attrs) = attrs.into_iter().partition::<Vec<_>, _>(is_methods);
    let start = quote!(#(#attrs)* #rest);
    let items = items.parse2(braces.stream())?;
    Ok(RawBlock { start, braces, again, head, items })
}

fn attributes(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, TokenStream)> {
    Ok((input.call(Attribute::parse_outer)?, input.parse()?))
}

fn is_methods(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|name| name.ident == "methods")
}

/// What the parser says of an item without braces at its end.
fn no_block(item: &TokenStream) -> syn::Error {
    let error = || syn::Error::new(Span::call_site(), "expected an `impl` block");
    syn::parse2::<ItemImpl>(item.clone()).err().unwrap_or_else(error)
}

fn items(input: ParseStream<'_>) -> syn::Result<Vec<RawItem>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        let (marks, attrs) =
            attrs.into_iter().partition::<Vec<_>, _>(|attr| Kind::of(attr).is_some());
        let marks =
            marks.into_iter().filter_map(|attr| Some(Mark { kind: Kind::of(&attr)?, attr }));
        items.push(RawItem { attrs, marks: marks.collect(), rest: rest(input)? });
    }
    Ok(items)
}

/// An item ends with its body, or with a semicolon.
fn rest(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let has_body = !ends_with_semicolon(input);
    let mut rest = TokenStream::new();
    let mut last = None;
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        token.to_tokens(&mut rest);
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            // `Array<{ N }>` has braces and goes on.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Brace
                    && has_body
                    && !matches!(last, Some('<' | ',')) =>
            {
                break;
            }
            _ => {}
        }
        last = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }
    Ok(rest)
}

/// Whether this is a constant or a type, whose value may have braces.
fn ends_with_semicolon(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    if fork.parse::<syn::Visibility>().is_err() {
        return false;
    }
    let is = |word: Option<Ident>, text: &str| word.is_some_and(|word| word == text);
    let first = fork.call(syn::ext::IdentExt::parse_any).ok();
    let second = fork.call(syn::ext::IdentExt::parse_any).ok();
    let is_function =
        ["fn", "async", "unsafe", "extern"].into_iter().any(|text| is(second.clone(), text));
    is(first.clone(), "type") || (is(first, "const") && !is_function)
}
