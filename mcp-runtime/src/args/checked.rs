//! Arguments that are handed over as one object and checked against a schema that is data.

use serde_json::{Map, Value};

use super::{Arguments, Refused, UNREADABLE, json};
use crate::schema::{Document, Mend, Problem, Problems, problems};

impl Arguments<'_> {
    /// The arguments as one JSON object that keeps to the schema. What was sent as text is taken
    /// for what the schema wants, as for a declared tool.
    ///
    /// # Errors
    /// Everything that does not fit.
    pub(crate) fn to_checked_object(&self) -> Result<Map<String, Value>, Refused> {
        let root = &self.input.schema;
        let mut object = Map::new();
        let mut found = Problems::new();
        for (name, source) in self.entries() {
            let before = found.count();
            if object.contains_key(&*name) {
                found.add(|| Problem::of_argument(&name, "given twice"));
                continue;
            }
            let value = self.checked(&name, &json(self.input.schema_of(&name), source), &mut found);
            if let Some(value) = value.filter(|_| found.count() == before) {
                object.insert(name.into_owned(), value);
            }
        }
        let required = root.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !object.contains_key(name) && !self.entries().any(|(sent, _)| sent == name) {
                found.add(|| Problem::new(name, "missing"));
            }
        }
        if !found.is_empty() {
            return Err(Refused(found));
        }
        // What the schema says of all arguments together.
        let object = Value::Object(object);
        let found = problems(root, root, &object, "arguments");
        match object {
            Value::Object(object) if found.is_empty() => Ok(object),
            _ => Err(Refused(found)),
        }
    }

    /// One value that was checked, as it is taken; `None` if something is wrong with it, or it says
    /// that the argument is not there.
    fn checked(&self, name: &str, sent: &str, found: &mut Problems) -> Option<Value> {
        let root = &self.input.schema;
        let named = root.get("properties").and_then(|properties| properties.get(name));
        let schema = match (named, root.get("additionalProperties")) {
            (Some(schema), _) | (None, Some(schema @ Value::Object(_))) => schema,
            (None, Some(Value::Bool(false))) => {
                let known = root.get("properties").and_then(Value::as_object);
                let known = known.into_iter().flat_map(Map::keys).map(String::as_str);
                found.add(|| Problem::unknown(name, known));
                return None;
            }
            (None, _) => &Value::Bool(true),
        };
        let Some(document) = Document::read(sent) else {
            found.add(|| Problem::of_argument(name, UNREADABLE));
            return None;
        };
        // An optional argument that is `null` is not there, unless `null` is one of its values.
        let mut null = Problems::counted();
        if sent == "null" && !self.input.is_required(name) {
            self.check(schema, &document, name, &mut null);
        }
        if !null.is_empty() {
            return None;
        }
        let mended = self.mended(Mend::Texts, schema, &document);
        let document = document.or(mended.as_deref())?;
        self.check(schema, &document, name, found);
        let value = serde_json::from_str(document.text());
        if value.is_err() {
            found.add(|| Problem::of_argument(name, UNREADABLE));
        }
        value.ok()
    }
}
