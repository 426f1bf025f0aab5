//! `#[cfg]` on methods and on their parameters, as `cfg.rs` has it for functions: the block is
//! handed back twice.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::expand::original;
use super::parse::{RawBlock, RawItem};
use crate::cfg::{Split, both, split, take_condition};
use crate::func::Func;

/// Both versions of a block that has a handler under a `#[cfg]`, or a handler with such a
/// parameter.
pub(super) fn versions(attr: &TokenStream, block: &RawBlock) -> Option<TokenStream> {
    let of_item = |(at, item): (usize, &RawItem)| Some((at, versions_of(item)?));
    let (at, Split { condition, with, without }) =
        block.items.iter().enumerate().find_map(of_item)?;
    let replaced = |item: Option<RawItem>| {
        let mut block = block.clone();
        block.items.splice(at..=at, item);
        original(&block)
    };
    Some(both("methods", attr, &condition, &replaced(with), &replaced(without)))
}

/// An item under a condition is there or not; one with such a parameter is there in two versions.
fn versions_of(item: &RawItem) -> Option<Split<Option<RawItem>>> {
    if item.marks.is_empty() {
        return None;
    }
    let mut with = item.clone();
    if let Some(condition) = take_condition(&mut with.attrs) {
        return Some(Split { condition, with: Some(with), without: None });
    }
    let Split { condition, with, without } = split(syn::parse2::<Func>(item.rest.clone()).ok()?)?;
    let version = |func: Func| Some(RawItem { rest: func.into_token_stream(), ..item.clone() });
    Some(Split { condition, with: version(with), without: version(without) })
}
