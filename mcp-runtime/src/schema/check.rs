//! The checker: is a value what a schema promises, for the keywords that we write.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::{Map, Number, Value};

use super::definition;
use super::expect::{Problem, Problems, expectation};
use super::format;
use super::path::Path;

/// How deep schemas are followed: an alternative is a level of its own, and the reader of messages
/// allows 128 of values.
pub(super) const DEPTH: usize = 400;

/// How many values are looked at to find the alternatives of choices, beyond [`TRIES`] for each
/// value in a choice. Where the alternatives of a recursive type look alike, each level doubles the
/// work; a value that takes more is refused.
const STEPS: usize = 100_000;

/// How often each value in a choice may be looked at.
const TRIES: usize = 64;

/// Whether a schema asks for more than reading the value into its type does.
pub(crate) fn says_more_than_its_type(schema: &Value) -> bool {
    const MORE: [&str; 10] = [
        "pattern",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "multipleOf",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minProperties",
    ];
    match schema {
        Value::Object(members) => {
            members.iter().any(|(keyword, value)| match keyword.as_str() {
                "minimum" | "maximum" => !bound_of_the_type(members, keyword, value),
                // An array of fixed length is a tuple, whose type counts by itself.
                "minItems" | "maxItems" if members.contains_key("prefixItems") => false,
                // One character is a `char`, which counts by itself too.
                "minLength" | "maxLength" => {
                    ["minLength", "maxLength"].iter().any(|it| members.get(*it) != Some(&1.into()))
                }
                // An `f32` takes a number beyond its bounds for an infinity.
                "format" if value == "float" => true,
                "format" => format::OF_NO_TYPE.iter().any(|format| value == format),
                keyword if MORE.contains(&keyword) => true,
                _ => says_more_than_its_type(value),
            })
        }
        Value::Array(list) => list.iter().any(says_more_than_its_type),
        _ => false,
    }
}

fn bound_of_the_type(schema: &Map<String, Value>, keyword: &str, bound: &Value) -> bool {
    let (minimum, maximum) = match schema.get("format").and_then(Value::as_str) {
        Some("uint8") => (0, i64::from(u8::MAX)),
        Some("uint16") => (0, i64::from(u16::MAX)),
        Some("int8") => (i64::from(i8::MIN), i64::from(i8::MAX)),
        Some("int16") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("uint32" | "uint64" | "uint128" | "uint") => (0, i64::MAX),
        _ => return false,
    };
    *bound == if keyword == "minimum" { minimum } else { maximum }
}

/// Whether serde takes a list or an object for something else than the schema says: a list for the
/// members of a struct in order, an object of one `null` for a word.
pub(crate) fn is_read_loosely(schema: &Value) -> bool {
    const OF_A_STRUCT_OR_A_WORD: [&str; 7] =
        ["properties", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"];
    let inner = ["items", "additionalProperties"].iter().filter_map(|word| schema.get(word));
    let first = schema.get("prefixItems").and_then(Value::as_array);
    let named = schema.get("patternProperties").and_then(Value::as_object);
    OF_A_STRUCT_OR_A_WORD.iter().any(|word| schema.get(word).is_some())
        || inner.chain(first.into_iter().flatten()).any(is_read_loosely)
        || named.into_iter().flat_map(|named| named.values()).any(is_read_loosely)
}

/// Everything in which `value` breaks `schema`; `path` names it. The `root` is where definitions
/// stand.
pub(crate) fn problems(root: &Value, schema: &Value, value: &Value, path: &str) -> Problems {
    let mut problems = Problems::new();
    Checker::new(root).check(schema, value, &Path::argument(path), DEPTH, &mut problems);
    problems
}

pub(super) struct Checker<'a> {
    definitions: Option<&'a Map<String, Value>>,
    /// How many values may be looked at still while an alternative is tried.
    steps: Cell<usize>,
    /// Whether one is.
    trying: Cell<bool>,
}

impl<'a> Checker<'a> {
    /// A checker for schemas whose definitions stand in `root`.
    pub(super) fn new(root: &'a Value) -> Self {
        let definitions = root.get("$defs").and_then(Value::as_object);
        Self { definitions, steps: Cell::new(STEPS), trying: Cell::new(false) }
    }
}

impl Checker<'_> {
    pub(super) fn check(
        &self,
        schema: &Value,
        value: &Value,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        let schema = self.resolved(schema);
        let (Value::Object(members), 1..) = (schema, depth) else { return };
        if self.trying.get() {
            let Some(steps) = self.steps.get().checked_sub(1) else {
                let wrong = "expected a value that can be told from its like; got one too deep";
                return problems.add(|| Problem::new(&path.to_string(), wrong));
            };
            self.steps.set(steps);
        }
        if !is_listed(members, value) || !has_type(members, value) || !in_bounds(members, value) {
            return problems
                .add(|| Problem::expected(&path.to_string(), &expectation(schema), value));
        }
        if let Some(alternatives) = alternatives(members) {
            match self.possible(alternatives, value) {
                // What is wrong in the only one that is possible is named by its own place.
                [Some(only), None] if value.is_array() || value.is_object() => {
                    self.check(only, value, path, depth - 1, problems);
                }
                _ if self.fits_any(alternatives, value, depth) => {}
                _ => {
                    // Where problems are only counted, this is one.
                    let meant = self.meant(alternatives, value);
                    return match meant.filter(|_| !problems.are_counted()) {
                        Some(meant) => self.check(meant, value, path, depth - 1, problems),
                        None => problems.add(|| {
                            Problem::expected(&path.to_string(), &expectation(schema), value)
                        }),
                    };
                }
            }
        }
        match value {
            Value::Array(items) => self.check_items(members, items, path, depth - 1, problems),
            Value::Object(sent) => self.check_members(members, sent, path, depth - 1, problems),
            _ => {}
        }
    }

    /// The schema itself, or the definition that it names.
    pub(super) fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = schema;
        // A definition may be a name for another one; a circle of names is none.
        for _ in 0..8 {
            let Some(name) = definition(schema) else { break };
            schema = self.definitions.and_then(|it| it.get(&*name)).unwrap_or(&Value::Null);
        }
        schema
    }

    fn check_items(
        &self,
        schema: &Map<String, Value>,
        items: &[Value],
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        let first = match schema.get("prefixItems") {
            Some(Value::Array(first)) => first.as_slice(),
            _ => &[],
        };
        let each = schema.get("items").into_iter().cycle();
        for (index, (item, schema)) in items.iter().zip(first.iter().chain(each)).enumerate() {
            if problems.is_settled() {
                return;
            }
            self.check(schema, item, &path.item(index), depth, problems);
        }
    }

    fn check_members(
        &self,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        let named = |keyword| schema.get(keyword).and_then(Value::as_object);
        let required: Vec<&str> = match schema.get("required") {
            Some(Value::Array(required)) => required.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for name in &required {
            if !members.contains_key(*name) {
                problems.add(|| Problem::new(&path.member(name).to_string(), "missing"));
            }
        }
        for (name, value) in members {
            let path = path.member(name);
            match (
                named("properties").and_then(|properties| properties.get(name)),
                schema.get("additionalProperties"),
            ) {
                // `null` for a member that need not be there says that it is not there; serde reads
                // it so where an `Option` is, and refuses it where only a default stands in.
                (Some(schema), _)
                    if value.is_null()
                        && !required.contains(&name.as_str())
                        && schema.get("default").is_none() => {}
                (None, closed) if let Some(schema) = other_names(schema, closed) => {
                    self.check(schema, value, &path, depth, problems);
                }
                (None, Some(Value::Bool(false))) => {
                    let known =
                        named("properties").into_iter().flatten().map(|(name, _)| name.as_str());
                    problems.add(|| Problem::unknown(&path.to_string(), name, known));
                }
                (Some(schema), _) | (None, Some(schema)) => {
                    self.check(schema, value, &path, depth, problems);
                }
                (None, None) => {}
            }
        }
    }

    /// The first two of the alternatives that a value may fit.
    fn possible<'s>(&'s self, alternatives: &'s [Value], value: &Value) -> [Option<&'s Value>; 2] {
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

    fn fits_any(&self, alternatives: &[Value], value: &Value, depth: usize) -> bool {
        let fits = |schema| {
            let mut problems = Problems::counted();
            self.check(schema, value, &Path::argument(""), depth - 1, &mut problems);
            problems.is_empty()
        };
        let [first, second] = self.possible(alternatives, value);
        let Some(first) = first else { return false };
        // Where only one alternative is possible, nothing is tried twice.
        if second.is_none() {
            return fits(first);
        }
        let was_trying = self.trying.replace(true);
        if !was_trying {
            self.steps.set(self.steps.get().saturating_add(TRIES.saturating_mul(size(value))));
        }
        let fits = alternatives.iter().any(fits);
        self.trying.set(was_trying);
        fits
    }

    /// The alternative that an object names: by a member that must have one value, or by being its
    /// only member.
    fn meant<'s>(&'s self, alternatives: &'s [Value], value: &Value) -> Option<&'s Value> {
        let members = value.as_object()?;
        let mut named = alternatives.iter().map(|schema| self.resolved(schema)).filter(|schema| {
            let Some(Value::Object(properties)) = schema.get("properties") else { return false };
            match tag(properties) {
                Some((name, word)) => members.get(name) == Some(word),
                None => {
                    properties.len() == 1
                        && properties.keys().all(|name| members.contains_key(name))
                }
            }
        });
        let only = named.next()?;
        named.next().is_none().then_some(only)
    }
}

/// The alternatives of a schema, one of which a value must fit.
fn alternatives(schema: &Map<String, Value>) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

/// Whether a value has the type of an alternative, and the members that tell it from others.
pub(super) fn may_fit(alternative: &Value, value: &Value) -> bool {
    let Value::Object(schema) = alternative else { return true };
    if !has_type(schema, value) {
        return false;
    }
    let Value::Object(members) = value else { return true };
    let required = schema.get("required").and_then(Value::as_array);
    required.into_iter().flatten().filter_map(Value::as_str).all(|name| {
        let schema = schema.get("properties").and_then(|properties| properties.get(name));
        let only = schema.and_then(|schema| schema.get("const"));
        members.get(name).is_some_and(|member| only.is_none_or(|only| only == member))
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

/// How many values there are in a value, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// The member that tells one alternative from the others, and its value.
pub(super) fn tag(properties: &Map<String, Value>) -> Option<(&String, &Value)> {
    properties.iter().find_map(|(name, schema)| Some((name, schema.get("const")?)))
}

/// The schema of members whose names have a pattern, in an object that is closed to others: of a
/// map whose keys are numbers. Whether a name is one, its type knows.
fn other_names<'s>(schema: &'s Map<String, Value>, closed: Option<&Value>) -> Option<&'s Value> {
    let patterns = schema.get("patternProperties").and_then(Value::as_object)?;
    patterns.values().next().filter(|_| closed == Some(&Value::Bool(false)))
}

fn is_listed(schema: &Map<String, Value>, value: &Value) -> bool {
    let in_enum = match schema.get("enum") {
        Some(Value::Array(values)) => values.contains(value),
        _ => true,
    };
    in_enum && schema.get("const").is_none_or(|only| only == value)
}

fn has_type(schema: &Map<String, Value>, value: &Value) -> bool {
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

fn is_integer(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// How two numbers compare; integers are compared as such, for a float does not hold large ones.
fn order(number: &Number, bound: &Number) -> Option<Ordering> {
    let integer = |number: &Number| {
        number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
    };
    match (integer(number), integer(bound)) {
        (Some(number), Some(bound)) => Some(number.cmp(&bound)),
        _ => number.as_f64()?.partial_cmp(&bound.as_f64()?),
    }
}

fn in_bounds(schema: &Map<String, Value>, value: &Value) -> bool {
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
            let compared = |keyword: &str| {
                schema
                    .get(keyword)
                    .and_then(Value::as_number)
                    .and_then(|bound| order(number, bound))
            };
            compared("minimum").is_none_or(Ordering::is_ge)
                && compared("maximum").is_none_or(Ordering::is_le)
                && compared("exclusiveMinimum").is_none_or(Ordering::is_gt)
                && compared("exclusiveMaximum").is_none_or(Ordering::is_lt)
                && bound("multipleOf").is_none_or(|step| {
                    number.as_f64().is_some_and(|value| (value / step).fract() == 0.0)
                })
        }
        Value::String(text) => {
            let format = schema.get("format").and_then(Value::as_str);
            within("minLength", "maxLength", length(text.chars().count()))
                && format.is_none_or(|format| format::fits(format, text))
                && matches(schema, text)
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
    let mut hashes = HashSet::new();
    if items.iter().all(|item| hashes.insert(hasher.hash_one(item.to_string()))) {
        return true;
    }
    drop(hashes);
    let mut seen = HashSet::new();
    items.iter().all(|item| seen.insert(item.to_string()))
}

#[cfg(feature = "pattern")]
fn matches(schema: &Map<String, Value>, text: &str) -> bool {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    // One that cannot be read is refused when the server is built.
    let pattern = pattern.and_then(|pattern| regex_lite::Regex::new(pattern).ok());
    pattern.is_none_or(|pattern| pattern.is_match(text))
}

#[cfg(not(feature = "pattern"))]
fn matches(_: &Map<String, Value>, _: &str) -> bool {
    true
}

/// The patterns of a schema, which are checked only if they can be read.
pub(crate) fn patterns(schema: &Value) -> Vec<&str> {
    match schema {
        Value::Object(members) => {
            let own = members.get("pattern").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(patterns)).collect()
        }
        Value::Array(list) => list.iter().flat_map(patterns).collect(),
        _ => Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_problem_is_named_by_its_path() {
        let schema = json!({ "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": { "name": { "type": "string" }, "sizes": { "type": "array", "items":
                { "type": "integer", "minimum": 1, "maximum": 9 } } } });
        let value = json!({ "nmae": "x", "sizes": [1, 10, "2"] });
        let problems: Vec<String> = problems(&Value::Null, &schema, &value, "box")
            .worded()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            problems,
            [
                "`box.name`: missing",
                "`box.nmae`: unknown; did you mean `name`?",
                "`box.sizes[1]`: expected an integer from 1 to 9; got 10",
                "`box.sizes[2]`: expected an integer from 1 to 9; got \"2\"",
            ]
        );
    }
}
