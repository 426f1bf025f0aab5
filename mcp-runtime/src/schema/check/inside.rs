//! What is in a value: the items of a list, the members of an object.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Checker;
use crate::schema::document::Node;
use crate::schema::expect::{Problem, Problems, expectation};
use crate::schema::path::Path;
use crate::schema::promise::Shapes;

/// A list of more values is worth making shapes for.
const MANY: usize = 256;

impl Checker<'_> {
    /// The shapes that the items of a long list are recognised by.
    pub(in crate::schema) fn shapes(&self, each: &Value, list: Node<'_>) -> Option<Shapes> {
        let is_long = list.size() > MANY;
        is_long.then(|| Shapes::new(self.root, each))
    }

    pub(super) fn check_items(
        &self,
        schema: &Map<String, Value>,
        list: Node<'_>,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        let first = match schema.get("prefixItems") {
            Some(Value::Array(first)) => first.as_slice(),
            _ => &[],
        };
        let each = schema.get("items");
        let quickly = each.and_then(|each| self.shapes(each, list));
        let each = each.into_iter().cycle();
        for (index, (item, schema)) in list.items().zip(first.iter().chain(each)).enumerate() {
            if problems.is_settled() {
                return;
            }
            if index >= first.len()
                && quickly.as_ref().is_some_and(|it| it.recognised(item.onwards()).is_some())
            {
                continue;
            }
            self.check(schema, item, &path.item(index), depth, problems);
        }
        let Some(contained) = schema.get("contains") else { return };
        let amount = |keyword| schema.get(keyword).and_then(Value::as_f64);
        let (least, most) = (amount("minContains").unwrap_or(1.0), amount("maxContains"));
        let found = list.items().filter(|item| self.fits_exactly(contained, *item, depth)).count();
        #[expect(clippy::cast_precision_loss, reason = "no message has that many items")]
        let found = found as f64;
        if found < least || most.is_some_and(|most| most < found) {
            problems.add(|| {
                let most = most.map(|most| format!(" and at most {most}")).unwrap_or_default();
                let expected = expectation(contained);
                let wrong = format!(
                    "expected a list that has at least {least}{most} of: {expected}; got {found}"
                );
                Problem::new(&path.to_string(), wrong)
            });
        }
    }

    pub(super) fn check_members(
        &self,
        schema: &Map<String, Value>,
        object: Node<'_>,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        let named = |keyword| schema.get(keyword).and_then(Value::as_object);
        let required = texts(schema.get("required"));
        for name in missing(schema, object) {
            problems.add(|| Problem::new(&path.member(name).to_string(), "missing"));
        }
        let properties = named("properties");
        let knowing = schema
            .get("unevaluatedProperties")
            .map(|others| (others, self.knowing(schema, object, depth)));
        for (key, value) in object.members() {
            if problems.is_settled() && !self.trying.get() {
                return;
            }
            let name = &*key.as_text().unwrap_or_default();
            let path = path.member(name);
            if let Some(names) = schema.get("propertyNames") {
                self.check(names, key, &path, depth, problems);
            }
            let own = properties.and_then(|properties| properties.get(name));
            // `null` for a member that need not be there says that it is not there; serde reads
            // it so where an `Option` is, and refuses it where only a default stands in.
            let is_absent = self.is_sent.get()
                && value.is_null()
                && own.is_some_and(|schema| schema.get("default").is_none())
                && !required.clone().any(|required| required == name);
            if is_absent {
                continue;
            }
            let patterns = named("patternProperties").into_iter().flatten();
            let matching = patterns.filter(|(pattern, _)| self.patterns.matches(pattern, name));
            let mut known: Vec<&Value> =
                own.into_iter().chain(matching.map(|(_, it)| it)).collect();
            if known.is_empty() {
                known.extend(schema.get("additionalProperties"));
                if let (true, Some((others, knowing))) = (known.is_empty(), &knowing)
                    && !knowing.iter().any(|schema| self.knows(schema, name))
                {
                    known.push(others);
                }
            }
            for schema in known {
                // A member's own schema may be `false` too, and its name is no mistake then.
                if own.is_none() && *schema == Value::Bool(false) {
                    let known = properties.into_iter().flatten().map(|(name, _)| name.as_str());
                    problems.add(|| Problem::unknown_member(&path.to_string(), name, known));
                } else {
                    self.check(schema, value, &path, depth, problems);
                }
            }
        }
    }
}

/// So many names are compared sooner than hashed.
const FEW: usize = 16;

/// The members that an object lacks.
fn missing<'s>(schema: &'s Map<String, Value>, object: Node<'_>) -> Vec<&'s str> {
    let dependent = schema.get("dependentRequired").and_then(Value::as_object);
    let dependent = dependent.into_iter().flatten();
    let dependent = dependent.filter(|(name, _)| object.get(name).is_some());
    let dependent = dependent.flat_map(|(_, names)| texts(Some(names)));
    let mut missing: Vec<&str> = texts(schema.get("required")).chain(dependent).collect();
    // The members are passed once, because there may be many; many names are looked up, because
    // a client may send as many members that have none of them.
    if missing.len() > FEW {
        let mut wanted: HashSet<&str> = missing.iter().copied().collect();
        for (name, _) in object.members() {
            wanted.remove(&*name.as_text().unwrap_or_default());
        }
        missing.retain(|name| wanted.contains(name));
    } else {
        for (name, _) in object.members() {
            if missing.is_empty() {
                break;
            }
            missing.retain(|missing| !name.is_text(missing));
        }
    }
    missing.dedup();
    missing
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> + Clone {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
