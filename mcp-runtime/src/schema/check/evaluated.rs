//! Which members of an object its schema knows, through all the schemas that are for it.

use serde_json::{Map, Value};

use super::{Checker, definition_of};
use crate::schema::document::{Kind, Node};

impl Checker<'_> {
    /// The other schemas for an object, whose members `unevaluatedProperties` is not about.
    ///
    /// Spec: JSON Schema 2020-12, core, 11.3.
    pub(super) fn knowing<'s>(
        &'s self,
        schema: &'s Map<String, Value>,
        value: Node<'_>,
        depth: usize,
    ) -> Vec<&'s Map<String, Value>> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        if value.kind() != Kind::Object {
            return Vec::new();
        }
        let mut found = Vec::new();
        let list = |keyword| schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
        let mut parts: Vec<&Value> =
            list("allOf").chain(list("anyOf")).chain(list("oneOf")).collect();
        if let Some(condition) = schema.get("if") {
            let then = if self.fits_exactly(condition, value, depth) { "then" } else { "else" };
            parts.extend([condition].into_iter().chain(schema.get(then)));
        }
        let dependent = schema.get("dependentSchemas").and_then(Value::as_object);
        let dependent = dependent.into_iter().flatten();
        parts.extend(dependent.filter(|(name, _)| value.get(name).is_some()).map(|(_, it)| it));
        let reference = definition_of(schema).map(|name| self.named(&name));
        for part in parts.into_iter().chain(reference) {
            let part = self.resolved(part);
            if let Value::Object(inner) = part
                && self.fits(part, value, depth)
            {
                found.push(inner);
                found.extend(self.knowing(inner, value, depth));
            }
        }
        found
    }

    /// Whether one of these schemas has something to say of a member.
    pub(super) fn knows(&self, schema: &Map<String, Value>, name: &str) -> bool {
        let named = |keyword| schema.get(keyword).and_then(Value::as_object);
        let mut patterns = named("patternProperties").into_iter().flatten();
        schema.contains_key("additionalProperties")
            || schema.contains_key("unevaluatedProperties")
            || named("properties").is_some_and(|properties| properties.contains_key(name))
            || patterns.any(|(pattern, _)| self.patterns.matches(pattern, name))
    }
}
