//! What a schema says of one value by itself: its type, its words, its bounds.

#[cfg(feature = "pattern")]
use std::cell::RefCell;
use std::cmp::Ordering;
#[cfg(feature = "pattern")]
use std::collections::HashMap;
use std::hash::RandomState;

use serde_json::{Map, Number, Value};

use super::compare::{is_integer, is_multiple, order};
use super::document::{Kind, Node};
use super::format;

pub(super) fn is_listed(schema: &Map<String, Value>, value: Node<'_>) -> bool {
    let in_enum = match schema.get("enum") {
        Some(Value::Array(values)) => values.iter().any(|listed| value.equals(listed)),
        _ => true,
    };
    in_enum && schema.get("const").is_none_or(|only| value.equals(only))
}

pub(super) fn has_type(schema: &Map<String, Value>, value: Node<'_>) -> bool {
    let kind = value.kind();
    let is = |name: &Value| match name.as_str() {
        Some("string") => kind == Kind::Text,
        Some("integer") => value.as_number().is_some_and(|number| is_integer(&number)),
        Some("number") => kind == Kind::Number,
        Some("boolean") => kind == Kind::Boolean,
        Some("array") => kind == Kind::List,
        Some("object") => kind == Kind::Object,
        Some("null") => kind == Kind::Null,
        _ => true,
    };
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(is),
        Some(name) => is(name),
        None => true,
    }
}

pub(super) fn in_bounds(schema: &Map<String, Value>, value: Node<'_>, of: &Patterns) -> bool {
    match value.kind() {
        Kind::Null | Kind::Boolean => true,
        Kind::Number => value.as_number().is_some_and(|number| {
            schema.iter().all(|(keyword, bound)| is_within(&number, keyword, bound))
        }),
        Kind::Text => {
            let text = value.as_text().unwrap_or_default();
            schema.iter().all(|(keyword, bound)| match (keyword.as_str(), bound) {
                ("minLength" | "maxLength", bound) => {
                    is_long_enough(text.chars().count(), keyword, bound)
                }
                ("format", Value::String(format)) => format::fits(format, &text),
                ("pattern", Value::String(pattern)) => of.matches(pattern, &text),
                _ => true,
            })
        }
        Kind::List => schema.iter().all(|(keyword, bound)| match (keyword.as_str(), bound) {
            ("minItems" | "maxItems", bound) => {
                is_long_enough(value.items().count(), keyword, bound)
            }
            ("uniqueItems", Value::Bool(true)) => is_set(value),
            _ => true,
        }),
        Kind::Object => schema.iter().all(|(keyword, bound)| match keyword.as_str() {
            "minProperties" | "maxProperties" => is_long_enough(names(value), keyword, bound),
            _ => true,
        }),
    }
}

fn is_within(number: &Number, keyword: &str, bound: &Value) -> bool {
    let Value::Number(bound) = bound else { return true };
    let fits = |fits: fn(Ordering) -> bool| order(number, bound).is_none_or(fits);
    match keyword {
        "minimum" => fits(Ordering::is_ge),
        "maximum" => fits(Ordering::is_le),
        "exclusiveMinimum" => fits(Ordering::is_gt),
        "exclusiveMaximum" => fits(Ordering::is_lt),
        "multipleOf" => is_multiple(number, bound),
        _ => true,
    }
}

fn is_long_enough(length: usize, keyword: &str, bound: &Value) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "no message has that many")]
    let length = length as f64;
    bound.as_f64().is_none_or(|bound| match keyword {
        "minLength" | "minItems" | "minProperties" => bound <= length,
        _ => length <= bound,
    })
}

/// Whether no item occurs twice.
fn is_set(list: Node<'_>) -> bool {
    let state = RandomState::new();
    are_distinct(list.items().map(|item| item.hash(&state)))
}

/// How many members an object has, of which a client may have sent some twice.
fn names(object: Node<'_>) -> usize {
    let state = RandomState::new();
    distinct(object.members().map(|(name, _)| name.hash(&state)))
}

/// Of hashes that come, how many are different; they are held in eight bytes each. Two values of
/// one hash are taken for one: among a million that happens once in thirty million messages.
fn distinct(hashes: impl Iterator<Item = u64>) -> usize {
    let mut hashes: Vec<u64> = hashes.collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.len()
}

/// Whether none of the hashes comes twice. They are compared each time that they are twice as
/// many, so that a list of few different values needs little room.
fn are_distinct(hashes: impl Iterator<Item = u64>) -> bool {
    const FIRST: usize = 64;
    let mut seen: Vec<u64> = Vec::new();
    let mut next = FIRST;
    let has_repeat = |seen: &mut Vec<u64>| {
        seen.sort_unstable();
        seen.windows(2).any(|pair| pair[0] == pair[1])
    };
    for hash in hashes {
        seen.push(hash);
        if seen.len() == next {
            if has_repeat(&mut seen) {
                return false;
            }
            next *= 2;
        }
    }
    !has_repeat(&mut seen)
}

/// Patterns that were read for one check: a list may ask for one at each of its items.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    #[cfg(feature = "pattern")]
    read: RefCell<HashMap<String, Option<regex_lite::Regex>>>,
}

impl Patterns {
    #[cfg(feature = "pattern")]
    pub(crate) fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut read = self.read.borrow_mut();
        if !read.contains_key(pattern) {
            // One that cannot be read is refused when the server is built.
            read.insert(pattern.to_owned(), regex_lite::Regex::new(pattern).ok());
        }
        let read = read.get(pattern).and_then(Option::as_ref);
        read.is_none_or(|pattern| pattern.is_match(text))
    }

    #[cfg(not(feature = "pattern"))]
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(crate) fn matches(&self, _: &str, _: &str) -> bool {
        true
    }
}

/// Whether a pattern will be checked.
///
/// # Errors
/// Why it will not.
pub(crate) fn readable_pattern(pattern: &str) -> Result<(), String> {
    #[cfg(feature = "pattern")]
    return regex_lite::Regex::new(pattern)
        .map(drop)
        .map_err(|why| format!("cannot be read: {why}"));
    #[cfg(not(feature = "pattern"))]
    {
        let _ = pattern;
        Err("would not be checked: switch on the feature `pattern` of mcp-runtime".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_found_wherever_they_stand() {
        assert!(are_distinct(0..1000) && !are_distinct((0..1000).chain([7])));
        assert!(!are_distinct([5, 5].into_iter()) && are_distinct(std::iter::empty()));
        assert_eq!(distinct([1, 2, 1].into_iter()), 2);
    }
}
