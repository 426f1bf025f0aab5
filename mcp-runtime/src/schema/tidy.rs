//! What `schemars` writes → what hosts accept.

use serde_json::{Map, Value, json};

use self::close::{IN_PLACE, close};
use super::definition;
use super::keywords::asserts;

mod close;

pub(super) use close::parts;

/// Keywords whose value is one schema.
const ONE: [&str; 9] = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
];
/// Keywords whose value is a list of schemas.
const LIST: [&str; 4] = ["anyOf", "oneOf", "allOf", "prefixItems"];
/// Keywords whose value is an object of schemas.
const NAMED: [&str; 4] = ["properties", "patternProperties", "$defs", "dependentSchemas"];

/// Tidies the schema of a value that is read: an optional member is not required, and says nothing
/// of `null`; elsewhere `null` is an alternative and not one of a list of types, which several
/// hosts refuse.
///
/// Structs are closed to members that they do not name: serde ignores those, and a name that was
/// mistyped would be lost. An `is_open` schema is a part of a larger object with more members.
pub(super) fn input(schema: &mut Value, is_open: bool) {
    close(schema, !is_open);
    each(schema, &mut |schema| {
        simplify(schema);
        drop_null_of_optional(schema);
        null_as_alternative(schema);
    });
}

/// Tidies the schema of a value that is written: it says `null` where `null` is written, as an
/// alternative and not as a list of types.
pub(super) fn output(schema: &mut Value) {
    each(schema, &mut |schema| {
        simplify(schema);
        drop_duration(schema);
        null_as_alternative(schema);
    });
}

/// Writes out the root of a recursive type, which would only point at its definition: hosts look
/// for its `type` there.
pub(super) fn open_root(root: &mut Value) {
    let named = definition(root).and_then(|name| root.get("$defs")?.get(&name).cloned());
    let (Some(Value::Object(definition)), Value::Object(members)) = (named, root) else { return };
    let own = std::mem::replace(members, definition);
    for (keyword, value) in own.into_iter().filter(|(keyword, _)| keyword != "$ref") {
        members.insert(keyword, value);
    }
}

/// Calls `change` on every sub-schema, inner ones first.
fn each(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    if let Value::Bool(anything @ true) = schema {
        debug_assert!(*anything);
        *schema = json!({});
    }
    let Value::Object(members) = schema else { return };
    for (keyword, value) in members.iter_mut() {
        match value {
            // `false` closes an object; as a schema of its own it does not occur.
            Value::Bool(_) if keyword == "additionalProperties" => {}
            value if ONE.contains(&keyword.as_str()) => each(value, change),
            Value::Array(list) if LIST.contains(&keyword.as_str()) => {
                for schema in list {
                    each(schema, change);
                }
            }
            Value::Object(named) if NAMED.contains(&keyword.as_str()) => {
                for schema in named.values_mut() {
                    each(schema, change);
                }
            }
            _ => {}
        }
    }
    change(members);
}

fn simplify(schema: &mut Map<String, Value>) {
    // A map of anything: what is not closed is open, and several hosts refuse a bare `true`.
    name_members(schema);
    let others = schema.get("additionalProperties");
    if others == Some(&Value::Bool(true)) || others == Some(&json!({})) {
        schema.shift_remove("additionalProperties");
    }
    number_keys(schema);
    name_items(schema);
    number_format(schema);
    enumeration(schema);
}

/// A map whose keys are numbers: `patternProperties` is unknown to several hosts, which then see an
/// object that is closed to every member. The type refuses keys that are not numbers.
fn number_keys(schema: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = schema.get_mut("patternProperties") else { return };
    let is_of_numbers = patterns.len() == 1 && patterns.keys().all(|it| NUMBERS.contains(&&**it));
    let values = patterns.values_mut().next().map(Value::take).filter(|_| is_of_numbers);
    if let Some(values) = values
        && schema.get("additionalProperties") == Some(&Value::Bool(false))
    {
        schema.shift_remove("patternProperties");
        schema.insert("additionalProperties".to_owned(), values);
    }
}

/// The patterns that `schemars` writes for keys that are numbers.
const NUMBERS: [&str; 2] = [r"^\d+$", r"^-?\d+$"];

/// A struct without members says so: some hosts refuse an object without `properties`, and with it
/// every tool of the session.
fn name_members(schema: &mut Map<String, Value>) {
    let is_struct = schema.get("additionalProperties").is_none_or(|it| *it == Value::Bool(false));
    if is_struct && schema.get("type").is_some_and(|kind| kind == "object") {
        schema.entry("properties").or_insert_with(|| json!({}));
    }
}

/// A tuple lists the schemas of its items under `items` too, which some hosts look for in every
/// array. In an array that is no longer than its `prefixItems` that asks for nothing more.
fn name_items(schema: &mut Map<String, Value>) {
    if schema.get("type").is_none_or(|kind| kind != "array") || schema.contains_key("items") {
        return;
    }
    let Some(Value::Array(first)) = schema.get("prefixItems") else { return };
    let most = schema.get("maxItems").and_then(Value::as_u64);
    let is_complete =
        most.is_some_and(|most| usize::try_from(most).is_ok_and(|it| it <= first.len()));
    let mut kinds: Vec<Value> = Vec::new();
    for kind in first.iter().filter(|_| is_complete) {
        if !kinds.contains(kind) {
            kinds.push(kind.clone());
        }
    }
    let items = match kinds.as_slice() {
        [] => json!({}),
        [only] => only.clone(),
        _ => json!({ "anyOf": kinds }),
    };
    schema.insert("items".to_owned(), items);
}

/// Formats such as `uint32` are nobody's standard: the bounds they stand for are written instead.
fn number_format(schema: &mut Map<String, Value>) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else { return };
    let bounds = match format {
        "uint32" => Some((Value::from(0), Value::from(u32::MAX))),
        "int32" => Some((Value::from(i32::MIN), Value::from(i32::MAX))),
        // As it is written in JSON, which is a little more than `f32::MAX`, and still read as that.
        "float" => Some((Value::from(-3.402_823_5e38), Value::from(3.402_823_5e38))),
        "int8" | "uint8" | "int16" | "uint16" | "int64" | "uint64" | "int128" | "uint128"
        | "int" | "uint" | "double" | "ip" => None,
        _ => return,
    };
    schema.shift_remove("format");
    if let Some((minimum, maximum)) = bounds {
        schema.entry("minimum").or_insert(minimum);
        schema.entry("maximum").or_insert(maximum);
    }
}

/// `jiff` writes durations that the format of this name does not know, such as `-PT1.5S`: a client
/// that checks would throw the result away.
fn drop_duration(schema: &mut Map<String, Value>) {
    if schema.get("format").is_some_and(|format| format == "duration") {
        schema.shift_remove("format");
    }
}

/// An enum whose variants have docs comes as alternatives of one value each: it becomes a plain
/// `enum`, and the docs go into the description.
fn enumeration(schema: &mut Map<String, Value>) {
    let Some(Value::Array(alternatives)) = schema.get("oneOf") else { return };
    let mut values = Vec::new();
    let mut docs = Vec::new();
    for alternative in alternatives {
        let doc = alternative.get("description").and_then(Value::as_str);
        let own: Vec<&Value> = match (alternative.get("const"), alternative.get("enum")) {
            (Some(value), None) => vec![value],
            (None, Some(Value::Array(several))) => several.iter().collect(),
            _ => return,
        };
        for value in own {
            let Some(text) = value.as_str() else { return };
            docs.extend(doc.map(|doc| format!("- {text}: {doc}")));
            values.push(value.clone());
        }
    }
    schema.shift_remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), Value::Array(values));
    if !docs.is_empty() {
        let docs = docs.join("\n");
        let description = match schema.get("description").and_then(Value::as_str) {
            Some(own) => format!("{own}\n{docs}"),
            None => docs,
        };
        schema.insert("description".to_owned(), description.into());
    }
}

/// Puts words in front of a schema's own description.
pub(crate) fn describe(schema: &mut Map<String, Value>, words: &str) {
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(own) if own != words => format!("{words}\n{own}"),
        _ => words.to_owned(),
    };
    schema.insert("description".to_owned(), description.into());
}

fn drop_null_of_optional(schema: &mut Map<String, Value>) {
    let required = match schema.get("required") {
        Some(Value::Array(required)) => required.clone(),
        _ => Vec::new(),
    };
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, property) in properties {
        // Beside a default, `null` is another value than nothing.
        let has_default = property.get("default").is_some_and(|default| !default.is_null());
        if !has_default && !required.iter().any(|required| required == name) {
            without_null(property);
            // Optional already says that nothing need be sent.
            if let Value::Object(property) = property
                && property.get("default") == Some(&Value::Null)
            {
                property.shift_remove("default");
            }
        }
    }
}

/// Takes `null` out of what a schema accepts, if it accepts anything else.
pub(crate) fn without_null(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    if let Some(Value::Array(types)) = members.get_mut("type")
        && types.iter().any(|name| name != "null")
    {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = members.get_mut("enum")
        && values.iter().any(|value| !value.is_null())
    {
        values.retain(|value| !value.is_null());
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(alternatives)) = members.get_mut(keyword) else { continue };
        if alternatives.iter().all(is_null) {
            continue;
        }
        alternatives.retain(|alternative| !is_null(alternative));
        let [Value::Object(only)] = alternatives.as_slice() else { continue };
        let only = only.clone();
        // Where both ask for something in one keyword, neither stands for the other.
        if only.keys().any(|it| it != keyword && asserts(it) && members.contains_key(it)) {
            continue;
        }
        members.shift_remove(keyword);
        for (name, value) in only {
            members.entry(name).or_insert(value);
        }
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

fn null_as_alternative(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else { return };
    if !types.iter().any(|name| name == "null") || types.iter().all(|name| name == "null") {
        return;
    }
    let mut own = Value::Object(std::mem::take(schema));
    let nothing = null_of(&own);
    without_null(&mut own);
    let Value::Object(mut own) = own else { return };
    if own.get("default") == Some(&Value::Null) {
        own.shift_remove("default");
    }
    let description = own.shift_remove("description");
    let default = own.shift_remove("default");
    schema.extend(description.map(|description| ("description".to_owned(), description)));
    schema.insert("anyOf".to_owned(), json!([own, nothing]));
    schema.extend(default.map(|default| ("default".to_owned(), default)));
}

/// What a schema says of `null`, if that is one of its types.
fn null_of(schema: &Value) -> Value {
    let mut null = json!({ "type": "null" });
    for keyword in IN_PLACE {
        if let Some(part) = schema.get(keyword) {
            null[keyword] = part.clone();
        }
    }
    let lists = |values: &Value| values.as_array().is_some_and(|it| it.contains(&Value::Null));
    if let Some(values) = schema.get("enum").filter(|values| !lists(values)) {
        null["enum"] = values.clone();
    }
    if let Some(only) = schema.get("const") {
        null["const"] = only.clone();
    }
    null
}

/// The words a value must be one of, for an argument that is completed from them.
pub(crate) fn words(schema: &Value) -> Option<Vec<String>> {
    let words = |values: &Vec<Value>| -> Option<Vec<String>> {
        values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
    };
    match (schema.get("enum"), schema.get("type").and_then(Value::as_str)) {
        (Some(Value::Array(values)), _) => words(values),
        (None, Some("boolean")) => Some(vec!["true".to_owned(), "false".to_owned()]),
        _ => None,
    }
}
