//! Which objects of a schema are closed to members that they do not name.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::schema::definition;

/// Closes the objects in a schema that name their members and say nothing of others. A schema that
/// describes an object together with another schema cannot be closed: it would refuse the members
/// of the other one.
pub(super) fn close(schema: &mut Value, may_close: bool) {
    let Value::Object(members) = schema else { return };
    let is_alone = is_alone(members);
    for (keyword, value) in members.iter_mut() {
        match (keyword.as_str(), value) {
            ("anyOf" | "oneOf", Value::Array(alternatives)) => {
                for alternative in alternatives {
                    close(alternative, may_close && is_alone);
                }
            }
            ("allOf", Value::Array(parts)) => {
                for part in parts {
                    close(part, false);
                }
            }
            ("prefixItems", Value::Array(items)) => {
                for item in items {
                    close(item, true);
                }
            }
            ("items" | "additionalProperties" | "unevaluatedProperties", inner) => {
                close(inner, true);
            }
            ("properties" | "patternProperties", Value::Object(named)) => {
                for member in named.values_mut() {
                    close(member, true);
                }
            }
            _ => {}
        }
    }
    // An object that names no members at all may hold any.
    let is_struct = members.get("type").is_some_and(includes_object)
        && members.contains_key("properties")
        && !["additionalProperties", "unevaluatedProperties", "patternProperties"]
            .iter()
            .chain(&IN_PLACE)
            .any(|keyword| members.contains_key(*keyword));
    if is_struct && may_close {
        members.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

/// Keywords that apply other schemas to the same value.
pub(super) const IN_PLACE: [&str; 9] =
    ["anyOf", "oneOf", "allOf", "$ref", "not", "if", "then", "else", "dependentSchemas"];

/// Whether the alternatives of a schema describe the whole value: nothing beside them does.
fn is_alone(schema: &Map<String, Value>) -> bool {
    let names_members = schema
        .get("properties")
        .is_some_and(|properties| properties.as_object().is_none_or(|it| !it.is_empty()));
    let parts = IN_PLACE.iter().filter(|keyword| schema.contains_key(**keyword)).count();
    !names_members && !schema.contains_key("patternProperties") && parts == 1
}

/// The definitions that describe an object together with the schema that points at them.
pub(in crate::schema) fn parts(schema: &Value, is_part: bool, found: &mut HashSet<String>) {
    match schema {
        Value::Object(members) => {
            let is_part = is_part || !is_alone(members);
            if is_part {
                found.extend(definition(schema));
            }
            for (keyword, value) in members {
                match keyword.as_str() {
                    "anyOf" | "oneOf" => parts(value, is_part, found),
                    "allOf" | "not" | "if" | "then" | "else" => parts(value, true, found),
                    _ => parts(value, false, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|schema| parts(schema, is_part, found)),
        _ => {}
    }
}

fn includes_object(kind: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(includes_object),
        kind => kind == "object",
    }
}
