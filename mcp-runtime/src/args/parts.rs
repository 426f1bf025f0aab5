//! Parameters that take several arguments: a struct of some, or a map of all that are not declared.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use super::{Arguments, Input, ReadSlot, Refused, Source, UNREADABLE, json};
use crate::schema::{Document, Problem, Problems};

impl Arguments<'_> {
    /// Fills every slot, the slots of structs with their members, and `rest` with a map of all that
    /// no slot is for.
    ///
    /// # Errors
    /// As [`read`](Self::read), of the members too, and values that do not fit the map.
    pub fn read_parts(
        &self,
        slots: &mut [&mut dyn ReadSlot],
        flattened: &mut [&mut dyn ReadSlot],
        rest: Option<&mut dyn ReadSlot>,
    ) -> Result<(), Refused> {
        self.read_with_care(slots, flattened, rest)
    }

    /// Adds the value of one argument, which has this schema, or says what is wrong with it.
    pub(super) fn add_to_part(
        &self,
        part: &mut Part,
        schema: &Value,
        name: &str,
        source: Source<'_>,
        problems: &mut Problems,
    ) {
        if !part.is_first(name) {
            return problems.add(|| Problem::of_argument(name, "given twice"));
        }
        let sent = json(schema, source);
        let Some(document) = Document::read(&sent) else {
            return problems.add(|| Problem::of_argument(name, UNREADABLE));
        };
        if self.is_absent(name, schema, source, &document) {
            return;
        }
        // Only the type knows whether it reads a number where its schema has a text.
        if self.is_number_for_text(name, document.text()) {
            part.numbers.push((name.to_owned(), document.text().to_owned()));
            return part.add(name, document.text());
        }
        let mended = self.mended(self.mend(source), schema, &document);
        let Some(document) = document.or(mended.as_deref()) else {
            return problems.add(|| Problem::of_argument(name, UNREADABLE));
        };
        let known = problems.count();
        self.check(schema, &document, name, problems);
        if problems.count() == known {
            part.add(name, document.text());
        }
    }

    /// Reads the arguments of one part, unless something is wrong already.
    pub(super) fn read_part(
        &self,
        slot: &mut dyn ReadSlot,
        mut part: Part,
        problems: &mut Problems,
    ) {
        let names = self.input.parts(slot.name()).filter(|name| part.has(name));
        let names: Vec<&str> = names.collect();
        let numbers = std::mem::take(&mut part.numbers);
        if numbers.is_empty() && !problems.is_empty() {
            return;
        }
        let Err(error) = slot.read(Source::Json(&part.finish())) else { return };
        // Which of the numbers the type refuses is not known.
        for (name, sent) in &numbers {
            if let Some(document) = Document::read(sent) {
                self.check(self.input.schema_of(name), &document, name, problems);
            }
        }
        if problems.is_empty() {
            problems.add(|| Problem::refused_together(&names, &error));
        }
    }

    /// Whether a value says that a declared argument is not there: `null` where the schema has no
    /// `null`, or an empty text where it has no text. Where all values are texts, an empty one
    /// leaves out every `Option`.
    fn is_absent(
        &self,
        name: &str,
        schema: &Value,
        source: Source<'_>,
        value: &Document<'_>,
    ) -> bool {
        if !self.input.has(name) || self.input.is_required(name) {
            return false;
        }
        let mut null = Problems::counted();
        if value.text() == "null" {
            self.check(schema, value, name, &mut null);
        }
        !null.is_empty()
            || (matches!(source, Source::Text("")) && self.input.is_optional(name))
            || (value.text() == "\"\"" && self.is_nothing(name, source))
    }
}

/// Some of the arguments, as one JSON object: a map of values would take up to forty times the
/// memory.
pub(super) struct Part {
    json: String,
    /// The hashes of the names. Two names of one hash are taken for one name: among a million that
    /// happens once in thirty million messages.
    names: HashSet<u64>,
    hasher: RandomState,
    /// Numbers whose schema has a text, with their names.
    numbers: Vec<(String, String)>,
}

impl Part {
    pub(super) fn new() -> Self {
        Self {
            json: "{".to_owned(),
            names: HashSet::new(),
            hasher: RandomState::new(),
            numbers: Vec::new(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&self.hasher.hash_one(name))
    }

    pub(super) fn is_first(&mut self, name: &str) -> bool {
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
    /// Whether an argument is a member of the struct that is this parameter.
    pub(super) fn is_part(&self, parameter: &str, argument: &str) -> bool {
        self.parts(parameter).any(|name| name == argument)
    }

    /// The arguments that are members of the struct that is this parameter.
    pub(super) fn parts(&self, parameter: &str) -> impl Iterator<Item = &str> {
        let named = self.flattened.iter().filter(move |(name, _)| *name == parameter);
        named.flat_map(|(_, names)| names.iter().map(String::as_str))
    }

    /// The arguments that are members of any such struct.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> + Clone {
        self.flattened.iter().flat_map(|(_, names)| names.iter().map(String::as_str))
    }

    pub(super) fn schema_of_rest(&self) -> &Value {
        self.schema.get("additionalProperties").unwrap_or(&Value::Null)
    }
}
