//! What a schema says of one value by itself: its type, its words, its bounds.

#[cfg(feature = "pattern")]
use std::cell::RefCell;
use std::cmp::Ordering;
#[cfg(feature = "pattern")]
use std::collections::HashMap;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::{Map, Value};

use super::compare::{canonical, equal, is_integer, is_multiple, order};
use super::format;

pub(super) fn is_listed(schema: &Map<String, Value>, value: &Value) -> bool {
    let in_enum = match schema.get("enum") {
        Some(Value::Array(values)) => values.iter().any(|listed| equal(listed, value)),
        _ => true,
    };
    in_enum && schema.get("const").is_none_or(|only| equal(only, value))
}

pub(super) fn has_type(schema: &Map<String, Value>, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.as_number().is_some_and(is_integer),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        _ => true,
    };
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(is),
        Some(name) => is(name),
        None => true,
    }
}

pub(super) fn in_bounds(schema: &Map<String, Value>, value: &Value, patterns: &Patterns) -> bool {
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let within = |least: &str, most: &str, value: f64| {
        bound(least).is_none_or(|least| least <= value)
            && bound(most).is_none_or(|most| value <= most)
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a length that large does not fit into a message"
    )]
    let length = |length: usize| length as f64;
    match value {
        Value::Number(number) => {
            let stated = |keyword: &str| schema.get(keyword).and_then(Value::as_number);
            let compared = |keyword: &str| stated(keyword).and_then(|bound| order(number, bound));
            compared("minimum").is_none_or(Ordering::is_ge)
                && compared("maximum").is_none_or(Ordering::is_le)
                && compared("exclusiveMinimum").is_none_or(Ordering::is_gt)
                && compared("exclusiveMaximum").is_none_or(Ordering::is_lt)
                && stated("multipleOf").is_none_or(|step| is_multiple(number, step))
        }
        Value::String(text) => {
            let stated = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
            within("minLength", "maxLength", length(text.chars().count()))
                && stated("format").is_none_or(|format| format::fits(format, text))
                && stated("pattern").is_none_or(|pattern| patterns.matches(pattern, text))
        }
        Value::Array(items) => {
            let unique = schema.get("uniqueItems") != Some(&Value::Bool(true)) || is_set(items);
            within("minItems", "maxItems", length(items.len())) && unique
        }
        Value::Object(members) => within("minProperties", "maxProperties", length(members.len())),
        _ => true,
    }
}

/// Whether no item occurs twice. Their hashes tell in most cases, in a fraction of the memory.
fn is_set(items: &[Value]) -> bool {
    let hasher = RandomState::new();
    let text = |item| canonical(item).to_string();
    let mut hashes = HashSet::new();
    if items.iter().all(|item| hashes.insert(hasher.hash_one(text(item)))) {
        return true;
    }
    drop(hashes);
    let mut seen = HashSet::new();
    items.iter().all(|item| seen.insert(text(item)))
}

/// Patterns that were read for one check: a list may ask for one at each of its items.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    #[cfg(feature = "pattern")]
    read: RefCell<HashMap<String, Option<regex_lite::Regex>>>,
}

impl Patterns {
    #[cfg(feature = "pattern")]
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
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
    pub(super) fn matches(&self, _: &str, _: &str) -> bool {
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
