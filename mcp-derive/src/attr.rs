//! `key = value` lists: spans, repeats, and unknown keys answered with the known ones.
//!
//! Keys that were asked for are the known keys, so a key is added where it is read and nowhere
//! else.

use std::fmt::Display;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

use crate::errors::Errors;

mod advice;
mod habits;
mod list;

pub(crate) use advice::{describe_argument, source};
pub(crate) use habits::of_parameter;
use list::Entry;
pub(crate) use list::{Given, KeyList, ungrouped};

/// What stands in front of the keys of an attribute.
pub(crate) enum Leading {
    Text(LitStr),
    /// A value that is not a string literal; it is reported.
    Refused,
    Nothing,
}

/// Reads a list key by key, and reports what nobody asked for.
pub(crate) struct Keys<'a> {
    /// The attribute, as the author sees it: `#[tool]`.
    attribute: &'static str,
    entries: Vec<Entry>,
    known: Vec<&'static str>,
    errors: &'a Errors,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(attribute: &'static str, list: KeyList, errors: &'a Errors) -> Self {
        Self { attribute, entries: list.entries, known: Vec::new(), errors }
    }

    /// `key = "text"`
    pub(crate) fn text(&mut self, key: &'static str) -> Option<LitStr> {
        self.text_at(key).map(|(_, text)| text)
    }

    /// `key = "text"`, with the key's place.
    pub(crate) fn text_at(&mut self, key: &'static str) -> Option<(Ident, LitStr)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
                return Some((name, text));
            }
            other => self.wrong(&name, &other, "takes a string literal", advice::text(key, &other)),
        }
        None
    }

    /// `key = "text"`, as often as wanted, or `key("text", "text")`
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<LitStr> {
        let mut texts = Vec::new();
        for (name, value) in self.take_all(key) {
            let entries = match value {
                Given::List(list) => KeyList::parse(list.stream(), self.errors).entries,
                value => vec![Entry { key: None, value }],
            };
            for entry in entries {
                match entry {
                    Entry {
                        key: None,
                        value: Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })),
                    } => texts.push(text),
                    Entry { key: Some(other), .. } => {
                        let write = format!("write `{key}(\"…\", \"…\")`");
                        self.errors.report(
                            other,
                            format_args!("`{key}` takes string literals"),
                            write,
                        );
                    }
                    Entry { key: None, value } => {
                        let write = advice::texts(key, &value);
                        self.wrong(&name, &value, "takes string literals", write);
                    }
                }
            }
        }
        texts
    }

    /// `key = value`, or `key(member = value, "member" = value)`
    pub(crate) fn members(&mut self, key: &'static str) -> (Option<Expr>, Vec<(LitStr, Expr)>) {
        let Some((name, value)) = self.take(key) else { return (None, Vec::new()) };
        let write = format!("write `{key}(name = value)`, or `{key} = value`");
        let list = match value {
            Given::Value(value) => return (Some(value), Vec::new()),
            Given::List(list) => KeyList::parse(list.stream(), self.errors),
            Given::Nothing => {
                self.wrong(&name, &value, "takes members or a value", &write);
                return (None, Vec::new());
            }
        };
        let mut members = Vec::new();
        for Entry { key, value } in list.entries {
            match (key, value) {
                (Some(member), Given::Value(value)) => {
                    let name = LitStr::new(&member.unraw().to_string(), member.span());
                    members.push((name, value));
                }
                (None, Given::Value(value)) => match assigned(&value) {
                    Some(member) => members.push(member),
                    None => {
                        self.wrong(&name, &Given::Value(value), "takes members or a value", &write);
                    }
                },
                (Some(member), _) => {
                    self.errors.report(&member, format_args!("`{member}` has no value"), &write);
                }
                (None, value) => self.wrong(&name, &value, "takes members or a value", &write),
            }
        }
        (None, members)
    }

    /// `key = value`
    pub(crate) fn value(&mut self, key: &'static str) -> Option<(Ident, Expr)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Value(value) => return Some((name, value)),
            other => self.wrong(&name, &other, "takes a value", advice::value(key, &other)),
        }
        None
    }

    /// `key = 1..=9`, or the name of a range.
    pub(crate) fn range(&mut self, key: &'static str) -> Option<(Ident, Expr)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Value(value)
                if !matches!(value, Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_)) =>
            {
                return Some((name, value));
            }
            other => self.wrong(&name, &other, "takes a range", advice::range(key, &other)),
        }
        None
    }

    /// `key = some::path`
    pub(crate) fn path(&mut self, key: &'static str) -> Option<Path> {
        self.path_at(key).map(|(_, path)| path)
    }

    /// `key = some::path`, with the key's place.
    pub(crate) fn path_at(&mut self, key: &'static str) -> Option<(Ident, Path)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Value(Expr::Path(expr)) if expr.qself.is_none() => {
                return Some((name, expr.path));
            }
            Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
                let path = text.parse().ok();
                let value =
                    Given::Value(Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(text) }));
                self.wrong(&name, &value, "takes a path", advice::path(key, path.as_ref()));
                // What the author meant goes on, so that its name is known.
                return Some((name, path?));
            }
            other => self.wrong(&name, &other, "takes a path", advice::path(key, None)),
        }
        None
    }

    /// `key`
    pub(crate) fn word(&mut self, key: &'static str) -> Option<Ident> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Nothing => return Some(name),
            other => self.wrong(&name, &other, "takes no value", advice::word(key, &other)),
        }
        None
    }

    /// Those of the `keys` that were written, in the author's order.
    pub(crate) fn words(&mut self, keys: &[&'static str]) -> Vec<Ident> {
        let order: Vec<String> = self.entries.iter().filter_map(Entry::name).collect();
        let mut words: Vec<Ident> = keys.iter().filter_map(|key| self.word(key)).collect();
        words.sort_by_key(|word| order.iter().position(|name| word == name));
        words
    }

    /// `key` or `key = value`
    pub(crate) fn word_or_value(&mut self, key: &'static str) -> Option<(Ident, Option<Expr>)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Nothing => return Some((name, None)),
            Given::Value(value) => return Some((name, Some(value))),
            other @ Given::List(_) => {
                self.wrong(&name, &other, "takes one value", advice::value(key, &other));
            }
        }
        None
    }

    /// The string literal in front, without a key or behind one of `keys`, which is reported. All
    /// further values without a key are left to [`Keys::finish`].
    pub(crate) fn leading_text(&mut self, what: &str, keys: &[&str]) -> Leading {
        let Some(first) = self.entries.first() else { return Leading::Nothing };
        let is_leading = match (&first.key, &first.value) {
            (None, _) => true,
            (Some(word), Given::Nothing) => advice::is_constant(&word.to_string()),
            (Some(_), _) => false,
        };
        let is_named = |entry: &Entry| entry.name().is_some_and(|name| keys.contains(&&*name));
        let at = if is_leading { Some(0) } else { self.entries.iter().position(is_named) };
        let at = at.or_else(|| self.entries.iter().position(is_bare_text));
        let Some(Entry { key, value }) = at.map(|at| self.entries.remove(at)) else {
            return Leading::Nothing;
        };
        let text = match value {
            Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text,
            value => {
                let write = "write the text itself: constants and macros are not read here";
                let place = (&value).into_token_stream();
                let place = if place.is_empty() { key.into_token_stream() } else { place };
                self.errors.report(place, format_args!("{what} is a string literal"), write);
                return Leading::Refused;
            }
        };
        if at != Some(0) || key.is_some() {
            let name = key.map_or_else(|| text.to_token_stream(), ToTokens::into_token_stream);
            let wrong = format!("{what} has no key, and is written first");
            let attribute = self.attribute.trim_end_matches(']');
            self.errors.report(
                &name,
                wrong,
                format_args!("write `{attribute}(\"{}\")]`", text.value()),
            );
        }
        Leading::Text(text)
    }

    /// The keys that are left, which are not looked at.
    pub(crate) fn into_names(self) -> impl Iterator<Item = Ident> {
        self.entries.into_iter().filter_map(|entry| entry.key)
    }

    /// Reports the keys nobody asked for; those with the same remedy once.
    pub(crate) fn finish(self) {
        let mut said = Vec::new();
        for entry in &self.entries {
            let remedy = habits::equivalent(self.attribute, entry);
            if remedy.is_some() && said.contains(&remedy) {
                continue;
            }
            self.unknown(entry, remedy.as_deref());
            said.push(remedy);
        }
    }

    fn unknown(&self, entry: &Entry, remedy: Option<&str>) {
        let keys = list(&self.known);
        let Some(name) = entry.name() else {
            let wrong = format!("`{}` expects a key here", self.attribute);
            let remedy = match &entry.value {
                Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
                    advice::without_key(self.attribute, &self.known, text)
                }
                _ => None,
            };
            let write = remedy.unwrap_or_else(|| format!("the keys are {keys}"));
            return self.errors.report(&entry.value, wrong, write);
        };
        let write = match (remedy, nearest(&name, &self.known)) {
            (Some(remedy), _) => remedy.to_owned(),
            (None, Some(key)) => format!("did you mean `{key}`? the keys are {keys}"),
            (None, None) => format!("the keys are {keys}"),
        };
        let wrong = format!("unknown key `{name}` in `{}`", self.attribute);
        self.errors.report(&entry.key, wrong, write);
    }

    /// All entries of this key.
    fn take_all(&mut self, key: &'static str) -> Vec<(Ident, Given)> {
        self.known.push(key);
        let is_asked = |entry: &mut Entry| entry.name().is_some_and(|name| name == key);
        self.entries.extract_if(.., is_asked).filter_map(|e| Some((e.key?, e.value))).collect()
    }

    /// The first entry of this key; further ones are reported.
    fn take(&mut self, key: &'static str) -> Option<(Ident, Given)> {
        let mut found = self.take_all(key).into_iter();
        let first = found.next();
        for (again, _) in found {
            self.errors.report(
                again,
                format_args!("`{key}` is given twice"),
                "keep one of the two",
            );
        }
        first
    }

    fn wrong(&self, key: &Ident, value: &Given, wrong: &str, write: impl Display) {
        let wrong = format!("`{key}` {wrong}");
        match value {
            Given::Nothing => self.errors.report(key, wrong, write),
            value => self.errors.report(value, wrong, write),
        }
    }
}

/// A string literal without a key.
fn is_bare_text(entry: &Entry) -> bool {
    let is_text = matches!(&entry.value, Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(_), .. })));
    entry.key.is_none() && is_text
}

/// The parts of `"member" = value`.
fn assigned(value: &Expr) -> Option<(LitStr, Expr)> {
    let Expr::Assign(assign) = value else { return None };
    match &*assign.left {
        Expr::Lit(ExprLit { lit: Lit::Str(member), .. }) => {
            Some((member.clone(), (*assign.right).clone()))
        }
        _ => None,
    }
}

/// The words, each in backticks.
pub(crate) fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The known word that an unknown one was probably meant to be.
fn nearest(unknown: &str, known: &[&'static str]) -> Option<&'static str> {
    // A third of the letters may differ: `titel` is `title`, `time` is not `name`.
    let limit = unknown.chars().count().div_ceil(3);
    known
        .iter()
        .map(|word| (strsim::levenshtein(unknown, word), *word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
