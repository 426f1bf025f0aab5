//! Choices between several schemas: which alternative became which.

use serde_json::Value;

use super::super::{Change, Effect};
use super::values::listed;
use super::{Comparison, Members, Shift};
use crate::schema::asserts;

impl<'a> Comparison<'a> {
    /// Compares the alternatives of two schemas. Whether the rest is to be compared too.
    pub(super) fn choices(&mut self, path: &str, schemas: [&'a Value; 2]) -> bool {
        let members = schemas.map(Value::as_object);
        if let [Some(old), Some(new)] = members {
            self.all_of(path, old, new);
        }
        match members.map(|members| members.and_then(alternatives)) {
            [None, None] => true,
            [Some(old), Some(new)] => {
                for (one, other) in self.pairs(path, old.iter().collect(), new.iter().collect()) {
                    self.schemas(path, one, other);
                }
                true
            }
            // A schema becomes one alternative, as where a value may also be `null`. Its notes
            // stand beside the alternatives then, and are compared with the rest.
            [None, Some(new)] if is_bare(members[1]) => {
                for (one, other) in self.pairs(path, vec![schemas[0]], new.iter().collect()) {
                    self.values_of(path, one, other);
                }
                false
            }
            [Some(old), None] if is_bare(members[0]) => {
                for (one, other) in self.pairs(path, old.iter().collect(), vec![schemas[1]]) {
                    self.values_of(path, one, other);
                }
                false
            }
            [None, Some(_)] => {
                self.shifted(path, Shift::Narrower, "has to be one of several alternatives");
                true
            }
            [Some(_), None] => {
                self.shifted(path, Shift::Wider, "need not be one of several alternatives");
                true
            }
        }
    }

    /// Finds for each old alternative the new one that it has become, and reports the others.
    fn pairs(
        &mut self,
        path: &str,
        mut old: Vec<&'a Value>,
        mut new: Vec<&'a Value>,
    ) -> Vec<(&'a Value, &'a Value)> {
        let mut pairs = Vec::new();
        let is_same = |one, other| self.is_same(one, other);
        let is_kind = |one, other| self.kind(0, one) == self.kind(1, other);
        let ways: [&dyn Fn(&'a Value, &'a Value) -> bool; 2] = [&is_same, &is_kind];
        for is_pair in ways {
            old.retain(|one| {
                let place = new.iter().position(|other| is_pair(one, other));
                pairs.extend(place.map(|place| (*one, new.remove(place))));
                place.is_none()
            });
        }
        if let ([one], [other]) = (&*old, &*new) {
            pairs.push((*one, *other));
            (old, new) = (Vec::new(), Vec::new());
        }
        for one in old {
            let what = format!("the alternative {} is gone", self.kind(0, one));
            self.shifted(path, Shift::Narrower, &what);
        }
        for other in new {
            let what = format!("the alternative {} is new", self.kind(1, other));
            self.shifted(path, Shift::Wider, &what);
        }
        pairs
    }

    /// Whether two alternatives differ in wording alone.
    fn is_same(&self, one: &'a Value, other: &'a Value) -> bool {
        let mut changes: Vec<Change> = Vec::new();
        let (direction, place, roots) = (self.direction, self.place, self.roots);
        let seen = self.seen.clone();
        let mut comparison = Comparison { direction, place, roots, seen, changes: &mut changes };
        comparison.schemas("", one, other);
        changes.iter().all(|change| change.effect == Effect::Wording)
    }

    /// What tells an alternative from others: the member that always has one value, else the type.
    fn kind(&self, side: usize, schema: &'a Value) -> String {
        let schema = self.referred(side, schema);
        let properties = schema.get("properties").and_then(Value::as_object);
        let tag = properties.into_iter().flatten().find_map(|(name, schema)| {
            let [value] = listed(schema.as_object()?)?[..] else { return None };
            Some(format!("`{name}: {value}`"))
        });
        tag.unwrap_or_else(|| match schema.get("type") {
            Some(Value::String(name)) => format!("`{name}`"),
            _ => schema.to_string(),
        })
    }

    /// Compares the schemas that hold beside others.
    fn all_of(&mut self, path: &str, old: &'a Members, new: &'a Members) {
        match [old, new].map(|schema| schema.get("allOf")) {
            [Some(Value::Array(old)), Some(Value::Array(new))] if old.len() == new.len() => {
                for (one, other) in old.iter().zip(new) {
                    self.schemas(path, one, other);
                }
            }
            [old, new] => {
                if let Some(shift) = Shift::of_keyword(old, new) {
                    self.shifted(path, shift, "`allOf` has changed");
                }
            }
        }
    }
}

/// The alternatives of a schema, unless they are only values.
fn alternatives(schema: &Members) -> Option<&Vec<Value>> {
    if listed(schema).is_some() {
        return None;
    }
    schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()
}

/// Whether a schema asks for nothing beside its alternatives.
fn is_bare(schema: Option<&Members>) -> bool {
    let is_choice = |keyword: &str| matches!(keyword, "anyOf" | "oneOf");
    schema.is_some_and(|it| it.keys().all(|keyword| is_choice(keyword) || !asserts(keyword)))
}
