//! Rust type → JSON Schema as MCP hosts accept it, and what is wrong with a value that breaks it.
//!
//! Schemas are draft 2020-12 and made once, when the server is built: sub-schemas inlined, `$defs`
//! only for recursion, no `$schema`, no bare `true`, an optional member is one that is not
//! required.
//!
//! Spec: 2026-07-28, basic, JSON Schema Usage; server/tools.

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::uri_template::percent_decoded;

mod check;
mod expect;
mod format;
mod mend;
mod number;
mod path;
mod stream;
mod tidy;

pub(crate) use check::{
    is_read_loosely, patterns, problems, readable_pattern, says_more_than_its_type,
};
pub(crate) use expect::{Problem, Problems, nearest};
pub(crate) use mend::{Mend, may_be_text, mend};
pub(crate) use stream::{is_readable, problems_of_json};
pub(crate) use tidy::{describe, without_null, words};

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
        tidy::open_root(&mut schema);
        schema
    }

    /// A schema as `schemars` makes it, before it is tidied.
    pub(crate) fn raw<T: JsonSchema>(&mut self) -> Value {
        self.schemars.subschema_for::<T>().to_value()
    }

    fn part<T: JsonSchema>(&mut self) -> Value {
        let raw = self.raw::<T>();
        self.tidied(raw)
    }

    pub(crate) fn tidied(&self, mut schema: Value) -> Value {
        if self.contract.is_deserialize() {
            tidy::input(&mut schema);
        } else {
            tidy::output(&mut schema);
        }
        schema
    }

    /// Recursive types cannot be inlined: they stand under `$defs` of the root.
    pub(crate) fn add_definitions(&mut self, root: &mut Value) {
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

/// The name of the definition that a schema points at.
///
/// Spec: RFC 6901, 6: a pointer in a URI is percent-encoded, and `~` and `/` in it are escaped.
fn definition(schema: &Value) -> Option<String> {
    let pointer = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
    let name = percent_decoded(pointer)?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}
