//! Which members of an object its schema knows, through all the schemas that are for it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Checker, definition_of};

impl Checker<'_> {
    /// The members that other keywords than `unevaluatedProperties` know.
    ///
    /// Spec: JSON Schema 2020-12, core, 11.3.
    pub(super) fn evaluated<'v>(
        &self,
        schema: &Map<String, Value>,
        value: &'v Value,
        depth: usize,
    ) -> HashSet<&'v str> {
        let (Value::Object(members), Some(depth)) = (value, depth.checked_sub(1)) else {
            return HashSet::new();
        };
        let named = |keyword| schema.get(keyword).and_then(Value::as_object);
        let is_known = |name: &str| {
            let patterns = named("patternProperties").into_iter().flatten();
            schema.contains_key("additionalProperties")
                || named("properties").is_some_and(|properties| properties.contains_key(name))
                || patterns.into_iter().any(|(pattern, _)| self.patterns.matches(pattern, name))
        };
        let mut found: HashSet<&str> =
            members.keys().map(String::as_str).filter(|name| is_known(name)).collect();
        let list = |keyword| schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
        let mut parts: Vec<&Value> =
            list("allOf").chain(list("anyOf")).chain(list("oneOf")).collect();
        if let Some(condition) = schema.get("if") {
            let then = if self.fits_exactly(condition, value, depth) { "then" } else { "else" };
            parts.extend([condition].into_iter().chain(schema.get(then)));
        }
        let dependent = named("dependentSchemas").into_iter().flatten();
        parts.extend(dependent.filter(|(name, _)| members.contains_key(*name)).map(|(_, it)| it));
        let reference = definition_of(schema).map(|name| self.named(&name));
        for part in parts.into_iter().chain(reference) {
            let part = self.resolved(part);
            if let Value::Object(inner) = part
                && self.fits(part, value, depth)
            {
                if inner.contains_key("unevaluatedProperties") {
                    return members.keys().map(String::as_str).collect();
                }
                found.extend(self.evaluated(inner, value, depth));
            }
        }
        found
    }
}
