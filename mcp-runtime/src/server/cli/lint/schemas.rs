//! Rules about schemas. Output schemas are read by clients, and not by the APIs of models.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::super::offered::{Offered, entries, member};
use super::Findings;
use crate::schema::{asserts, definition, parts};

/// What some APIs of models take.
const DEEP: usize = 5;
const LARGE: usize = 100;

/// The formats that JSON Schema defines, which every validator knows.
const FORMATS: [&str; 19] = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uuid",
    "uri-template",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

type Members = Map<String, Value>;

/// Whether a schema, by itself, breaks a rule.
type Breaks = fn(&Members) -> bool;

pub(super) fn lint(offered: &Offered, findings: &mut Findings) {
    for tool in entries(&offered.lists, "tools") {
        let place = format!("tool `{}`", member(tool, "name"));
        let input = &tool["inputSchema"];
        if ["anyOf", "oneOf", "allOf"].iter().any(|keyword| input.get(*keyword).is_some()) {
            findings.add("root-choice", &place);
        }
        if depth(input) > DEEP {
            findings.add("deep-schema", format!("{place}: {} levels", depth(input)));
        }
        if is_recursive(input) {
            findings.add("recursive-schema", &place);
        }
        read_by_models(&place, input, findings);
        read_by_clients(&place, input, findings);
        if let Some(output) = tool.get("outputSchema") {
            read_by_clients(&format!("{place}, result"), output, findings);
        }
    }
}

/// What the APIs of models are known to refuse.
fn read_by_models(place: &str, root: &Value, findings: &mut Findings) {
    const RULES: [(&str, Breaks); 8] = [
        ("list-without-items", |schema| kind(schema) == "array" && !schema.contains_key("items")),
        ("reference", |schema| schema.contains_key("$ref")),
        ("untyped", |schema| !schema.keys().any(|keyword| asserts(keyword))),
        ("shapeless-object", is_shapeless),
        ("one-of", |schema| schema.contains_key("oneOf")),
        ("odd-pattern", |schema| text(schema, "pattern").is_some_and(has_look_around)),
        ("odd-enum", |schema| {
            values(schema).is_some_and(|values| !values.iter().all(Value::is_string))
        }),
        ("large-enum", |schema| values(schema).is_some_and(|values| values.len() > LARGE)),
    ];
    for (rule, is_broken) in RULES {
        let mut places = Vec::new();
        each(root, &mut |path, schema| {
            // Whether a tool has arguments is its own affair.
            let is_root = path.is_empty() && rule != "reference";
            if !is_root && is_broken(schema) {
                places.push(path.to_owned());
            }
        });
        findings.add_all(rule, place, &places);
    }
}

/// What clients are known to refuse.
fn read_by_clients(place: &str, root: &Value, findings: &mut Findings) {
    const RULES: [(&str, Breaks); 3] = [
        ("remote-reference", |schema| {
            text(schema, "$ref").is_some_and(|reference| !reference.starts_with('#'))
        }),
        ("type-list", |schema| schema.get("type").is_some_and(Value::is_array)),
        ("odd-format", |schema| {
            text(schema, "format").is_some_and(|format| !FORMATS.contains(&format))
        }),
    ];
    for (rule, is_broken) in RULES {
        let mut places = Vec::new();
        each(root, &mut |path, schema| {
            if is_broken(schema) {
                places.push(path.to_owned());
            }
        });
        findings.add_all(rule, place, &places);
    }
    let mut places = Vec::new();
    walk(root, "", &mut |path, schema| {
        if schema.is_boolean() {
            places.push(path.to_owned());
        }
    });
    findings.add_all("boolean-schema", place, &places);
}

/// Looks at a schema and all of its parts that are objects, with the path of the values they
/// describe.
pub(super) fn each(root: &Value, look: &mut impl FnMut(&str, &Members)) {
    walk(root, "", &mut |path, schema| {
        if let Value::Object(members) = schema {
            look(path, members);
        }
    });
}

fn walk(schema: &Value, path: &str, look: &mut impl FnMut(&str, &Value)) {
    look(path, schema);
    let Value::Object(members) = schema else { return };
    for (keyword, value) in members {
        // An object that is closed, or open, is not refused for saying so.
        if keyword == "additionalProperties" && value.is_boolean() {
            continue;
        }
        for (name, part) in parts(keyword, value) {
            let path = match keyword.as_str() {
                "properties" if path.is_empty() => name.to_owned(),
                "properties" => format!("{path}.{name}"),
                "items" | "prefixItems" | "contains" => format!("{path}[]"),
                "additionalProperties" | "patternProperties" | "propertyNames" => {
                    format!("{path}.*")
                }
                "$defs" => format!("$defs.{name}"),
                _ => path.to_owned(),
            };
            walk(part, &path, look);
        }
    }
}

/// How many objects and lists are inside one another.
fn depth(schema: &Value) -> usize {
    let Value::Object(members) = schema else { return 0 };
    let below =
        members.iter().filter(|(keyword, _)| *keyword != "$defs").map(|(keyword, value)| {
            let deepest = parts(keyword, value).map(|(_, part)| depth(part)).max().unwrap_or(0);
            let is_inside = matches!(
                keyword.as_str(),
                "properties" | "items" | "prefixItems" | "additionalProperties"
            );
            deepest + usize::from(is_inside && deepest > 0)
        });
    below.max().unwrap_or(0).max(1)
}

/// Whether a definition leads back to itself.
fn is_recursive(root: &Value) -> bool {
    let Some(Value::Object(definitions)) = root.get("$defs") else { return false };
    definitions.keys().any(|name| {
        let mut reached = BTreeSet::new();
        let mut next = vec![name.clone()];
        while let Some(here) = next.pop() {
            let Some(schema) = definitions.get(&here) else { continue };
            walk(schema, "", &mut |_, schema| {
                if let Some(name) = definition(schema)
                    && reached.insert(name.clone())
                {
                    next.push(name);
                }
            });
        }
        reached.contains(name)
    })
}

/// Whether an object may have any members, and none is named.
fn is_shapeless(schema: &Members) -> bool {
    const SHAPES: [&str; 7] =
        ["anyOf", "oneOf", "allOf", "$ref", "patternProperties", "propertyNames", "const"];
    let has_values = schema.get("additionalProperties").is_some_and(Value::is_object);
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    kind(schema) == "object"
        && named(schema, "properties").is_empty()
        && !(has_values || is_closed)
        && !SHAPES.iter().any(|keyword| schema.contains_key(*keyword))
}

/// Whether a pattern is beyond regular expressions that are linear in the text.
fn has_look_around(pattern: &str) -> bool {
    let has_back_reference = || {
        pattern.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && matches!(pair[1], b'1'..=b'9'))
    };
    ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|it| pattern.contains(it)) || has_back_reference()
}

pub(super) fn named<'a>(schema: &'a Members, keyword: &str) -> &'a Members {
    static NONE: LazyLock<Members> = LazyLock::new(Map::new);
    schema.get(keyword).and_then(Value::as_object).unwrap_or(&NONE)
}

fn kind(schema: &Members) -> &str {
    text(schema, "type").unwrap_or_default()
}

fn text<'a>(schema: &'a Members, keyword: &str) -> Option<&'a str> {
    schema.get(keyword).and_then(Value::as_str)
}

fn values(schema: &Members) -> Option<&Vec<Value>> {
    schema.get("enum").and_then(Value::as_array)
}
