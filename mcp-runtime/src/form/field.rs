//! One field, and its schema for each revision.

use serde_json::{Value, json};

use crate::protocol::{FormSchemas, JsonObject};

/// One field of a form.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) is_required: bool,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) default: Option<Value>,
    pub(super) kind: Kind,
}

/// What a field accepts.
#[derive(Debug)]
pub(super) enum Kind {
    /// A string, a number or a boolean: its `type` and the keywords of this type.
    Scalar(JsonObject),
    /// One of these.
    One(Vec<Choice>),
    /// One of these, whose author gave the titles as `enumNames`, which every revision has.
    Named(Vec<Choice>),
    /// Several of these; `minItems` and `maxItems`.
    Several(Vec<Choice>, JsonObject),
}

/// One value of an enum.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: Option<String>,
}

impl Field {
    /// The schema that is sent; `None` if the revision has none for this field.
    pub(super) fn requested(&self, schemas: FormSchemas) -> Option<Value> {
        let mut schema = self.typed(schemas)?;
        let mut says = |keyword: &str, value: Option<Value>| {
            schema.extend(value.map(|value| (keyword.to_owned(), value)));
        };
        says("title", self.title.clone().map(Value::from));
        says("description", self.description.clone().map(Value::from));
        let has_default = match schemas {
            FormSchemas::Basic => self.default.as_ref().is_some_and(Value::is_boolean),
            FormSchemas::Full => true,
        };
        says("default", self.default.clone().filter(|_| has_default));
        Some(schema.into())
    }

    fn typed(&self, schemas: FormSchemas) -> Option<JsonObject> {
        let schema = match (&self.kind, schemas) {
            (Kind::Scalar(schema), _) => return Some(schema.clone()),
            (Kind::One(choices), _) if !have_titles(choices) => one_of(choices),
            (Kind::One(choices), FormSchemas::Basic) | (Kind::Named(choices), _) => {
                json!({ "type": "string", "enum": values(choices), "enumNames": titles(choices) })
            }
            (Kind::One(choices), FormSchemas::Full) => {
                json!({ "type": "string", "oneOf": titled(choices) })
            }
            (Kind::Several(..), FormSchemas::Basic) => return None,
            (Kind::Several(choices, amounts), FormSchemas::Full) => {
                let items = if have_titles(choices) {
                    json!({ "anyOf": titled(choices) })
                } else {
                    one_of(choices)
                };
                list(&items, amounts)
            }
        };
        schema.as_object().cloned()
    }

    /// The schema that a value is checked against.
    pub(super) fn checked(&self) -> Value {
        let mut schema = match &self.kind {
            Kind::Scalar(schema) => schema.clone().into(),
            Kind::One(choices) | Kind::Named(choices) => one_of(choices),
            Kind::Several(choices, amounts) => list(&one_of(choices), amounts),
        };
        if let Some(default) = &self.default {
            schema["default"] = default.clone();
        }
        schema
    }
}

fn one_of(choices: &[Choice]) -> Value {
    json!({ "type": "string", "enum": values(choices) })
}

fn list(items: &Value, amounts: &JsonObject) -> Value {
    let mut list = json!({ "type": "array", "items": items });
    for (keyword, amount) in amounts {
        list[keyword] = amount.clone();
    }
    list
}

fn have_titles(choices: &[Choice]) -> bool {
    choices.iter().any(|choice| choice.title.is_some())
}

fn values(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.value.as_str()).collect()
}

fn titles(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(Choice::title).collect()
}

fn titled(choices: &[Choice]) -> Vec<Value> {
    let titled = |choice: &Choice| json!({ "const": choice.value, "title": choice.title() });
    choices.iter().map(titled).collect()
}

impl Choice {
    /// The title, or the value, because all of an enum have a title or none.
    fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.value)
    }
}
