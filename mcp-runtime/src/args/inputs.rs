//! The arguments of a handler while they are described: their schemas, and what must be checked.

use serde_json::{Map, Value, json};

use super::completion::Completion;
use super::plain;
use super::property::Property;
use super::{Argument, Defaulted, Input, Mirrored, is_optional};
use crate::protocol::PromptArgument;
use crate::schema::{self, Generator, Shapes};

/// The arguments of one handler, while they are described.
#[derive(Debug)]
pub struct Inputs {
    generator: Generator,
    pub(super) properties: Map<String, Value>,
    pub(super) required: Vec<Value>,
    pub(super) enforced: Vec<String>,
    pub(super) completions: Vec<(String, Completion)>,
    /// The arguments that are structs of several, each with the names of its members.
    flattened: Vec<(&'static str, Vec<String>)>,
    /// The schema of arguments that are not declared, if there may be any.
    rest: Option<Value>,
    mistakes: Vec<String>,
}

impl Inputs {
    pub(crate) fn new() -> Self {
        Self {
            generator: Generator::for_input(),
            properties: Map::new(),
            required: Vec::new(),
            enforced: Vec::new(),
            completions: Vec::new(),
            flattened: Vec::new(),
            rest: None,
            mistakes: Vec::new(),
        }
    }

    /// An argument that must be sent, unless its type has a value for "absent" or more is said.
    pub fn argument<T: Argument>(
        &mut self,
        name: &'static str,
        description: &str,
    ) -> Property<'_, T> {
        self.described(name, description, |_| None)
    }

    /// The same for an argument with values in its schema: a default, or an example.
    pub fn shown_argument<T: Defaulted>(
        &mut self,
        name: &'static str,
        description: &str,
    ) -> Property<'_, T> {
        self.described(name, description, |value| serde_json::to_value(value).ok())
    }

    fn described<T: Argument>(
        &mut self,
        name: &'static str,
        description: &str,
        write: fn(T) -> Option<Value>,
    ) -> Property<'_, T> {
        let raw = self.generator.raw::<T>();
        self.property(name, description, raw);
        if !plain::keeps_its_schema::<T>() {
            self.enforced.push(name.to_owned());
        }
        if !is_optional::<T>() {
            self.required.push(name.into());
        }
        Property::new(self, name, write)
    }

    /// A struct whose members are arguments of their own.
    pub fn flatten<T: Argument>(&mut self, name: &'static str) {
        let raw = self.generator.raw::<T>();
        let schema = self.generator.tidied(raw);
        let Some(members) = members_of(&schema) else {
            let wrong = "`flatten` takes a struct with named fields that lists all its members";
            return self.mistake(name, wrong);
        };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut names = Vec::new();
        for (member, described) in members {
            if self.properties.contains_key(member) {
                self.mistake(member, format_args!("there already, and a member of `{name}`"));
            }
            if let Some(values) = schema::words(described) {
                self.completions.push((member.clone(), Completion::OneOf(values)));
            }
            self.properties.insert(member.clone(), described.clone());
            names.push(member.clone());
        }
        self.required.extend(required.cloned());
        self.enforced.extend(names.iter().cloned());
        self.flattened.push((name, names));
    }

    /// A map of all arguments that are not declared.
    pub fn rest<T: Argument>(&mut self, name: &'static str, description: &str) {
        let raw = self.generator.raw::<T>();
        // A struct without members says nothing of others, and a map does.
        let is_open = raw == Value::Bool(true) || raw.get("additionalProperties").is_some();
        let mut map = self.generator.tidied(raw);
        schema::without_null(&mut map);
        match values_of(&map).filter(|_| is_open) {
            Some(mut values) => {
                if let (false, Value::Object(members)) = (description.is_empty(), &mut values) {
                    schema::describe(members, description);
                }
                self.rest = Some(values);
            }
            None => self.mistake(name, "`rest` takes a map from texts, as `HashMap<String, T>` is"),
        }
    }

    /// Describes an argument whose type has this schema.
    fn property(&mut self, name: &str, description: &str, raw: Value) {
        let flattened =
            self.flattened.iter().find(|(_, members)| members.iter().any(|it| it == name));
        if let Some(&(parameter, _)) = flattened {
            self.mistake(name, format_args!("there already, and a member of `{parameter}`"));
        }
        let mut described = self.generator.tidied(raw);
        schema::without_null(&mut described);
        if let (false, Value::Object(members)) = (description.is_empty(), &mut described) {
            schema::describe(members, description);
        }
        if let Some(values) = schema::words(&described) {
            self.completions.push((name.to_owned(), Completion::OneOf(values)));
        }
        self.properties.insert(name.to_owned(), described);
    }

    /// The schema of an argument that was described.
    pub(super) fn schema_of(&mut self, name: &str) -> &mut Map<String, Value> {
        let schema = self.properties.entry(name).or_insert_with(|| json!({}));
        if !schema.is_object() {
            *schema = json!({});
        }
        schema.as_object_mut().expect("it was made an object above")
    }

    /// What cannot be said of an argument; the server is not built then.
    pub(super) fn mistake(&mut self, name: &str, wrong: impl std::fmt::Display) {
        self.mistakes.push(format!("argument `{name}`: {wrong}"));
    }

    /// The arguments as `prompts/list` publishes them.
    pub(crate) fn prompt_arguments(&self) -> Vec<PromptArgument> {
        let described = |schema: &Value| schema.get("description")?.as_str().map(str::to_owned);
        self.properties
            .iter()
            .map(|(name, schema)| PromptArgument {
                description: described(schema),
                required: self.required.iter().any(|required| required == name).then_some(true),
                ..PromptArgument::new(name)
            })
            .collect()
    }

    pub(crate) fn finish(mut self, strict: bool) -> Input {
        // Some hosts refuse an object without `properties`, and with it every tool of the session.
        let mut schema = json!({ "type": "object", "properties": self.properties });
        if !self.required.is_empty() {
            schema["required"] = Value::Array(self.required);
        }
        // Values of any kind go without saying: an object is open unless it is closed, several
        // hosts refuse a bare `true`, and others warn about `{}`.
        match self.rest {
            Some(Value::Object(values)) if values.keys().all(|it| it == "description") => {
                schema.as_object_mut().into_iter().for_each(|schema| schema.extend(values.clone()));
            }
            rest => schema["additionalProperties"] = rest.unwrap_or(Value::Bool(false)),
        }
        self.generator.add_definitions(&mut schema);
        let Self { enforced, completions, flattened, mut mistakes, .. } = self;
        let nowhere_checked = schema::unchecked(&schema, &schema);
        // What cannot be read cannot be held against a value either.
        if nowhere_checked.is_empty() {
            mistakes.extend(unfit_values(&schema));
        }
        mistakes.extend(nowhere_checked);
        mistakes.extend(unknown_others(&schema, &completions));
        let mirrored = Mirrored::of(&schema);
        mistakes.extend(Mirrored::mistakes(&schema));
        let shapes = |name: String| {
            let property = schema.get("properties").and_then(|it| it.get(&name));
            let shapes = Shapes::new(&schema, property.unwrap_or(&Value::Null));
            (name, shapes)
        };
        let enforced = enforced.into_iter().map(shapes).collect();
        Input { schema, enforced, strict, mirrored, completions, flattened, mistakes }
    }
}

/// Defaults and examples that their own schema refuses.
fn unfit_values(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut mistakes = Vec::new();
    for (name, property) in properties.into_iter().flatten() {
        let examples = property.get("examples").and_then(Value::as_array);
        let shown = property.get("default").into_iter().map(|value| ("default", value));
        for (key, value) in
            shown.chain(examples.into_iter().flatten().map(|value| ("example", value)))
        {
            let problems = schema::problems(schema, property, value, name);
            mistakes
                .extend(problems.worded().iter().map(|problem| format!("the {key} of {problem}")));
        }
    }
    mistakes
}

/// Other arguments that functions ask for by a name that is a slip. A name that is like no other is
/// none: a function may complete arguments of several handlers, and not all have all.
fn unknown_others(schema: &Value, completions: &[(String, Completion)]) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let names = || properties.into_iter().flat_map(|it| it.keys()).map(String::as_str);
    let mut mistakes = Vec::new();
    for (name, completion) in completions {
        let Completion::Function(function) = completion else { continue };
        for other in function.others.iter().filter(|other| !names().any(|name| name == **other)) {
            mistakes.extend(schema::nearest(other, names()).map(|near| {
                format!(
                    "argument `{name}`: its completion ({}) asks for `{other}`, and there is no \
                     such argument; did you mean `{near}`?",
                    function.at
                )
            }));
        }
    }
    mistakes
}

/// The members of a struct, if the schema is that of one which takes no others.
fn members_of(schema: &Value) -> Option<&Map<String, Value>> {
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let is_choice = ["anyOf", "oneOf", "allOf"].iter().any(|word| schema.get(word).is_some());
    schema.get("properties")?.as_object().filter(|_| is_closed && !is_choice)
}

/// The schema of a map's values, if the schema is that of a map with any keys.
fn values_of(map: &Value) -> Option<Value> {
    let says = |keyword: &str| map.get(keyword);
    let is_map = says("type").is_none_or(|kind| kind == "object")
        && ["properties", "patternProperties", "anyOf", "oneOf", "$ref"]
            .iter()
            .all(|keyword| says(keyword).is_none());
    match says("additionalProperties") {
        _ if !is_map => None,
        Some(Value::Bool(false)) => None,
        Some(values @ Value::Object(_)) => Some(values.clone()),
        _ => Some(json!({})),
    }
}
