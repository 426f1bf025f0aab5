//! What was written → handlers we accept, one function a rule.

use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Ident, Lifetime, Meta, Path, Type, Visibility};

use super::parse::{Mark, RawBlock, RawItem};
use crate::attr::{KeyList, Keys};
use crate::errors::Errors;
use crate::func::{Func, named};
use crate::handler::parse::RawHandler;
use crate::handler::{Declares, Kind, Owner};
use crate::runtime::Runtime;
use crate::{completion, prompt, resource, tool};

/// What is known of a block whatever is wrong in it.
pub(super) struct Head {
    pub(super) runtime: Runtime,
    /// The function that lists the handlers.
    pub(super) name: Option<Ident>,
    pub(super) vis: Visibility,
}

/// Judges the block, and then each of its handlers.
pub(super) fn block(
    attr: TokenStream,
    block: &RawBlock,
    errors: &Errors,
) -> (Head, Vec<Box<dyn Declares>>) {
    let mut keys = Keys::new("#[methods]", KeyList::parse(attr, errors), errors);
    let (path, name) = (keys.path("crate"), keys.path("name"));
    keys.finish();
    let name = name.and_then(|name| is_a_name(&name, errors));
    let head = Head { runtime: Runtime::at(path.clone()), name, vis: visibility(block) };

    let fits = of_a_type(block, errors) && not_generic(block, errors);
    has_handlers(block, errors);
    let owner = Rc::new(Owner {
        ty: (*block.head.self_ty).clone(),
        runtime: path,
        completions: completions(block),
    });
    let items = block.items.iter().filter(|item| fits && !item.marks.is_empty());
    (head, items.filter_map(|item| handler(item, &owner, errors)).collect())
}

/// What is no `impl` block at all, or one with a mistake that hides the rest.
pub(super) fn no_block(item: &TokenStream, error: syn::Error, errors: &Errors) {
    let is_impl = |token| matches!(token, TokenTree::Ident(word) if word == "impl");
    if item.clone().into_iter().any(is_impl) {
        errors.syntax(error);
    } else {
        let write = "annotate an `impl` block, and the methods in it";
        errors.report_at(error.span(), "`#[methods]` goes on an `impl` block", write);
    }
}

fn is_a_name(path: &Path, errors: &Errors) -> Option<Ident> {
    let name = path.get_ident();
    if name.is_none() {
        errors.report(path, "`name` is the name of a function", "write `name = tools`");
    }
    name.cloned()
}

/// The methods of a trait are called through the trait.
fn of_a_type(block: &RawBlock, errors: &Errors) -> bool {
    let of_trait = &block.head.trait_;
    if let Some((path, _)) = of_trait {
        let wrong = "`#[methods]` goes on an `impl` block of a type, not of a trait";
        errors.report(path, wrong, "write the handlers in a block of the type's own");
    }
    of_trait.is_none()
}

/// A handler is one value, made for one type.
fn not_generic(block: &RawBlock, errors: &Errors) -> bool {
    let (generics, ty) = (&block.head.generics, &block.head.self_ty);
    let wrong = "an `impl` block with handlers cannot be generic: a server has one state";
    let write = "write the block for one type, as in `impl Tasks<Store>`";
    if !generics.params.is_empty() {
        errors.report(&generics.params, wrong, write);
    } else if let Some(lifetime) = lifetime(ty) {
        errors.report(lifetime, wrong, "own what the type borrows: state outlives every call");
    }
    generics.params.is_empty() && lifetime(ty).is_none()
}

fn lifetime(ty: &Type) -> Option<Lifetime> {
    let mut tokens = ty.to_token_stream().into_iter();
    while let Some(token) = tokens.next() {
        if let TokenTree::Punct(punct) = &token
            && punct.as_char() == '\''
            && let Some(TokenTree::Ident(ident)) = tokens.next()
            && ident != "static"
        {
            return Some(Lifetime { apostrophe: punct.span(), ident });
        }
    }
    None
}

fn has_handlers(block: &RawBlock, errors: &Errors) {
    if block.items.iter().all(|item| item.marks.is_empty()) {
        let write = "write `#[tool]`, `#[resource]` or `#[prompt]` above a method";
        errors.report(&block.head.self_ty, "no method of this block is a handler", write);
    }
}

/// One handler, with what is known from the block.
fn handler(item: &RawItem, owner: &Rc<Owner>, errors: &Errors) -> Option<Box<dyn Declares>> {
    let mark = only_mark(item, errors)?;
    let keys = keys(mark, &owner.ty, errors);
    let func = Func::read(&item.tokens(), mark.kind.attribute(), errors)?.of(&owner.ty);
    let raw = RawHandler { keys, func, owner: Some(Rc::clone(owner)) };
    match mark.kind {
        Kind::Tool => tool::method(raw, errors),
        Kind::Resource => resource::method(raw, errors),
        Kind::Prompt => prompt::method(raw, errors),
        Kind::Completion => completion::method(raw, errors),
    }
}

fn only_mark<'a>(item: &'a RawItem, errors: &Errors) -> Option<&'a Mark> {
    let (first, others) = item.marks.split_first()?;
    for Mark { attr, kind } in others {
        let wrong = format!("`{}` on a {}", kind.attribute(), first.kind.noun());
        errors.report(attr, wrong, "keep one of the attributes");
    }
    Some(first)
}

/// What the attribute says; `Self` has no meaning beside the block.
fn keys(mark: &Mark, ty: &Type, errors: &Errors) -> KeyList {
    match &mark.attr.meta {
        Meta::Path(_) => KeyList::default(),
        Meta::List(list) => KeyList::parse(named(list.tokens.clone(), ty), errors),
        Meta::NameValue(meta) => {
            let attribute = mark.kind.attribute();
            let write = format!("write `#[{}(key)]`", mark.kind.noun());
            errors.report(&meta.value, format_args!("`{attribute}` takes a list"), write);
            KeyList::default()
        }
    }
}

fn completions(block: &RawBlock) -> Vec<Ident> {
    let is_completion =
        |item: &&RawItem| item.marks.iter().any(|mark| mark.kind == Kind::Completion);
    block
        .items
        .iter()
        .filter(is_completion)
        .filter_map(|item| Some(func(item)?.sig.ident))
        .collect()
}

/// That of the handler that is seen from farthest.
fn visibility(block: &RawBlock) -> Visibility {
    let reach = |vis: &Visibility| match vis {
        Visibility::Public(_) => 3,
        Visibility::Restricted(vis) if vis.path.is_ident("crate") => 2,
        Visibility::Restricted(_) => 1,
        Visibility::Inherited => 0,
    };
    let handlers = block.items.iter().filter(|item| !item.marks.is_empty());
    handlers
        .filter_map(|item| Some(func(item)?.vis))
        .max_by_key(reach)
        .unwrap_or(Visibility::Inherited)
}

fn func(item: &RawItem) -> Option<Func> {
    syn::parse2(item.rest.clone()).ok()
}
