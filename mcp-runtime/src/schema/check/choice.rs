//! Which of the alternatives of a schema a value may fit, and which it was meant to fit.

use serde_json::{Map, Value};

use super::Checker;
use crate::schema::document::{Kind, Node};
use crate::schema::facts::{has_type, is_listed};

impl Checker<'_> {
    /// The first two of the alternatives that a value may fit.
    pub(super) fn possible<'s>(
        &'s self,
        alternatives: &'s [Value],
        value: Node<'_>,
    ) -> [Option<&'s Value>; 2] {
        // Where nothing tells the alternatives apart, serde tries one after the other with all that
        // is in them, and so the work has to be counted here.
        let are_told = alternatives.iter().all(|schema| is_told(self.resolved(schema)));
        let mut possible = alternatives.iter().filter(|schema| match self.resolved(schema) {
            schema if are_told => may_fit(schema, value),
            Value::Object(schema) => has_type(schema, value),
            _ => true,
        });
        [possible.next(), possible.next()]
    }

    /// The alternative that a value must be: by a member that must have one value, by being an
    /// object's only member, or by being the only one of its type.
    pub(super) fn meant<'s>(
        &'s self,
        alternatives: &'s [Value],
        value: Node<'_>,
    ) -> Option<&'s Value> {
        let resolved = || alternatives.iter().map(|schema| self.resolved(schema));
        let is_named = |schema: &Value| {
            let Some(Value::Object(properties)) = schema.get("properties") else { return false };
            match tag(properties) {
                Some((name, word)) => value.get(name).is_some_and(|it| it.equals(word)),
                None => {
                    properties.len() == 1 && properties.keys().all(|name| value.get(name).is_some())
                }
            }
        };
        let of_its_type = |schema: &Value| {
            let is_tagged = schema.get("properties").and_then(Value::as_object).and_then(tag);
            is_tagged.is_none()
                && schema.as_object().is_some_and(|it| {
                    it.contains_key("type") && has_type(it, value) && is_listed(it, value)
                })
        };
        let is_object = value.kind() == Kind::Object;
        only(resolved().filter(|schema| is_object && is_named(schema))).or_else(|| {
            only(resolved().filter(|schema| value.is_container() && of_its_type(schema)))
        })
    }
}

/// Whether a value has the type of an alternative, and the members that tell it from others.
pub(in crate::schema) fn may_fit(alternative: &Value, value: Node<'_>) -> bool {
    let Value::Object(schema) = alternative else { return true };
    if !has_type(schema, value) {
        return false;
    }
    if value.kind() != Kind::Object {
        return true;
    }
    let required = schema.get("required").and_then(Value::as_array);
    required.into_iter().flatten().filter_map(Value::as_str).all(|name| {
        let schema = schema.get("properties").and_then(|properties| properties.get(name));
        let only = schema.and_then(|schema| schema.get("const"));
        value.get(name).is_some_and(|member| only.is_none_or(|only| member.equals(only)))
    })
}

/// Whether an alternative is told from others before its members are read: by a member that must
/// have one value, by its only member, or because it is not an object.
fn is_told(alternative: &Value) -> bool {
    if alternative.get("type").is_some_and(|kind| kind != "object") {
        return true;
    }
    let Some(Value::Object(properties)) = alternative.get("properties") else { return false };
    tag(properties).is_some() || properties.len() == 1
}

/// Whether the members that must have one value have it, as far as they are there.
pub(super) fn has_words(schema: &Map<String, Value>, value: Node<'_>) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().all(|(name, schema)| match schema {
        Value::Object(schema) if schema.contains_key("const") => {
            value.get(name).is_none_or(|value| is_listed(schema, value))
        }
        _ => true,
    })
}

/// The member that tells one alternative from the others, and its value.
pub(in crate::schema) fn tag(properties: &Map<String, Value>) -> Option<(&String, &Value)> {
    properties.iter().find_map(|(name, schema)| Some((name, schema.get("const")?)))
}

fn only<T>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let only = values.next()?;
    values.next().is_none().then_some(only)
}
