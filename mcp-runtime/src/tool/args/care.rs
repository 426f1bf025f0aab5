//! The second pass over arguments, when something did not fit: all of them are looked at, and each
//! problem is worded.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::{Arguments, ReadSlot, Refused, Source, UNREADABLE, is_readable, value};
use crate::schema::{self, Problem};

impl Arguments<'_> {
    #[cold]
    pub(super) fn read_with_care(
        &self,
        slots: &mut [&mut dyn ReadSlot],
        rest: Option<&mut dyn ReadSlot>,
    ) -> Result<(), Refused> {
        let mut problems = Vec::new();
        let mut others = rest.is_some().then(serde_json::Map::new);
        let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
        for (name, source) in self.entries() {
            if seen.contains(&name) {
                problems.push(Problem::new(&name, "given twice"));
                continue;
            }
            match slots.iter_mut().find(|slot| slot.name() == name) {
                Some(slot) => problems.extend(self.read_one(&mut **slot, &name, source)),
                None => match &mut others {
                    Some(others) => match self.value_of_rest(&name, source) {
                        Ok(value) => drop(others.insert(name.clone().into_owned(), value)),
                        Err(wrong) => problems.extend(wrong),
                    },
                    None => {
                        let known = slots.iter().map(|slot| slot.name());
                        problems.push(Problem::unknown(&name, &name, known));
                    }
                },
            }
            seen.insert(name);
        }
        for slot in slots {
            if !seen.contains(slot.name()) && !slot.fill() {
                problems.push(Problem::new(slot.name(), "missing"));
            }
        }
        if let (Some(rest), Some(others), true) = (rest, others, problems.is_empty()) {
            let others = Value::Object(others);
            if let Err(error) = rest.read(Source::Value(&others)) {
                problems.push(Problem::refused(rest.name(), &Value::Null, &others, &error));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Refused(problems)) }
    }

    /// Reads one value and says what is wrong with it.
    fn read_one(&self, slot: &mut dyn ReadSlot, name: &str, source: Source<'_>) -> Vec<Problem> {
        if !is_readable(source) {
            return vec![Problem::new(name, UNREADABLE)];
        }
        let schema = self.input.schema_of(name);
        let sent = value(schema, source);
        let fits = match source {
            Source::Text(_) => self.keeps_promises(name, source) && slot.read(source).is_ok(),
            // What promises nothing beyond its type may say what its schema does not know.
            _ if self.keeps_promises(name, source) && slot.read(source).is_ok() => true,
            // `null` for an optional argument says that it is not there.
            _ => sent.is_null() && (slot.read(Source::Value(&sent)).is_ok() || slot.fill()),
        };
        if fits {
            return Vec::new();
        }
        let mut value = sent.clone();
        schema::mend(self.mend(source), schema, &mut value);
        let problems = self.problems(schema, &value, name);
        if !problems.is_empty() {
            return self.problems(schema, &sent, name);
        }
        match slot.read(Source::Value(&value)) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Problem::refused(name, schema, &sent, &error)],
        }
    }
}
