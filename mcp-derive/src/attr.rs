//! `key = value` lists: spans, repeats, and unknown keys answered with the known ones.
//!
//! Keys that were asked for are the known keys, so a key is added where it is read and nowhere
//! else.

use std::fmt::Display;

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

use crate::errors::Errors;

mod list;

use list::{Entry, Given};
pub(crate) use list::{KeyList, ungrouped};

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
            other => self.wrong(&name, &other, "is a text", format_args!("write `{key} = \"…\"`")),
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
                        self.errors.report(other, format_args!("`{key}` takes texts"), write);
                    }
                    Entry { key: None, value } => {
                        let write = format!("write `{key} = \"…\"`");
                        self.wrong(&name, &value, "is a text", write);
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
                self.wrong(&name, &value, "has members", &write);
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
                    None => self.wrong(&name, &Given::Value(value), "has members", &write),
                },
                (Some(member), _) => {
                    self.errors.report(&member, format_args!("`{member}` has no value"), &write);
                }
                (None, value) => self.wrong(&name, &value, "has members", &write),
            }
        }
        (None, members)
    }

    /// `key = value`
    pub(crate) fn value(&mut self, key: &'static str) -> Option<(Ident, Expr)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Value(value) => return Some((name, value)),
            other => self.wrong(&name, &other, "is a value", format_args!("write `{key} = …`")),
        }
        None
    }

    /// `key = 1..=9`, or the name of a range.
    pub(crate) fn range(&mut self, key: &'static str) -> Option<(Ident, Expr)> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Value(value) if !matches!(value, Expr::Lit(_)) => return Some((name, value)),
            other => {
                let write = format!("write `{key} = 1..=20`; one end may be left out");
                self.wrong(&name, &other, "is a range", write);
            }
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
            other => {
                let write = format!("write `{key} = some::path`");
                self.wrong(&name, &other, "is a path", write);
            }
        }
        None
    }

    /// `key`
    pub(crate) fn word(&mut self, key: &'static str) -> Option<Ident> {
        let (name, value) = self.take(key)?;
        match value {
            Given::Nothing => return Some(name),
            other => {
                let write = format!("write `{key}`, or leave it out");
                self.wrong(&name, &other, "takes no value", write);
            }
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
                let write = format!("write `{key}` or `{key} = …`");
                self.wrong(&name, &other, "takes no list", write);
            }
        }
        None
    }

    /// A text in front, without a key; all but the first are left to [`Keys::finish`].
    pub(crate) fn leading_text(&mut self) -> Option<LitStr> {
        let first = self.entries.first_mut()?;
        match first {
            Entry {
                key: None,
                value: Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })),
            } => {
                let text = text.clone();
                self.entries.remove(0);
                Some(text)
            }
            _ => None,
        }
    }

    /// A text that belongs in front, behind a key that there is not; the key is reported.
    pub(crate) fn misplaced_text(&mut self, key: &str) -> Option<LitStr> {
        let is_it = |entry: &Entry| entry.name().is_some_and(|name| name == key);
        let at = self.entries.iter().position(is_it)?;
        let Entry { key: Some(name), value: Given::Value(Expr::Lit(ExprLit { lit, .. })) } =
            &self.entries[at]
        else {
            return None;
        };
        let Lit::Str(text) = lit else { return None };
        let (name, text) = (name.clone(), text.clone());
        let wrong = format!("`{key}` is no key: it stands in front, by itself");
        let write =
            format!("write `{}(\"{}\")]`", self.attribute.trim_end_matches(']'), text.value());
        self.errors.report(name, wrong, write);
        self.entries.remove(at);
        Some(text)
    }

    /// The keys that are left, which are not looked at.
    pub(crate) fn into_names(self) -> impl Iterator<Item = Ident> {
        self.entries.into_iter().filter_map(|entry| entry.key)
    }

    /// Reports the keys nobody asked for.
    pub(crate) fn finish(self) {
        let keys = list(&self.known);
        for entry in &self.entries {
            let Some(name) = entry.name() else {
                let wrong = format!("`{}` expects a key here", self.attribute);
                self.errors.report(&entry.value, wrong, format_args!("the keys are {keys}"));
                continue;
            };
            let help = match nearest(&name, &self.known) {
                Some(key) => format!("did you mean `{key}`? the keys are {keys}"),
                None => format!("the keys are {keys}"),
            };
            let wrong = format!("unknown key `{name}` in `{}`", self.attribute);
            self.errors.report(&entry.key, wrong, help);
        }
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
