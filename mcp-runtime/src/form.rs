//! Forms: a struct that a user fills in, its schema for each revision, and the check of an answer.
//!
//! Spec: 2026-07-28, client/elicitation, Form Mode.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::protocol::{FormSchemas, JsonObject, ProtocolVersion};
use crate::schema::{self, Document, Generator, Mend, Problem};

mod field;
mod parse;

use field::Field;

/// A struct that a user fills in, made by [`#[form]`](macro@crate::form).
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// #[form]
/// struct Contact {
///     /// Your full name.
///     name: String,
/// }
///
/// fn is_a_form<F: Form>() {}
/// is_a_form::<Contact>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a form",
    label = "a user cannot fill this in",
    note = "put `#[form]` on a struct whose fields the user fills in"
)]
pub trait Form: DeserializeOwned + Send + 'static {
    /// The fields.
    #[doc(hidden)]
    fn shape() -> FormShape;
}

/// The type of a field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a form",
    label = "a user cannot fill this in",
    note = "a field is a `String`, a number, a `bool`, an enum, a `Vec` of an enum, or an `Option` of one of these; put `#[form]` on the enum, whose variants have no data"
)]
pub trait FormField {}

/// An enum whose variants have no data.
pub trait FormChoice: FormField {}

macro_rules! fields {
    ($($field:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl FormField for $field {}
    )*};
}
fields!(String bool i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64);

#[cfg(feature = "jiff")]
fields!(jiff::civil::Date jiff::Timestamp);

#[diagnostic::do_not_recommend]
impl<T: FormChoice> FormField for Vec<T> {}

#[diagnostic::do_not_recommend]
impl<T: FormField> FormField for Option<T> {}

/// Asks whether a type can be a field of a form; expanded code calls it for every field.
pub fn field<T: FormField>() {}

/// The shape of one form, made when it is first asked for.
#[derive(Debug)]
pub struct KeptShape(OnceLock<FormShape>);

impl KeptShape {
    /// A shape that is not made yet.
    #[expect(clippy::new_without_default, reason = "it is for statics, which need a `const fn`")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The shape of `T`.
    pub fn of<T: JsonSchema>(&self) -> FormShape {
        let make = || {
            let mut generator = Generator::for_input();
            let raw = generator.raw::<T>();
            FormShape::new(raw, &mut generator)
        };
        self.0.get_or_init(make).clone()
    }
}

/// The fields of a form. A clone is cheap.
#[derive(Debug, Clone)]
pub struct FormShape(Arc<Shape>);

#[derive(Debug)]
struct Shape {
    fields: Vec<Field>,
    /// The schema that answers are checked against.
    schema: Value,
    /// Why this is not a form.
    mistakes: Vec<String>,
}

// Hidden and not private, so that the tests can hold them against the official schemas.
#[doc(hidden)]
impl FormShape {
    /// A form by a JSON Schema that its author wrote.
    pub fn of_schema(schema: Value) -> Self {
        Self::new(schema, &mut Generator::for_input())
    }

    /// The `requestedSchema` for a protocol version.
    ///
    /// # Errors
    /// What the version has no schema for, or why this is not a form.
    pub fn requested(&self, version: ProtocolVersion) -> Result<Value, String> {
        if !self.0.mistakes.is_empty() {
            return Err(self.0.mistakes.join("\n"));
        }
        let none = || format!("protocol version {version} has no forms");
        let schemas = FormSchemas::of(version).ok_or_else(none)?;
        let properties = self.0.fields.iter().map(|field| {
            let requested = field.requested(schemas).ok_or_else(|| {
                let name = &field.name;
                format!("`{name}` is a list, and forms of protocol version {version} have none")
            });
            Ok((field.name.clone(), requested?))
        });
        let properties = properties.collect::<Result<JsonObject, String>>()?;
        Ok(object(&self.0.fields, &properties))
    }

    /// The answer, with strings in place of numbers and booleans converted, defaults filled in, and
    /// members that are not fields left out.
    ///
    /// # Errors
    /// What does not fit, a line for each problem.
    pub fn check(&self, content: &JsonObject) -> Result<JsonObject, String> {
        let Shape { fields, schema, .. } = &*self.0;
        let mut content = converted(schema, content);
        let mut answer = JsonObject::new();
        let mut problems = Vec::new();
        for field in fields {
            let name = &field.name;
            match content.shift_remove(name).filter(|value| !value.is_null()) {
                Some(value) => {
                    let own = &schema["properties"][name];
                    let found = schema::problems(schema, own, &value, name);
                    problems.extend(found.worded().iter().map(ToString::to_string));
                    answer.insert(name.clone(), value);
                }
                None => match &field.default {
                    Some(default) => drop(answer.insert(name.clone(), default.clone())),
                    None if field.is_required => {
                        problems.push(Problem::of_argument(name, "missing").to_string());
                    }
                    None => {}
                },
            }
        }
        if problems.is_empty() { Ok(answer) } else { Err(problems.join("\n")) }
    }
}

impl FormShape {
    fn new(schema: Value, generator: &mut Generator) -> Self {
        let (fields, mistakes) = parse::fields(schema, generator);
        let checked = fields.iter().map(|field| (field.name.clone(), field.checked()));
        let schema = object(&fields, &checked.collect());
        let mut shape = Shape { fields, schema, mistakes };
        // A schema that cannot be read cannot be held against a default either.
        if shape.mistakes.is_empty() {
            shape.mistakes = unfit_defaults(&shape);
        }
        Self(Arc::new(shape))
    }
}

/// Defaults that the field's own schema refuses.
fn unfit_defaults(shape: &Shape) -> Vec<String> {
    let mut mistakes = Vec::new();
    for field in &shape.fields {
        let Some(default) = &field.default else { continue };
        let own = &shape.schema["properties"][&field.name];
        let problems = schema::problems(&shape.schema, own, default, &field.name);
        mistakes
            .extend(problems.worded().iter().map(|problem| format!("the default of {problem}")));
    }
    mistakes
}

/// An object with these properties.
fn object(fields: &[Field], properties: &JsonObject) -> Value {
    let required = fields.iter().filter(|field| field.is_required);
    let required: Vec<&str> = required.map(|field| field.name.as_str()).collect();
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

/// The answer with what the schema wants in place of what can be taken for it.
fn converted(schema: &Value, content: &JsonObject) -> JsonObject {
    let text = json!(content).to_string();
    let mended =
        Document::read(&text).and_then(|it| schema::mend(Mend::Texts, schema, schema, &it));
    let mended = mended.and_then(|text| serde_json::from_str(&text).ok());
    mended.unwrap_or_else(|| content.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a form under the newest version.
    fn refused(schema: Value) -> String {
        FormShape::of_schema(schema).requested(ProtocolVersion::ALL[0]).unwrap_err()
    }

    fn answer(content: Value) -> JsonObject {
        serde_json::from_value(content).unwrap()
    }

    fn everything() -> FormShape {
        FormShape::of_schema(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Everything",
            "type": "object",
            "properties": {
                "name": { "type": "string", "minLength": 2, "title": "Name" },
                "email": { "type": "string", "format": "email" },
                "age": { "type": "integer", "minimum": 0 },
                "ratio": { "type": "number", "default": 0.5 },
                "news": { "type": "boolean", "default": true },
                "plan": { "enum": ["basic", "full"] },
                "days": { "type": "array", "items": { "enum": ["mon", "tue"] }, "maxItems": 1 },
            },
            "required": ["name", "age"],
            "additionalProperties": false,
        }))
    }

    #[test]
    fn an_answer_that_fits_has_defaults_and_values_of_the_right_type() {
        let content = json!({
            "name": "Ada", "age": "36", "news": "false", "email": "", "plan": null,
            "days": "[\"mon\"]", "unknown": [{}],
        });
        let expected =
            json!({ "name": "Ada", "age": 36, "ratio": 0.5, "news": false, "days": ["mon"] });
        assert_eq!(everything().check(&answer(content)), Ok(answer(expected)));
    }

    #[test]
    fn fractions_are_numbers_and_whole_fractions_are_integers() {
        let content = answer(json!({ "name": "Ada", "age": 36.0, "ratio": 0.25 }));
        let checked = everything().check(&content).unwrap();
        assert_eq!((&checked["age"], &checked["ratio"]), (&json!(36), &json!(0.25)));
    }

    #[test]
    fn every_problem_of_an_answer_is_a_line() {
        let content = json!({
            "name": "A", "email": "ada", "age": 1.5, "ratio": "much", "news": [], "plan": "Full",
            "days": ["mon", "wed"],
        });
        let expected = "\
            `name`: expected a string of at least 2 characters; got \"A\"\n\
            `email`: expected an e-mail address; got \"ada\"\n\
            `age`: expected an integer of 0 or more; got 1.5\n\
            `ratio`: expected a number; got \"much\"\n\
            `news`: expected true or false; got []\n\
            `plan`: expected one of basic, full; got \"Full\"\n\
            `days`: expected a list of at most 1; got [\"mon\",\"wed\"]";
        assert_eq!(everything().check(&answer(content)).unwrap_err(), expected);
        let missing = everything().check(&answer(json!({ "name": null }))).unwrap_err();
        assert_eq!(missing, "`name`: missing\n`age`: missing");
        let content = answer(json!({ "name": "Ada", "age": 1, "days": ["wed"] }));
        let wrong = everything().check(&content).unwrap_err();
        assert_eq!(wrong, "`days[0]`: expected one of mon, tue; got \"wed\"");
    }

    #[test]
    fn a_hostile_answer_is_refused_in_a_few_lines() {
        let many: Vec<Value> = (0..100_000).map(Value::from).collect();
        let days = json!({ "type": "array", "items": { "enum": ["mon"] } });
        let schema = json!({ "type": "object", "properties": { "days": days } });
        let form = FormShape::of_schema(schema);
        let wrong = form.check(&answer(json!({ "days": many, "\u{0}": "\n" }))).unwrap_err();
        assert!(wrong.lines().count() <= 20, "{wrong}");
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        assert!(form.check(&answer(json!({ "days": deep }))).is_err());
    }

    #[test]
    fn nothing_but_flat_fields_and_keywords_of_forms_is_accepted() {
        for (field, wrong) in [
            (json!({ "type": "string", "pattern": "^a" }), "a form has no `pattern` here"),
            (
                json!({ "type": "number", "exclusiveMinimum": 0 }),
                "a form has no `exclusiveMinimum` here",
            ),
            (
                json!({ "type": "string", "format": "uuid" }),
                "a form has no format `uuid`; the formats are email, uri, date, date-time",
            ),
            (
                json!({ "type": "object", "properties": {} }),
                "a field is a string, a number, a boolean or a list of choices",
            ),
            (json!({}), "a field is a string, a number, a boolean or a list of choices"),
            (
                json!({ "type": ["string", "number"] }),
                "a field is a string, a number, a boolean or a list of choices",
            ),
            (
                json!({ "type": "array", "items": { "type": "string" } }),
                "a list in a form is a list of choices: `items` has an `enum`",
            ),
            (
                json!({ "type": "array", "items": { "enum": ["a"] }, "uniqueItems": true }),
                "a form has no `uniqueItems` here",
            ),
            (
                json!({ "enum": [1] }),
                "a field is a string, a number, a boolean or a list of choices",
            ),
        ] {
            let schema = json!({ "type": "object", "properties": { "a": field } });
            assert_eq!(refused(schema), format!("field `a`: {wrong}"));
        }
    }

    #[test]
    fn mistakes_in_a_schema_are_named_all_at_once() {
        let schema = json!({
            "type": "object",
            "properties": { "a": { "type": "object" }, "b": { "type": "integer", "const": 1 } },
            "required": ["c"],
            "anyOf": [{}],
        });
        assert_eq!(refused(schema).lines().count(), 4);
        for schema in [json!(true), json!({}), json!({ "type": "string" })] {
            assert!(refused(schema).ends_with("the schema of a form has the type `object`"));
        }
        let unreadable = json!({ "a": { "type": "string", "minLength": -1 } });
        let unreadable = json!({ "type": "object", "properties": unreadable });
        assert_eq!(refused(unreadable), "the schema at `/properties/a/minLength`: got -1");
        let unfit = json!({ "a": { "type": "integer", "minimum": 1, "default": 0 } });
        let unfit = json!({ "type": "object", "properties": unfit });
        assert_eq!(refused(unfit), "the default of `a`: expected an integer of 1 or more; got 0");
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn dates_and_times_are_fields() {
        #[crate::form(crate = crate)]
        struct Stay {
            from: jiff::civil::Date,
            until: Option<jiff::Timestamp>,
        }
        let shape = Stay::shape();
        let requested = shape.requested(ProtocolVersion::ALL[0]).unwrap();
        let expected = json!({
            "type": "object",
            "properties": {
                "from": { "type": "string", "format": "date" },
                "until": { "type": "string", "format": "date-time" },
            },
            "required": ["from"],
        });
        assert_eq!(requested, expected);
        let content = answer(json!({ "from": "2026-02-30", "until": "" }));
        assert!(shape.check(&content).unwrap_err().starts_with("`from`: expected a date"));
        let content = answer(json!({ "from": "2026-02-28", "until": "" }));
        let stay: Stay = serde_json::from_value(json!(shape.check(&content).unwrap())).unwrap();
        assert_eq!((stay.from.day(), stay.until), (28, None));
    }
}
