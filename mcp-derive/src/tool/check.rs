//! What was written → a [`Tool`] we accept, one function a rule.

use syn::{Ident, LitStr};

use crate::attr::Keys;
use crate::errors::Errors;
use crate::func::Func;
use crate::handler::about::{About, about_tool};
use crate::handler::check::{handler, identity};
use crate::handler::parse::RawHandler;
use crate::handler::{Handler, Identity, Kind};
use crate::runtime::Runtime;

/// A tool we accept.
pub(super) struct Tool {
    pub(super) identity: Identity,
    pub(super) hints: Vec<Hint>,
    pub(super) strict: bool,
    pub(super) about: About,
    pub(super) handler: Handler,
}

/// What one annotation word says: a field of the spec's `ToolAnnotations`, and its value.
///
/// Spec: 2026-07-28, server/tools, Tool Annotations.
#[derive(Clone, Copy)]
pub(super) struct Hint {
    pub(super) word: &'static str,
    pub(super) field: &'static str,
    pub(super) value: bool,
}

/// All annotation words.
const HINTS: [Hint; 5] = [
    Hint { word: "read_only", field: "read_only_hint", value: true },
    Hint { word: "additive", field: "destructive_hint", value: false },
    Hint { word: "destructive", field: "destructive_hint", value: true },
    Hint { word: "idempotent", field: "idempotent_hint", value: true },
    Hint { word: "closed_world", field: "open_world_hint", value: false },
];

/// Pairs of which a tool can only be one.
const CONTRADICTIONS: [[&str; 2]; 3] =
    [["read_only", "additive"], ["read_only", "destructive"], ["additive", "destructive"]];

pub(super) fn tool(raw: RawHandler, errors: &Errors) -> Option<Tool> {
    let RawHandler { keys, func, owner } = raw;
    let mut keys = Keys::new(Kind::Tool.attribute(), keys, errors);
    let identity = identity(&mut keys, &func);
    let words = keys.words(&HINTS.map(|hint| hint.word));
    let strict = keys.word("strict").is_some();
    let blocking = keys.word("blocking");
    let about = about_tool(&mut keys, errors);
    let runtime = Runtime::of(&mut keys, owner.as_deref());
    keys.finish();

    name_is_in_the_alphabet(&identity.name, errors);
    words_agree(&words, errors);
    only_plain_functions_block(blocking.as_ref(), &func, errors);
    let handler = handler(Kind::Tool, runtime, func, owner.as_ref(), errors)?;
    Some(Tool { identity, hints: hints(&words), strict, about, handler })
}

/// The spec's alphabet, in the length that clients agree on.
///
/// Spec: 2026-07-28, server/tools, Tool Names.
fn name_is_in_the_alphabet(name: &LitStr, errors: &Errors) {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let text = name.value();
    if !(1..=64).contains(&text.len()) || !text.chars().all(is_allowed) {
        let write =
            "write `name = \"…\"` with 1 to 64 of the characters A-Z, a-z, 0-9, `_` and `-`";
        errors.report(name, format_args!("`{text}` cannot be the name of a tool"), write);
    }
}

/// Reported at the later word of two that contradict each other.
fn words_agree(words: &[Ident], errors: &Errors) {
    for (at, word) in words.iter().enumerate() {
        let contradicts = |earlier: &&Ident| {
            CONTRADICTIONS.iter().any(|pair| pair.iter().all(|one| *earlier == one || word == one))
        };
        if let Some(earlier) = words[..at].iter().find(contradicts) {
            errors.report(
                word,
                format_args!("`{word}` contradicts `{earlier}`"),
                "keep one of the two",
            );
        }
    }
}

/// A plain function runs where blocking belongs; an `async` one never blocks.
fn only_plain_functions_block(blocking: Option<&Ident>, func: &Func, errors: &Errors) {
    if let Some(word) = blocking
        && func.sig.asyncness.is_some()
    {
        let write = "remove `async`, or the word";
        errors.report(word, "`blocking` is for a plain `fn`, and this one is `async`", write);
    }
}

fn hints(words: &[Ident]) -> Vec<Hint> {
    HINTS.into_iter().filter(|hint| words.iter().any(|word| word == hint.word)).collect()
}
