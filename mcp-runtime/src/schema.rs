//! Rust type → JSON Schema as MCP hosts accept it, and what is wrong with a value that breaks it.
//!
//! Schemas are draft 2020-12 and made once, when the server is built: sub-schemas inlined, `$defs`
//! only for recursion, no `$schema`, no bare `true`, an optional member is one that is not
//! required.
//!
//! Spec: 2026-07-28, basic, JSON Schema Usage; server/tools.

use std::collections::HashSet;

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::uri_template::percent_decoded;

mod check;
mod compare;
mod document;
mod excerpt;
mod expect;
mod facts;
mod format;
mod keywords;
mod mend;
mod number;
mod path;
mod promise;
mod tidy;

pub(crate) use check::{problems, problems_of};
#[cfg(feature = "cli")]
pub(crate) use compare::order;
pub(crate) use document::Document;
pub(crate) use expect::{Problem, Problems, nearest};
pub(crate) use facts::{Patterns, readable_pattern};
#[cfg(feature = "cli")]
pub(crate) use keywords::parts;
pub(crate) use keywords::{asserts, unchecked};
pub(crate) use mend::{Mend, may_be_text, mend};
pub(crate) use promise::{Promise, Shapes};
pub(crate) use tidy::{describe, without_null, words};

/// Makes the schemas of one tool.
#[derive(Debug)]
pub struct Generator {
    schemars: SchemaGenerator,
    contract: Contract,
    /// The definitions that describe an object together with another schema.
    parts: HashSet<String>,
}

impl Generator {
    fn new(contract: Contract) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
            settings.contract = contract.clone();
        });
        Self { schemars: settings.into_generator(), contract, parts: HashSet::new() }
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

    pub(crate) fn tidied(&mut self, mut schema: Value) -> Value {
        tidy::parts(&schema, false, &mut self.parts);
        self.tidied_part(&mut schema, false);
        schema
    }

    fn tidied_part(&self, schema: &mut Value, is_part: bool) {
        if self.contract.is_deserialize() {
            tidy::input(schema, is_part);
        } else {
            tidy::output(schema);
        }
    }

    /// Recursive types cannot be inlined: they stand under `$defs` of the root.
    pub(crate) fn add_definitions(&mut self, root: &mut Value) {
        let mut definitions = self.schemars.take_definitions(true);
        if definitions.is_empty() {
            return;
        }
        for schema in definitions.values() {
            tidy::parts(schema, false, &mut self.parts);
        }
        for (name, schema) in &mut definitions {
            self.tidied_part(schema, self.parts.contains(name));
        }
        if let Value::Object(root) = root {
            root.insert("$defs".to_owned(), Value::Object(definitions));
        }
    }
}

/// The name of the definition that a schema points at.
///
/// Spec: RFC 6901, 6: a pointer in a URI is percent-encoded, and `~` and `/` in it are escaped.
pub(crate) fn definition(schema: &Value) -> Option<String> {
    definition_named(schema.get("$ref")?.as_str()?)
}

fn definition_named(pointer: &str) -> Option<String> {
    let name = percent_decoded(pointer.strip_prefix("#/$defs/")?)?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}
