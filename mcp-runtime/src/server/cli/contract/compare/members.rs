//! What is inside objects and lists.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Effect;
use super::{ANYTHING, Comparison, Direction, Members, NO_KEYWORDS, Shift};

impl<'a> Comparison<'a> {
    /// Compares the members of objects.
    pub(super) fn members(&mut self, path: &str, old: &'a Members, new: &'a Members) {
        let [was, is] = [old, new].map(|schema| named(schema, "properties"));
        let [had_to, has_to] = [old, new].map(required);
        for (name, schema) in was {
            let place = below(path, name);
            match is.get(name) {
                Some(other) => self.schemas(&place, schema, other),
                // Somebody sends it or reads it, whatever else is accepted.
                None => self.changed(&place, Effect::Breaking, "is gone"),
            }
        }
        let is_input = self.direction == Direction::Input;
        for name in is.keys().filter(|name| !was.contains_key(*name)) {
            let place = below(path, name);
            if is_input && has_to.contains(name.as_str()) {
                self.changed(&place, Effect::Breaking, "is new and required");
            } else {
                self.changed(&place, Effect::Additive, "is new");
            }
        }
        let [becomes, ceases] = match self.direction {
            Direction::Input => ["is required", "is optional"],
            Direction::Output => ["is always there", "may be missing"],
        };
        // Members that come or go are reported above.
        let stays = |name: &&&str| was.contains_key(**name) == is.contains_key(**name);
        for name in has_to.difference(&had_to).filter(stays) {
            self.shifted(&below(path, name), Shift::Narrower, becomes);
        }
        for name in had_to.difference(&has_to).filter(stays) {
            self.shifted(&below(path, name), Shift::Wider, ceases);
        }
        self.patterns(path, old, new);
        self.others(path, old, new);
    }

    /// Compares the members that are described by a pattern of their names.
    fn patterns(&mut self, path: &str, old: &'a Members, new: &'a Members) {
        let [was, is] = [old, new].map(|schema| named(schema, "patternProperties"));
        for (pattern, schema) in was {
            let place = below(path, &format!("/{pattern}/"));
            match is.get(pattern) {
                Some(other) => self.schemas(&place, schema, other),
                None => self.changed(&place, Effect::Breaking, "is gone"),
            }
        }
        // A new pattern restricts names that were free, or frees names that were refused.
        for pattern in is.keys().filter(|pattern| !was.contains_key(*pattern)) {
            self.shifted(&below(path, &format!("/{pattern}/")), Shift::Other, "is new");
        }
    }

    /// Compares the members that are not named.
    fn others(&mut self, path: &str, old: &'a Members, new: &'a Members) {
        let [was, is] =
            [old, new].map(|schema| schema.get("additionalProperties").unwrap_or(&ANYTHING));
        match [was, is].map(|schema| *schema == Value::Bool(false)) {
            [true, true] => {}
            [false, true] => self.shifted(path, Shift::Narrower, "is closed to other members"),
            [true, false] => self.shifted(path, Shift::Wider, "is open to other members"),
            [false, false] => self.schemas(&below(path, "*"), was, is),
        }
    }

    /// Compares the items of lists.
    pub(super) fn items(&mut self, path: &str, old: &'a Members, new: &'a Members) {
        let [was, is] = [old, new].map(first_items);
        let [rest, other_rest] = [old, new].map(|schema| schema.get("items").unwrap_or(&ANYTHING));
        for index in 0..was.len().max(is.len()) {
            // An item without a schema of its own has that of the rest.
            let (old, new) = (was.get(index).unwrap_or(rest), is.get(index).unwrap_or(other_rest));
            self.schemas(&format!("{path}[{index}]"), old, new);
        }
        self.schemas(&format!("{path}[]"), rest, other_rest);
    }
}

fn named<'a>(schema: &'a Members, keyword: &str) -> &'a Members {
    schema.get(keyword).and_then(Value::as_object).unwrap_or(&NO_KEYWORDS)
}

fn required(schema: &Members) -> BTreeSet<&str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn first_items(schema: &Members) -> &[Value] {
    schema.get("prefixItems").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
