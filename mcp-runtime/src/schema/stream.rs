//! The checker for JSON as it was received: lists and maps are passed item by item, because a tree
//! of values takes up to forty times the memory of its text.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::check::{Checker, DEPTH};
use super::expect::Problems;
use super::path::Path;

/// What a schema may say of a list that is passed item by item. Anything else looks at the whole
/// list.
const OF_A_LIST: [&str; 6] = ["type", "items", "title", "description", "default", "examples"];

/// The same of a map.
const OF_A_MAP: [&str; 6] =
    ["type", "additionalProperties", "title", "description", "default", "examples"];

/// Finds everything in which a JSON text breaks `schema`; `path` names it. False if it cannot be
/// read.
pub(crate) fn problems_of_json(
    root: &Value,
    schema: &Value,
    json: &str,
    path: &str,
    problems: &mut Problems,
) -> bool {
    let checker = Checker::new(root);
    let path = Path::argument(path);
    if is_of_another_kind(checker.resolved(schema), json) {
        let Some(start) = glimpse(json) else { return false };
        checker.check(schema, &start, &path, DEPTH, problems);
        return true;
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    let seed = Part { checker: &checker, schema, path: &path, depth: DEPTH, problems };
    // Of a check that only counts, one problem is enough, and the reader stops there.
    seed.deserialize(&mut reader).is_ok() || problems.is_settled()
}

/// One value in the text, and its schema.
struct Part<'a> {
    checker: &'a Checker<'a>,
    schema: &'a Value,
    path: &'a Path<'a>,
    depth: usize,
    problems: &'a mut Problems,
}

impl Part<'_> {
    fn check(self, value: &Value) {
        self.checker.check(self.schema, value, self.path, self.depth, self.problems);
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        self.schema = self.checker.resolved(self.schema);
        match self.schema {
            Value::Object(schema) if self.depth > 1 && is_passed(schema) => {
                deserializer.deserialize_any(self)
            }
            // One of the outermost value was looked at before.
            schema if self.depth < DEPTH && schema.get("type").is_some() => {
                let json = <&RawValue>::deserialize(deserializer)?.get();
                let value = if is_of_another_kind(schema, json) {
                    glimpse(json).ok_or_else(|| Error::custom("a value that cannot be read"))?
                } else {
                    serde_json::from_str(json).map_err(Error::custom)?
                };
                self.check(&value);
                Ok(())
            }
            _ => {
                let value = Value::deserialize(deserializer)?;
                self.check(&value);
                Ok(())
            }
        }
    }
}

/// Whether a value is a list or an object, and the schema allows none: its beginning shows all that
/// is said of it.
fn is_of_another_kind(schema: &Value, json: &str) -> bool {
    let kind = match json.trim_start().as_bytes().first() {
        Some(b'[') => "array",
        Some(b'{') => "object",
        _ => return false,
    };
    match schema.get("type") {
        Some(Value::String(allowed)) => allowed != kind,
        Some(Value::Array(allowed)) => !allowed.iter().any(|allowed| allowed == kind),
        _ => false,
    }
}

fn is_passed(schema: &Map<String, Value>) -> bool {
    let says = |words: &[&str]| schema.keys().all(|keyword| words.contains(&keyword.as_str()));
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => says(&OF_A_LIST),
        Some("object") => {
            says(&OF_A_MAP) && schema.get("additionalProperties") != Some(&Value::Bool(false))
        }
        _ => false,
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.check(&Value::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.check(&value.into());
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.check(&value.into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.check(&value.into());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.check(&value.into());
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.check(&value.into());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.schema.get("type").is_none_or(|kind| kind != "array") {
            let start = Glimpse(&Cell::new(GLIMPSED)).visit_seq(items)?;
            self.check(&start.unwrap_or_default());
            return Ok(());
        }
        let Some(schema) = self.schema.get("items") else {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        let mut index = 0;
        loop {
            let path = self.path.item(index);
            let (checker, depth) = (self.checker, self.depth - 1);
            let item = Part { checker, schema, path: &path, depth, problems: &mut *self.problems };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
            if self.problems.is_settled() {
                return Err(Error::custom("one problem is enough"));
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        if self.schema.get("type").is_none_or(|kind| kind != "object") {
            let start = Glimpse(&Cell::new(GLIMPSED)).visit_map(members)?;
            self.check(&start.unwrap_or_default());
            return Ok(());
        }
        let schema = self.schema.get("additionalProperties").unwrap_or(&Value::Null);
        while let Some(name) = members.next_key::<String>()? {
            let path = self.path.member(&name);
            let (checker, depth) = (self.checker, self.depth - 1);
            members.next_value_seed(Part {
                checker,
                schema,
                path: &path,
                depth,
                problems: &mut *self.problems,
            })?;
            if self.problems.is_settled() {
                return Err(Error::custom("one problem is enough"));
            }
        }
        Ok(())
    }
}

/// So many values are as many characters as a problem shows at least.
const GLIMPSED: usize = 64;

/// The beginning of a value, as much as a problem shows of it; `None` if it cannot be read.
pub(super) fn glimpse(json: &str) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_str(json);
    Glimpse(&Cell::new(GLIMPSED)).deserialize(&mut reader).ok().map(Option::unwrap_or_default)
}

/// Whether a value can be read at all: 1e400 and "\ud800" are JSON by their grammar, and no number
/// and no text.
pub(crate) fn is_readable(json: &str) -> bool {
    let mut reader = serde_json::Deserializer::from_str(json);
    Glimpse(&Cell::new(0)).deserialize(&mut reader).is_ok()
}

/// Reads a value to its end, and keeps the first [`GLIMPSED`] values of it.
#[derive(Clone, Copy)]
struct Glimpse<'a>(&'a Cell<usize>);

impl Glimpse<'_> {
    /// The value, if there is room for one more.
    fn kept(self, value: impl FnOnce() -> Value) -> Option<Value> {
        let rest = self.0.get().checked_sub(1)?;
        self.0.set(rest);
        Some(value())
    }
}

impl<'de> DeserializeSeed<'de> for Glimpse<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Glimpse<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(self.kept(|| Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<Value>, E> {
        Ok(self.kept(|| value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<Value>, E> {
        Ok(self.kept(|| value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<Value>, E> {
        Ok(self.kept(|| value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<Value>, E> {
        Ok(self.kept(|| value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Option<Value>, E> {
        Ok(self.kept(|| value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<Value>, A::Error> {
        let list = self.kept(|| Value::Null);
        let mut kept = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            kept.extend(item);
        }
        Ok(list.map(|_| Value::Array(kept)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Option<Value>, A::Error> {
        let object = self.kept(|| Value::Null);
        let mut kept = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if let Some(value) = members.next_value_seed(self)? {
                kept.insert(name, value);
            }
        }
        Ok(object.map(|_| Value::Object(kept)))
    }
}
