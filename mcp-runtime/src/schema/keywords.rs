//! The keywords of a schema, in one table: which are checked, and how their values are read.
//!
//! A keyword that is published and not checked would be a promise that nobody keeps, so a schema
//! with one that is not in the table is refused when the server is built. `Tool::raw` is exempt:
//! its schemas are data.
//!
//! Spec: JSON Schema 2020-12, core and validation.

use serde_json::{Map, Value};

use super::{definition_named, format, readable_pattern};

/// What the value of a keyword is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// Schemas by name.
    Named,
    /// A value that the check compares with, of the given type.
    Bound(Of),
    /// Nothing that is asked of a value.
    Note,
}

/// The type of a keyword's own value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Any,
    Number,
    /// An integer of zero or more.
    Count,
    Text,
    Texts,
    TextsByName,
    Flag,
    List,
    /// The name of a type, or a list of them.
    Types,
}

const KEYWORDS: [(&str, Kind); 53] = [
    // Any value.
    ("type", Kind::Bound(Of::Types)),
    ("enum", Kind::Bound(Of::List)),
    ("const", Kind::Bound(Of::Any)),
    // Numbers.
    ("minimum", Kind::Bound(Of::Number)),
    ("maximum", Kind::Bound(Of::Number)),
    ("exclusiveMinimum", Kind::Bound(Of::Number)),
    ("exclusiveMaximum", Kind::Bound(Of::Number)),
    ("multipleOf", Kind::Bound(Of::Number)),
    // Texts.
    ("minLength", Kind::Bound(Of::Count)),
    ("maxLength", Kind::Bound(Of::Count)),
    ("pattern", Kind::Bound(Of::Text)),
    ("format", Kind::Bound(Of::Text)),
    // Lists.
    ("items", Kind::Schema),
    ("prefixItems", Kind::Schemas),
    ("minItems", Kind::Bound(Of::Count)),
    ("maxItems", Kind::Bound(Of::Count)),
    ("uniqueItems", Kind::Bound(Of::Flag)),
    ("contains", Kind::Schema),
    ("minContains", Kind::Bound(Of::Count)),
    ("maxContains", Kind::Bound(Of::Count)),
    // Objects.
    ("properties", Kind::Named),
    ("patternProperties", Kind::Named),
    ("additionalProperties", Kind::Schema),
    ("unevaluatedProperties", Kind::Schema),
    ("propertyNames", Kind::Schema),
    ("required", Kind::Bound(Of::Texts)),
    ("dependentRequired", Kind::Bound(Of::TextsByName)),
    ("dependentSchemas", Kind::Named),
    ("minProperties", Kind::Bound(Of::Count)),
    ("maxProperties", Kind::Bound(Of::Count)),
    // Other schemas for the same value.
    ("anyOf", Kind::Schemas),
    ("oneOf", Kind::Schemas),
    ("allOf", Kind::Schemas),
    ("not", Kind::Schema),
    ("if", Kind::Schema),
    ("then", Kind::Schema),
    ("else", Kind::Schema),
    ("$ref", Kind::Bound(Of::Text)),
    ("$defs", Kind::Named),
    // Notes for readers. The content keywords ask for nothing since 2019-09.
    ("title", Kind::Note),
    ("description", Kind::Note),
    ("default", Kind::Note),
    ("examples", Kind::Note),
    ("deprecated", Kind::Note),
    ("readOnly", Kind::Note),
    ("writeOnly", Kind::Note),
    ("contentEncoding", Kind::Note),
    ("contentMediaType", Kind::Note),
    ("contentSchema", Kind::Note),
    ("$comment", Kind::Note),
    ("$schema", Kind::Note),
    ("$id", Kind::Note),
    ("$anchor", Kind::Note),
];

/// Keywords of other drafts and of references that are not followed, and what to write instead.
const REFUSED: [(&str, &str); 10] = [
    ("unevaluatedItems", "write `items` or `maxItems`"),
    ("additionalItems", "draft 2020-12 has `prefixItems`, and `items` for the others"),
    ("dependencies", "draft 2020-12 has `dependentRequired` and `dependentSchemas`"),
    ("definitions", "draft 2020-12 has `$defs`"),
    ("nullable", "write `anyOf` with `{ \"type\": \"null\" }`"),
    ("divisibleBy", "draft 2020-12 has `multipleOf`"),
    ("disallow", "draft 2020-12 has `not`"),
    ("extends", "draft 2020-12 has `allOf`"),
    ("$dynamicRef", "write `$ref` to a member of `$defs`"),
    ("$recursiveRef", "write `$ref` to a member of `$defs`"),
];

fn kind(keyword: &str) -> Option<Kind> {
    KEYWORDS.iter().find(|(known, _)| *known == keyword).map(|(_, kind)| *kind)
}

/// Whether a keyword asks something of a value.
pub(crate) fn asserts(keyword: &str) -> bool {
    keyword != "$defs" && kind(keyword).is_some_and(|kind| kind != Kind::Note)
}

/// The schemas in the value of a keyword, by name where they have one.
#[cfg(feature = "cli")]
pub(crate) fn parts<'a>(
    keyword: &str,
    value: &'a Value,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let kind = kind(keyword);
    let one = (kind == Some(Kind::Schema)).then_some(("", value));
    let list = value.as_array().filter(|_| kind == Some(Kind::Schemas));
    let named = value.as_object().filter(|_| kind == Some(Kind::Named));
    let named = named.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema));
    one.into_iter().chain(list.into_iter().flatten().map(|schema| ("", schema))).chain(named)
}

/// What a published schema says and nobody would check, each with its place and advice. The `root`
/// is where definitions stand.
pub(crate) fn unchecked(root: &Value, schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(root, schema, &mut String::new(), &mut found);
    found
}

fn walk(root: &Value, schema: &Value, place: &mut String, found: &mut Vec<String>) {
    let Value::Object(members) = schema else {
        if !schema.is_boolean() {
            found.push(format!("{} is not a schema", shown(place)));
        }
        return;
    };
    for (keyword, value) in members {
        let length = place.len();
        place.push('/');
        place.push_str(keyword);
        let wrong = match kind(keyword) {
            Some(Kind::Schema) => {
                walk(root, value, place, found);
                None
            }
            Some(Kind::Schemas) => match value {
                Value::Array(list) if !list.is_empty() => {
                    for (index, schema) in list.iter().enumerate() {
                        below(root, schema, &index.to_string(), place, found);
                    }
                    None
                }
                _ => Some("expected a list of schemas".to_owned()),
            },
            Some(Kind::Named) => match value {
                Value::Object(named) => {
                    for (name, schema) in named {
                        below(root, schema, name, place, found);
                    }
                    None
                }
                _ => Some("expected schemas by name".to_owned()),
            },
            Some(Kind::Bound(of)) if !is(of, value) => Some(format!("got {value}")),
            Some(Kind::Bound(_)) => unchecked_value(root, keyword, value),
            Some(Kind::Note) => None,
            None => REFUSED
                .iter()
                .find(|(known, _)| known == keyword)
                .map(|(_, advice)| format!("it would be published and not checked; {advice}")),
        };
        found.extend(wrong.map(|wrong| format!("{}: {wrong}", shown(place))));
        if keyword == "patternProperties" {
            let patterns = value.as_object().into_iter().flat_map(Map::keys);
            found.extend(patterns.filter_map(|pattern| {
                let why = readable_pattern(pattern).err()?;
                Some(format!("{}: the pattern `{pattern}` {why}", shown(place)))
            }));
        }
        place.truncate(length);
    }
}

fn below(root: &Value, schema: &Value, step: &str, place: &mut String, found: &mut Vec<String>) {
    let length = place.len();
    place.push('/');
    place.push_str(step);
    walk(root, schema, place, found);
    place.truncate(length);
}

fn shown(place: &str) -> String {
    format!("the schema at `{}`", if place.is_empty() { "/" } else { place })
}

/// A value of the right type that means nothing to the check.
fn unchecked_value(root: &Value, keyword: &str, value: &Value) -> Option<String> {
    let text = value.as_str().unwrap_or_default();
    match keyword {
        "pattern" => {
            let why = readable_pattern(text).err()?;
            Some(format!("the pattern `{text}` {why}"))
        }
        "format" => {
            let why = format::unchecked(text)?;
            Some(format!("the format `{text}` {why}"))
        }
        "$ref" => {
            let is_there = definition_named(text)
                .is_some_and(|name| root.get("$defs").is_some_and(|it| it.get(&name).is_some()));
            let advice = "only `#/$defs/…` is followed, to a definition that is there";
            (!is_there).then(|| format!("`{text}` leads nowhere: {advice}"))
        }
        "multipleOf" if value.as_f64().is_none_or(|step| step <= 0.0) => {
            Some(format!("expected a number above 0; got {value}"))
        }
        _ => None,
    }
}

fn is(of: Of, value: &Value) -> bool {
    const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];
    let texts =
        |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let is_type = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    match of {
        Of::Any => true,
        Of::Number => value.is_number(),
        Of::Count => value.as_f64().is_some_and(|count| count >= 0.0 && count.fract() == 0.0),
        Of::Text => value.is_string(),
        Of::Texts => texts(value),
        Of::TextsByName => value.as_object().is_some_and(|named| named.values().all(texts)),
        Of::Flag => value.is_boolean(),
        Of::List => value.is_array(),
        Of::Types => match value {
            Value::Array(names) => !names.is_empty() && names.iter().all(is_type),
            name => is_type(name),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_nobody_checks_is_named_with_its_place_and_advice() {
        let schema = json!({
            "properties": { "a": { "unevaluatedItems": false }, "b": { "items": { "$ref": "#/x" } } },
            "anyOf": [{ "nullable": true }, { "minLength": -1 }, 5, { "multipleOf": 0 }],
            "x-ours": true, "contentEncoding": "base64",
        });
        let found = unchecked(&Value::Null, &schema);
        let expected = [
            "the schema at `/properties/a/unevaluatedItems`: it would be published and not checked; \
             write `items` or `maxItems`",
            "the schema at `/properties/b/items/$ref`: `#/x` leads nowhere: only `#/$defs/…` is \
             followed, to a definition that is there",
            "the schema at `/anyOf/0/nullable`: it would be published and not checked; write `anyOf` \
             with `{ \"type\": \"null\" }`",
            "the schema at `/anyOf/1/minLength`: got -1",
            "the schema at `/anyOf/2` is not a schema",
            "the schema at `/anyOf/3/multipleOf`: expected a number above 0; got 0",
        ];
        assert_eq!(found, expected);
    }
}
