//! What models send in place of what a schema wants, taken for it where nothing is lost.
//!
//! JSON is mended as text: a number keeps all its digits, and a long list costs no tree of values.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::check::{Checker, may_fit};
use super::expect::Problems;
use super::number;
use super::path::Path;

/// Deeper values are left as they are.
const DEPTH: usize = 64;

/// What may be taken for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mend {
    /// `"5"` for 5, `"true"` for true, `"[1]"` for the list, `""` for an optional member that is
    /// not there, and 30.0 for the integer 30.
    Texts,
    /// 30.0 for the integer 30, which is the same number.
    Numbers,
}

/// The JSON text with what `schema` wants in place of what can be taken for it; `None` if it cannot
/// be read. The `root` is where definitions stand.
pub(crate) fn mend(mend: Mend, root: &Value, schema: &Value, json: &str) -> Option<String> {
    let checker = Checker::new(root);
    let mut out = String::with_capacity(json.len());
    let place = Place { mend, checker: &checker, schema, depth: DEPTH, out: &mut out };
    place.copy(json).ok()?;
    Some(out)
}

/// Whether a schema accepts a text that is like no other: an empty one is then a value, and not
/// what is written for nothing.
pub(crate) fn may_be_text(root: &Value, schema: &Value) -> bool {
    may_be_text_within(&Checker::new(root), schema, DEPTH)
}

fn may_be_text_within(checker: &Checker<'_>, schema: &Value, depth: usize) -> bool {
    let schema = checker.resolved(schema);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().any(|value| value == "");
    }
    if let Some(value) = schema.get("const") {
        return value == "";
    }
    if let Some(alternatives) = alternatives(schema) {
        return depth == 0
            || alternatives.iter().any(|it| may_be_text_within(checker, it, depth - 1));
    }
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "string" && schema.get("format").is_none(),
        _ => true,
    }
}

/// What a schema asks for, as far as it can be mended.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Scalar(&'a str),
    List,
    Object,
    /// One of several, none of which is a text.
    OneOf(&'a [Value]),
    /// Anything else stays as it is.
    Other,
}

/// One place in the text: its schema, and where it is written.
struct Place<'a, 'o> {
    mend: Mend,
    checker: &'a Checker<'a>,
    schema: &'a Value,
    depth: usize,
    out: &'o mut String,
}

impl<'a> Place<'a, '_> {
    /// A place in this one.
    fn inner(&mut self, schema: &'a Value) -> Place<'a, '_> {
        let Self { mend, checker, depth, .. } = *self;
        Place { mend, checker, schema, depth: depth.saturating_sub(1), out: self.out }
    }

    fn copy(self, json: &str) -> Result<(), serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(json);
        self.deserialize(&mut reader)?;
        reader.end()
    }

    /// Follows the schema to what it asks for beside `null`.
    fn wanted(&mut self) -> Wanted<'a> {
        for _ in 0..8 {
            self.schema = self.checker.resolved(self.schema);
            let Some(alternatives) = alternatives(self.schema) else { break };
            let mut others = alternatives.iter().filter(|schema| !is_null(schema));
            match (others.next(), others.next()) {
                (Some(only), None) => self.schema = only,
                _ => return Wanted::OneOf(alternatives),
            }
        }
        if self.depth == 0 {
            return Wanted::Other;
        }
        match self.schema.get("type").and_then(Value::as_str) {
            Some("array") => Wanted::List,
            Some("object") => Wanted::Object,
            Some(scalar @ ("integer" | "number" | "boolean")) => Wanted::Scalar(scalar),
            _ => Wanted::Other,
        }
    }

    /// Writes a scalar as what is wanted.
    fn scalar(&mut self, wanted: &str, raw: &str) {
        let taken = match raw.strip_prefix('"') {
            Some(_) if self.mend == Mend::Texts => {
                let text = serde_json::from_str::<String>(raw).unwrap_or_default();
                read(wanted, text.trim())
            }
            None if wanted == "integer" => number::integer(raw),
            _ => None,
        };
        // What is wrong all the same is shown as it was sent.
        let fits = |value: Value| self.fits(self.schema, &value);
        let taken = taken.filter(|json| serde_json::from_str(json).is_ok_and(fits));
        self.out.push_str(taken.as_deref().unwrap_or(raw));
    }

    /// Whether the value written from `start` says that an optional member is not there: an empty
    /// text where no text is wanted, or `null` where only a default can be meant.
    fn is_nothing(&self, schema: &Value, start: usize) -> bool {
        match &self.out[start..] {
            "\"\"" => self.mend == Mend::Texts && !may_be_text_within(self.checker, schema, DEPTH),
            "null" => schema.get("default").is_some() && !self.fits(schema, &Value::Null),
            _ => false,
        }
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut problems = Problems::counted();
        self.checker.check(schema, value, &Path::argument(""), DEPTH, &mut problems);
        problems.is_empty()
    }

    /// Writes a text for which a list or an object is wanted: as that, if it says one in JSON.
    fn container<E: Error>(mut self, text: &str) -> Result<(), E> {
        let json = text.trim();
        let fits = self.mend == Mend::Texts
            && match self.wanted() {
                Wanted::List => json.starts_with('['),
                Wanted::Object => json.starts_with('{'),
                Wanted::OneOf(_) => json.starts_with(['[', '{']),
                Wanted::Scalar(_) | Wanted::Other => false,
            };
        let start = self.out.len();
        // Half of it is never taken.
        if fits && serde_json::from_str::<IgnoredAny>(json).is_ok() {
            let schema = self.schema;
            if self.inner(schema).copy(json).is_ok() {
                return Ok(());
            }
            self.out.truncate(start);
        }
        self.out.push_str(&serde_json::to_string(text).map_err(Error::custom)?);
        Ok(())
    }

    /// Writes one of several alternatives, where the value leaves only one possible.
    fn one_of(mut self, alternatives: &'a [Value], raw: &str) -> Result<(), serde_json::Error> {
        if raw.starts_with('"') {
            let is_container = |schema: &Value| {
                let kind = self.checker.resolved(schema).get("type").and_then(Value::as_str);
                matches!(kind, Some("array" | "object" | "null"))
            };
            if alternatives.iter().all(is_container) {
                return self.container(&serde_json::from_str::<String>(raw)?);
            }
        }
        match self.only_possible(alternatives, raw) {
            Some(schema) if self.depth > 0 => self.inner(schema).copy(raw),
            _ => {
                self.out.push_str(raw);
                Ok(())
            }
        }
    }

    fn only_possible(&self, alternatives: &'a [Value], raw: &str) -> Option<&'a Value> {
        let value = match raw.as_bytes().first()? {
            b'{' => Value::Object(self.telling_members(alternatives, raw)?),
            b'[' => Value::Array(Vec::new()),
            // A text is a value of its own in every choice that has texts.
            b'"' => return None,
            _ => serde_json::from_str(raw).ok()?,
        };
        let mut possible =
            alternatives.iter().filter(|schema| may_fit(self.checker.resolved(schema), &value));
        let only = possible.next()?;
        possible.next().is_none().then_some(only)
    }

    /// Those members of an object by which alternatives are told apart.
    fn telling_members(&self, alternatives: &[Value], raw: &str) -> Option<Map<String, Value>> {
        let required = alternatives.iter().filter_map(|schema| {
            self.checker.resolved(schema).get("required").and_then(Value::as_array)
        });
        let names: Vec<&str> = required.flatten().filter_map(Value::as_str).collect();
        let mut reader = serde_json::Deserializer::from_str(raw);
        reader.deserialize_map(Telling(&names)).ok()
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        let wanted = self.wanted();
        if let Wanted::List | Wanted::Object = wanted {
            return deserializer.deserialize_any(self);
        }
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        match wanted {
            Wanted::Scalar(wanted) => self.scalar(wanted, raw),
            Wanted::OneOf(alternatives) => {
                self.one_of(alternatives, raw).map_err(Error::custom)?;
            }
            Wanted::List | Wanted::Object | Wanted::Other => self.out.push_str(raw),
        }
        Ok(())
    }
}

/// A value where a list or an object is wanted.
impl<'de> Visitor<'de> for Place<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.push_str("null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.out.push_str(&value.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.out.push_str(&value.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.out.push_str(&Value::from(value).to_string());
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.container(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let (prefix, each) = match self.wanted() {
            Wanted::List => (self.schema.get("prefixItems"), self.schema.get("items")),
            _ => (None, None),
        };
        let mut prefix = prefix.and_then(Value::as_array).into_iter().flatten();
        self.out.push('[');
        let start = self.out.len();
        loop {
            let end = self.out.len();
            if end > start {
                self.out.push(',');
            }
            let schema = prefix.next().or(each).unwrap_or(&Value::Null);
            if items.next_element_seed(self.inner(schema))?.is_none() {
                self.out.truncate(end);
                self.out.push(']');
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let schema = match self.wanted() {
            Wanted::Object => self.schema,
            _ => &Value::Null,
        };
        let required = schema.get("required").and_then(Value::as_array);
        self.out.push('{');
        let start = self.out.len();
        while let Some(name) = members.next_key::<String>()? {
            let before = self.out.len();
            if before > start {
                self.out.push(',');
            }
            self.out.push_str(&serde_json::to_string(&name).map_err(Error::custom)?);
            self.out.push(':');
            let value = self.out.len();
            let of_member = schema_of(schema, &name);
            members.next_value_seed(self.inner(of_member.unwrap_or(&Value::Null)))?;
            let is_optional = !required.is_some_and(|names| names.iter().any(|it| *it == name));
            let own = schema.get("properties").and_then(|properties| properties.get(&name));
            if let Some(own) = own.filter(|_| is_optional)
                && self.is_nothing(own, value)
            {
                self.out.truncate(before);
            }
        }
        self.out.push('}');
        Ok(())
    }
}

/// Keeps the members of these names, and of a list or an object only that it is there.
struct Telling<'a>(&'a [&'a str]);

impl<'de> Visitor<'de> for Telling<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let raw = members.next_value::<&RawValue>()?.get();
            if self.0.contains(&&*name) {
                let is_scalar = !raw.starts_with(['[', '{']);
                let value = is_scalar.then(|| serde_json::from_str(raw).ok()).flatten();
                kept.insert(name, value.unwrap_or_default());
            }
        }
        Ok(kept)
    }
}

fn alternatives(schema: &Value) -> Option<&[Value]> {
    let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"));
    alternatives.and_then(Value::as_array).map(Vec::as_slice)
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

/// The schema of a member: its own, or that of a map's values.
fn schema_of<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let named = |keyword| schema.get(keyword).and_then(Value::as_object);
    let own = named("properties").and_then(|properties| properties.get(name));
    let patterns =
        named("patternProperties").and_then(|patterns: &Map<_, _>| patterns.values().next());
    own.or_else(|| schema.get("additionalProperties").filter(|others| others.is_object()))
        .or(patterns)
}

/// What a text says, as JSON, if it says what is wanted.
fn read(wanted: &str, text: &str) -> Option<String> {
    match wanted {
        "integer" => number::integer(text),
        "number" => number::number(text),
        "boolean" => text.parse::<bool>().ok().map(|value| value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mended(schema: &Value, sent: &Value) -> Value {
        as_value(Mend::Texts, schema, &sent.to_string())
    }

    fn as_value(how: Mend, schema: &Value, sent: &str) -> Value {
        serde_json::from_str(&mend(how, schema, schema, sent).unwrap()).unwrap()
    }

    #[test]
    fn scalars_sent_as_text_are_taken_when_nothing_is_lost() {
        let integer = json!({ "type": "integer" });
        for (sent, taken) in [
            (json!("5"), json!(5)),
            (json!(30.0), json!(30)),
            (json!("5.5"), json!("5.5")),
            (json!(5.5), json!(5.5)),
            (json!("18446744073709551615"), json!(u64::MAX)),
        ] {
            assert_eq!(mended(&integer, &sent), taken, "{sent}");
        }
    }

    #[test]
    fn they_are_taken_wherever_they_stand() {
        let integer = json!({ "type": "integer" });
        let map = json!({ "type": "object", "additionalProperties": integer });
        assert_eq!(mended(&map, &json!({ "a": "1" })), json!({ "a": 1 }));
        let numbered = json!({ "type": "object", "additionalProperties": false,
            "patternProperties": { "^\\d+$": integer } });
        assert_eq!(mended(&numbered, &json!({ "1": "1" })), json!({ "1": 1 }));
        let pair = json!({ "type": "array", "prefixItems": [integer, { "type": "boolean" }] });
        assert_eq!(mended(&pair, &json!(["1", "true"])), json!([1, true]));
        let list = json!({ "type": "array", "items": { "anyOf": [integer, { "type": "null" }] } });
        assert_eq!(mended(&list, &json!(["1", null])), json!([1, null]));
    }

    #[test]
    fn only_numbers_are_taken_where_texts_are_texts() {
        let list = json!({ "items": { "type": "integer" }, "type": "array" });
        assert_eq!(as_value(Mend::Numbers, &list, r#"[1.0, "1"]"#), json!([1, "1"]));
        assert_eq!(as_value(Mend::Numbers, &list, r#""[1]""#), json!("[1]"));
    }

    /// R1: hosts send lists and objects as JSON text.
    #[test]
    fn lists_and_objects_sent_as_text_are_taken() {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        let map = json!({ "type": "object", "additionalProperties": list });
        for (schema, sent, taken) in [
            (&list, json!(r#"["a","b"]"#), json!(["a", "b"])),
            (&list, json!(r#" ["a"] "#), json!(["a"])),
            (&list, json!("a"), json!("a")),
            (&list, json!("a,b"), json!("a,b")),
            (&list, json!(r#"["a",]"#), json!(r#"["a",]"#)),
            (&list, json!("{}"), json!("{}")),
            (&map, json!(r#"{"a":["b"]}"#), json!({ "a": ["b"] })),
            (&map, json!({ "a": "[\"b\"]" }), json!({ "a": ["b"] })),
            (&json!({ "type": "string" }), json!("[1]"), json!("[1]")),
            (&json!({}), json!("[1]"), json!("[1]")),
            (&json!({ "anyOf": [{ "type": "string" }, list] }), json!("[1]"), json!("[1]")),
            (&json!({ "anyOf": [list, { "type": "null" }] }), json!("[\"a\"]"), json!(["a"])),
        ] {
            assert_eq!(mended(schema, &sent), taken, "{schema} {sent}");
        }
    }
}
