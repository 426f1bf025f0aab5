//! Arguments that are not declared, for a tool that takes them all the same.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use super::{Arguments, Input, ReadSlot, Refused, Source, UNREADABLE, json};
use crate::schema::{Document, Problem, Problems};

impl Arguments<'_> {
    /// Fills every slot, and another one with a map of all that no slot is for.
    ///
    /// # Errors
    /// As [`read`](Self::read), and values that do not fit the map.
    pub fn read_with_rest(
        &self,
        slots: &mut [&mut dyn ReadSlot],
        rest: &mut dyn ReadSlot,
    ) -> Result<(), Refused> {
        self.read_with_care(slots, Some(rest))
    }

    /// Adds the value of an argument that is not declared, or says what is wrong with it.
    pub(super) fn add_to_rest(
        &self,
        rest: &mut Rest,
        name: &str,
        source: Source<'_>,
        problems: &mut Problems,
    ) {
        if !rest.is_first(name) {
            return problems.add(|| Problem::of_argument(name, "given twice"));
        }
        let schema = self.input.schema_of_rest();
        let sent = json(schema, source);
        let Some(document) = Document::read(&sent) else {
            return problems.add(|| Problem::of_argument(name, UNREADABLE));
        };
        let mended = self.mended(self.mend(source), schema, &document);
        let Some(document) = document.or(mended.as_deref()) else {
            return problems.add(|| Problem::of_argument(name, UNREADABLE));
        };
        let known = problems.count();
        self.check(schema, &document, name, problems);
        if problems.count() == known {
            rest.add(name, document.text());
        }
    }
}

/// The arguments that are not declared, as one JSON object: a map of values would take up to forty
/// times the memory.
pub(super) struct Rest {
    json: String,
    /// The hashes of the names. Two names of one hash are taken for one name: among a million that
    /// happens once in thirty million messages.
    names: HashSet<u64>,
    hasher: RandomState,
}

impl Rest {
    pub(super) fn new() -> Self {
        Self { json: "{".to_owned(), names: HashSet::new(), hasher: RandomState::new() }
    }

    fn is_first(&mut self, name: &str) -> bool {
        self.names.insert(self.hasher.hash_one(name))
    }

    fn add(&mut self, name: &str, value: &str) {
        if self.json.len() > 1 {
            self.json.push(',');
        }
        self.json.push_str(&Value::from(name).to_string());
        self.json.push(':');
        self.json.push_str(value);
    }

    pub(super) fn finish(mut self) -> String {
        self.json.push('}');
        self.json
    }
}

impl Input {
    fn schema_of_rest(&self) -> &Value {
        self.schema.get("additionalProperties").unwrap_or(&Value::Null)
    }
}
