//! Arguments that are handed over as one object and checked against a schema that is data.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Arguments, Refused, UNREADABLE, json};
use crate::schema::{self, Document, Mend, Patterns, Problem, Problems, problems};

/// What the schema says of single arguments.
struct Declared<'a> {
    root: &'a Value,
    required: HashSet<&'a str>,
    patterns: Patterns,
}

impl Arguments<'_> {
    /// The arguments as one JSON object that keeps to the schema. What was sent as text is taken
    /// for what the schema wants, as for a declared tool.
    ///
    /// # Errors
    /// Everything that does not fit.
    pub(crate) fn to_checked_object(&self) -> Result<Map<String, Value>, Refused> {
        let root = &self.input.schema;
        let required = || {
            let names = root.get("required").and_then(Value::as_array).into_iter().flatten();
            names.filter_map(Value::as_str)
        };
        let declared =
            Declared { root, required: required().collect(), patterns: Patterns::default() };
        let mut object = Map::new();
        let mut found = Problems::new();
        // The object lacks what is `null`, and a list of the names would be searched once for each
        // of them: a client may send very many.
        let mut sent: HashSet<Cow<'_, str>> = HashSet::new();
        for (name, source) in self.entries() {
            if !sent.insert(name.clone()) {
                found.add(|| Problem::of_argument(&name, "given twice"));
                continue;
            }
            let before = found.count();
            let json = json(self.input.schema_of(&name), source);
            let value = self.checked(&declared, &name, &json, &mut found);
            if let Some(value) = value.filter(|_| found.count() == before) {
                object.insert(name.into_owned(), value);
            }
        }
        for name in required().filter(|name| !sent.contains(*name)) {
            found.add(|| Problem::new(name, "missing"));
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
    fn checked(
        &self,
        declared: &Declared<'_>,
        name: &str,
        sent: &str,
        found: &mut Problems,
    ) -> Option<Value> {
        let schemas = declared.schemas_of(name);
        if schemas == [&Value::Bool(false)] && declared.own(name).is_none() {
            found.add(|| Problem::unknown(name, declared.names()));
            return None;
        }
        let Some(document) = Document::read(sent) else {
            found.add(|| Problem::of_argument(name, UNREADABLE));
            return None;
        };
        if self.says_absent(declared, name, &document) {
            return None;
        }
        let mended = schemas.first().and_then(|it| self.mended(Mend::Texts, it, &document));
        let document = document.or(mended.as_deref())?;
        for schema in schemas {
            self.check(schema, &document, name, found);
        }
        let value = serde_json::from_str(document.text());
        if value.is_err() {
            found.add(|| Problem::of_argument(name, UNREADABLE));
        }
        value.ok()
    }

    /// Whether a value says that an optional argument is not there: `null`, unless `null` is one of
    /// its values, or an empty text where it cannot be a text.
    fn says_absent(&self, declared: &Declared<'_>, name: &str, sent: &Document<'_>) -> bool {
        let own = declared.own(name).filter(|_| !declared.required.contains(name));
        own.is_some_and(|own| match sent.text() {
            "null" => {
                let mut null = Problems::counted();
                self.check(own, sent, name, &mut null);
                !null.is_empty()
            }
            "\"\"" => !schema::may_be_text(declared.root, own),
            _ => false,
        })
    }
}

impl<'a> Declared<'a> {
    /// The schema of an argument that is declared by its name.
    fn own(&self, name: &str) -> Option<&'a Value> {
        self.root.get("properties")?.get(name)
    }

    /// The names that are declared.
    fn names(&self) -> impl Iterator<Item = &'a str> + Clone {
        let properties = self.root.get("properties").and_then(Value::as_object);
        properties.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// All schemas that an argument must keep to: that of its name, those of the patterns that its
    /// name matches, and if there is none of these, that of all others.
    fn schemas_of(&self, name: &str) -> Vec<&'a Value> {
        let patterns = self.root.get("patternProperties").and_then(Value::as_object);
        let matching = patterns.into_iter().flatten();
        let matching = matching.filter(|(pattern, _)| self.patterns.matches(pattern, name));
        let mut schemas: Vec<&Value> =
            self.own(name).into_iter().chain(matching.map(|(_, schema)| schema)).collect();
        if schemas.is_empty() {
            schemas.extend(self.root.get("additionalProperties"));
        }
        schemas
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use serde_json::{Map, Value, json};

    use super::super::Input;
    use super::*;
    use crate::jsonrpc;

    fn read(schema: Value, sent: &str) -> Result<Map<String, Value>, Refused> {
        let input = Input { schema, ..Input::default() };
        Arguments::json(sent, &jsonrpc::members(sent), &input).to_checked_object()
    }

    /// A `null` is dropped, and the name was given all the same.
    #[test]
    fn a_name_that_is_given_twice_is_refused() {
        let schema = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
        for sent in [r#"{"n":null,"n":1}"#, r#"{"n":1,"n":null}"#, r#"{"n":null,"n":null}"#] {
            let refused = read(schema.clone(), sent).unwrap_err();
            let worded: Vec<String> = refused.0.worded().iter().map(ToString::to_string).collect();
            assert_eq!(worded, ["`n`: given twice"], "{sent}");
        }
    }

    #[cfg(feature = "pattern")]
    #[test]
    fn an_argument_keeps_to_the_patterns_that_its_name_matches() {
        for others in [json!(false), json!({ "type": "string" })] {
            let schema = json!({
                "type": "object",
                "properties": { "x-own": { "maximum": 9 } },
                "patternProperties": { "^x-": { "type": "integer" } },
                "additionalProperties": others,
            });
            for sent in [r#"{"x-a":1}"#, r#"{"x-a":"1"}"#] {
                let taken = read(schema.clone(), sent).unwrap();
                assert_eq!(Value::Object(taken), json!({ "x-a": 1 }), "{sent}");
            }
            assert!(read(schema.clone(), r#"{"x-own":9}"#).is_ok());
            for sent in [r#"{"x-a":"b"}"#, r#"{"x-own":1.5}"#, r#"{"x-own":10}"#, r#"{"y":1}"#] {
                assert!(read(schema.clone(), sent).is_err(), "{sent}");
            }
        }
    }

    /// There is one pass over the arguments, however many names are required.
    #[test]
    fn many_required_names_are_found_among_many_arguments() {
        let required: Vec<String> = (0..2000).map(|at| format!("required_{at}")).collect();
        let mut sent = "{\"a\":0".to_owned();
        for at in 0..20_000 {
            write!(sent, ",\"{at}\":null").unwrap();
        }
        sent.push('}');
        let schema = json!({ "type": "object", "required": required });
        assert!(read(schema.clone(), &sent).is_err());
        sent.pop();
        for name in &required {
            write!(sent, ",\"{name}\":0").unwrap();
        }
        sent.push('}');
        assert_eq!(read(schema, &sent).unwrap().len(), 22_001);
    }
}
