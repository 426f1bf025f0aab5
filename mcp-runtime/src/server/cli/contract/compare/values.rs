//! Types, listed values and bounds.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::{Comparison, Members, Shift, said};
use crate::schema::order;

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// Bounds of counts, and whether they are lower bounds.
const BOUNDS: [(&str, bool); 8] = [
    ("minLength", true),
    ("minItems", true),
    ("minProperties", true),
    ("minContains", true),
    ("maxLength", false),
    ("maxItems", false),
    ("maxProperties", false),
    ("maxContains", false),
];

impl Comparison<'_> {
    /// Compares the types. Whether they are alike enough to look at the rest.
    pub(super) fn types(&mut self, path: &str, old: &Members, new: &Members) -> bool {
        let (was, is) = (types(old), types(new));
        let has_lost = was.difference(&is).next().is_some();
        let has_got = is.difference(&was).next().is_some();
        let Some(shift) = Shift::of(has_lost, has_got) else { return true };
        let what = format!("the type is {}, was {}", shown(&is), shown(&was));
        self.shifted(path, shift, &what);
        shift != Shift::Other
    }

    /// Compares the values that the schemas list.
    pub(super) fn values(&mut self, path: &str, old: &Members, new: &Members) {
        match (listed(old), listed(new)) {
            (None, None) => {}
            (Some(_), None) => self.shifted(path, Shift::Wider, "may be any value"),
            (None, Some(values)) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                let what = format!("may only be {}", values.join(", "));
                self.shifted(path, Shift::Narrower, &what);
            }
            (Some(old), Some(new)) => {
                for value in old.iter().filter(|value| !new.contains(value)) {
                    self.shifted(path, Shift::Narrower, &format!("the value {value} is gone"));
                }
                for value in new.iter().filter(|value| !old.contains(value)) {
                    self.shifted(path, Shift::Wider, &format!("the value {value} is new"));
                }
            }
        }
    }

    /// Compares the bounds of numbers, and of the lengths of everything else.
    pub(super) fn bounds(&mut self, path: &str, old: &Members, new: &Members) {
        for (keyword, is_lower) in BOUNDS {
            // `minLength: 0` restricts nothing.
            let restricts = |bound: &&Value| !is_lower || bound.as_f64() != Some(0.0);
            let [old, new] = [old, new].map(|schema| schema.get(keyword).filter(restricts));
            let shift = match (old, new) {
                (Some(Value::Number(old)), Some(Value::Number(new))) => {
                    tightened(old, new, is_lower)
                }
                (old, new) => Shift::of_keyword(old, new),
            };
            if let Some(shift) = shift {
                self.shifted(path, shift, &said(keyword, old, new));
            }
        }
        for keywords in [["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"]] {
            self.range(path, keywords, old, new);
        }
        let [old, new] = [old, new].map(|schema| schema.get("multipleOf"));
        if let Some(shift) = step(old, new) {
            self.shifted(path, shift, &said("multipleOf", old, new));
        }
    }

    /// Compares one end of a range, of which the bound itself may be a part or not.
    fn range(&mut self, path: &str, keywords: [&'static str; 2], old: &Members, new: &Members) {
        let is_lower = keywords[0] == "minimum";
        let [old, new] = [old, new].map(|schema| end(schema, keywords));
        let shift = match (old, new) {
            (None, None) => None,
            (None, Some(_)) => Some(Shift::Narrower),
            (Some(_), None) => Some(Shift::Wider),
            (Some(old), Some(new)) => {
                let [excluded, excludes] = [old.0, new.0].map(|keyword| keyword == keywords[1]);
                let at_the_bound = Shift::of(excludes && !excluded, excluded && !excludes);
                tightened(old.1, new.1, is_lower).or(at_the_bound)
            }
        };
        let Some(shift) = shift else { return };
        let told = |end: Option<(&str, &Number)>| match end {
            Some((keyword, bound)) => format!("`{keyword}` {bound}"),
            None => format!("no `{}`", keywords[0]),
        };
        self.shifted(path, shift, &format!("has {}, had {}", told(new), told(old)));
    }
}

/// The types of values. An integer is a number.
fn types(schema: &Members) -> BTreeSet<&'static str> {
    let known = |name: &str| TYPES.iter().copied().find(|it| *it == name);
    let mut types: BTreeSet<&str> = match schema.get("type") {
        Some(Value::String(name)) => known(name).into_iter().collect(),
        Some(Value::Array(names)) => {
            names.iter().filter_map(|name| known(name.as_str()?)).collect()
        }
        _ => match listed(schema) {
            Some(values) => values.into_iter().map(type_of).collect(),
            None => TYPES.into(),
        },
    };
    if types.contains("number") {
        types.insert("integer");
    }
    types
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn shown(types: &BTreeSet<&str>) -> String {
    if types.len() == TYPES.len() {
        return "anything".to_owned();
    }
    let is_shown = |name: &&str| *name != "integer" || !types.contains("number");
    types.iter().copied().filter(is_shown).collect::<Vec<_>>().join(" or ")
}

/// The values that a schema lists: in an `enum`, as a `const`, or as a choice of these, which is
/// how values get descriptions of their own.
pub(super) fn listed(schema: &Members) -> Option<Vec<&Value>> {
    if let Some(Value::Array(values)) = schema.get("enum") {
        return Some(values.iter().collect());
    }
    if let Some(value) = schema.get("const") {
        return Some(vec![value]);
    }
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?;
    let listed = choices.iter().map(|choice| listed(choice.as_object()?));
    Some(listed.collect::<Option<Vec<_>>>()?.concat())
}

/// What became of a bound that was there and still is.
fn tightened(old: &Number, new: &Number, is_lower: bool) -> Option<Shift> {
    let order = order(new, old)?;
    let tighter = if is_lower { Ordering::Greater } else { Ordering::Less };
    Shift::of(order == tighter, order == tighter.reverse())
}

/// The bound at one end of a range: the tighter one, if there are two.
fn end<'a>(schema: &'a Members, keywords: [&'static str; 2]) -> Option<(&'static str, &'a Number)> {
    let [including, excluding] = keywords.map(|keyword| match schema.get(keyword) {
        Some(Value::Number(bound)) => Some((keyword, bound)),
        _ => None,
    });
    match (including, excluding) {
        (Some(including), Some(excluding)) => {
            let shift = tightened(excluding.1, including.1, keywords[0] == "minimum");
            Some(if shift == Some(Shift::Narrower) { including } else { excluding })
        }
        (including, excluding) => including.or(excluding),
    }
}

/// What became of `multipleOf`: every multiple of 6 is one of 3.
fn step(old: Option<&Value>, new: Option<&Value>) -> Option<Shift> {
    let integer = |value: Option<&Value>| value?.as_u64().filter(|step| *step > 0);
    match (integer(old), integer(new)) {
        (Some(old), Some(new)) if old != new && new.is_multiple_of(old) => Some(Shift::Narrower),
        (Some(old), Some(new)) if old != new && old.is_multiple_of(new) => Some(Shift::Wider),
        _ => Shift::of_keyword(old, new),
    }
}
