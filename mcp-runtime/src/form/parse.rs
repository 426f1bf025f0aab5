//! A JSON Schema → the fields of a form.

use serde_json::Value;

use super::field::{Choice, Field, Kind};
use crate::protocol::JsonObject;
use crate::schema::{self, Generator, asserts};

/// The formats of strings that forms have.
///
/// Spec: 2026-07-28, client/elicitation, Requested Schema.
const FORMATS: [&str; 4] = ["email", "uri", "date", "date-time"];

/// The fields, and everything in the schema that a form cannot have.
pub(super) fn fields(mut schema: Value, generator: &mut Generator) -> (Vec<Field>, Vec<String>) {
    let unreadable = schema::unchecked(&schema, &schema);
    let mut mistakes = Vec::new();
    if schema.get("type").is_none_or(|kind| kind != "object") {
        mistakes.push("the schema of a form has the type `object`".to_owned());
    }
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let properties =
        schema.get_mut("properties").and_then(Value::as_object_mut).map(std::mem::take);
    let properties = properties.unwrap_or_default();
    for name in &required {
        if name.as_str().is_some_and(|name| !properties.contains_key(name)) {
            mistakes.push(format!("the schema requires {name}, which is not in its `properties`"));
        }
    }
    let root = ["type", "properties", "required", "additionalProperties"];
    for (keyword, _) in schema.as_object().into_iter().flatten() {
        if asserts(keyword) && !root.contains(&keyword.as_str()) {
            mistakes.push(format!("`{keyword}` at the root: a form is a flat list of fields"));
        }
    }
    let mut fields = Vec::new();
    for (name, property) in properties {
        let is_required = required.iter().any(|required| *required == name);
        match field(&name, is_required, property, generator) {
            Ok(field) => fields.push(field),
            Err(wrong) => mistakes.push(format!("field `{name}`: {wrong}")),
        }
    }
    // Its advice is for schemas of tools, which have more keywords.
    if mistakes.is_empty() {
        mistakes = unreadable;
    }
    (fields, mistakes)
}

fn field(
    name: &str,
    is_required: bool,
    mut property: Value,
    generator: &mut Generator,
) -> Result<Field, String> {
    schema::without_null(&mut property);
    let text = |keyword: &str| property.get(keyword).and_then(Value::as_str).map(str::to_owned);
    let title = text("title");
    let description = text("description");
    let default = property.get("default").filter(|default| !default.is_null()).cloned();
    let kind = kind(property, generator)?;
    Ok(Field { name: name.to_owned(), is_required, title, description, default, kind })
}

fn kind(property: Value, generator: &mut Generator) -> Result<Kind, String> {
    if let Some(choices) = choices(&property) {
        only(&property, &["type", "enum", "enumNames", "oneOf", "anyOf", "const"])?;
        let is_named = property.get("enumNames").is_some();
        return Ok(if is_named { Kind::Named(choices) } else { Kind::One(choices) });
    }
    if property.get("type").is_some_and(|kind| kind == "array") {
        let choices = property.get("items").and_then(choices);
        let choices =
            choices.ok_or("a list in a form is a list of choices: `items` has an `enum`")?;
        let amounts = only(&property, &["minItems", "maxItems", "type", "items"])?;
        let is_amount = |(keyword, _): &(String, Value)| keyword.ends_with("Items");
        return Ok(Kind::Several(choices, amounts.into_iter().filter(is_amount).collect()));
    }
    let scalar = generator.tidied(property);
    let known: &[&str] = match scalar.get("type").and_then(Value::as_str) {
        Some("string") => &["type", "minLength", "maxLength", "format"],
        Some("integer" | "number") => &["type", "minimum", "maximum"],
        Some("boolean") => &["type"],
        _ => return Err("a field is a string, a number, a boolean or a list of choices".to_owned()),
    };
    let scalar = only(&scalar, known)?;
    match scalar.get("format").and_then(Value::as_str) {
        Some(format) if !FORMATS.contains(&format) => {
            Err(format!("a form has no format `{format}`; the formats are {}", FORMATS.join(", ")))
        }
        _ => Ok(Kind::Scalar(scalar)),
    }
}

/// The known keywords of a schema, which asserts nothing else.
fn only(schema: &Value, known: &[&str]) -> Result<JsonObject, String> {
    let mut kept = JsonObject::new();
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        if known.contains(&keyword.as_str()) {
            kept.insert(keyword.clone(), value.clone());
        } else if asserts(keyword) {
            return Err(format!("a form has no `{keyword}` here"));
        }
    }
    Ok(kept)
}

/// The strings that a schema accepts, if it lists them.
fn choices(schema: &Value) -> Option<Vec<Choice>> {
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array);
    if let Some(alternatives) = list("oneOf").or_else(|| list("anyOf")) {
        // `schemars` collects the variants without docs in one alternative.
        let choices: Option<Vec<Vec<Choice>>> = alternatives.iter().map(choices).collect();
        return choices.map(|choices| choices.into_iter().flatten().collect());
    }
    let values = match schema.get("const") {
        Some(only) => std::slice::from_ref(only),
        None => list("enum")?,
    };
    let names = list("enumNames");
    let own = title(schema).filter(|_| values.len() == 1 && schema.get("const").is_some());
    let choice = |(at, value): (usize, &Value)| {
        let name = names.and_then(|names| names.get(at)).and_then(Value::as_str);
        let title = name.map(str::to_owned).or_else(|| own.clone());
        Some(Choice { value: value.as_str()?.to_owned(), title })
    };
    values.iter().enumerate().map(choice).collect()
}

/// The title of a choice, or the first line of its docs without the full stop.
fn title(schema: &Value) -> Option<String> {
    let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
    let docs = || text("description")?.lines().next();
    let title = text("title").or_else(docs)?.trim();
    Some(title.strip_suffix('.').unwrap_or(title).to_owned())
}
