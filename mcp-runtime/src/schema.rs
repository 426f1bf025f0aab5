//! Rust type → JSON Schema as MCP hosts accept it, and what is wrong with a value that breaks it.
//!
//! Schemas are draft 2020-12 and made once, when the server is built: sub-schemas inlined, `$defs`
//! only for recursion, no `$schema`, no bare `true`, an optional member is one that is not
//! required.
//!
//! Spec: 2026-07-28, basic, JSON Schema Usage; server/tools.

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::completion::Completion;
use crate::protocol::PromptArgument;
use crate::tool::args::{Argument, Defaulted, Input, is_optional};

mod check;
mod expect;
mod property;
mod tidy;

pub(crate) use check::{mend, problems};
pub(crate) use expect::{Problem, nearest};
pub use property::{Measured, Property, Ranged, Textual};

/// Makes the schemas of one tool.
#[derive(Debug)]
pub struct Generator {
    schemars: SchemaGenerator,
    contract: Contract,
}

impl Generator {
    fn new(contract: Contract) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
            settings.contract = contract.clone();
        });
        Self { schemars: settings.into_generator(), contract }
    }

    /// For values that are read: what the type deserialises from.
    pub(crate) fn for_input() -> Self {
        Self::new(Contract::Deserialize)
    }

    /// For values that are written: what the type serialises to.
    pub(crate) fn for_output() -> Self {
        Self::new(Contract::Serialize)
    }

    /// The schema of a whole result.
    pub(crate) fn output<T: JsonSchema>(&mut self) -> Value {
        let mut schema = self.part::<T>();
        self.add_definitions(&mut schema);
        schema
    }

    /// A schema as `schemars` makes it, before it is tidied.
    fn raw<T: JsonSchema>(&mut self) -> Value {
        self.schemars.subschema_for::<T>().to_value()
    }

    fn part<T: JsonSchema>(&mut self) -> Value {
        let raw = self.raw::<T>();
        self.tidied(raw)
    }

    fn tidied(&self, mut schema: Value) -> Value {
        if self.contract.is_deserialize() {
            tidy::input(&mut schema);
        } else {
            tidy::output(&mut schema);
        }
        schema
    }

    /// Recursive types cannot be inlined: they stand under `$defs` of the root.
    fn add_definitions(&mut self, root: &mut Value) {
        let definitions = self.schemars.take_definitions(true);
        if definitions.is_empty() {
            return;
        }
        let definitions: Map<String, Value> =
            definitions.into_iter().map(|(name, schema)| (name, self.tidied(schema))).collect();
        if let Value::Object(root) = root {
            root.insert("$defs".to_owned(), Value::Object(definitions));
        }
    }
}

/// The arguments of one handler, while they are described.
#[derive(Debug)]
pub struct Inputs {
    generator: Generator,
    properties: Map<String, Value>,
    required: Vec<Value>,
    enforced: Vec<String>,
    completions: Vec<(String, Completion)>,
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
            mistakes: Vec::new(),
        }
    }

    /// An argument that must be sent, unless its type has a value for "absent" or more is said.
    pub fn argument<T: Argument>(
        &mut self,
        name: &'static str,
        description: &str,
    ) -> Property<'_, T> {
        self.property::<T>(name, description);
        if !is_optional::<T>() {
            self.required.push(name.into());
        }
        Property::new(self, name)
    }

    /// An argument that is `default()` when it is not sent; the schema says so.
    pub fn argument_or<T: Defaulted>(
        &mut self,
        name: &'static str,
        description: &str,
        default: fn() -> T,
    ) -> Property<'_, T> {
        self.property::<T>(name, description);
        Property::new(self, name).or(default)
    }

    fn property<T: Argument>(&mut self, name: &str, description: &str) {
        let raw = self.generator.raw::<T>();
        if check::says_more_than_its_type(&raw) {
            self.enforced.push(name.to_owned());
        }
        let mut schema = self.generator.tidied(raw);
        tidy::without_null(&mut schema);
        if let (false, Value::Object(schema)) = (description.is_empty(), &mut schema) {
            tidy::describe(schema, description);
        }
        if let Some(values) = tidy::words(&schema) {
            self.completions.push((name.to_owned(), Completion::OneOf(values)));
        }
        self.properties.insert(name.to_owned(), schema);
    }

    /// The schema of an argument that was described.
    fn schema_of(&mut self, name: &str) -> &mut Map<String, Value> {
        let schema = self.properties.entry(name).or_insert_with(|| json!({}));
        if !schema.is_object() {
            *schema = json!({});
        }
        schema.as_object_mut().expect("it was made an object above")
    }

    /// What cannot be said of an argument; the server is not built then.
    fn mistake(&mut self, name: &str, wrong: impl std::fmt::Display) {
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
        let mut schema = json!({ "type": "object" });
        if !self.properties.is_empty() {
            schema["properties"] = Value::Object(self.properties);
        }
        if !self.required.is_empty() {
            schema["required"] = Value::Array(self.required);
        }
        schema["additionalProperties"] = Value::Bool(false);
        self.generator.add_definitions(&mut schema);
        let Self { enforced, completions, mistakes, .. } = self;
        Input { schema, enforced, strict, completions, mistakes }
    }
}
