//! The second pass over arguments, when something did not fit: all of them are looked at, and each
//! problem is worded.

use serde_json::{Map, Value};

use super::parts::Part;
use super::{Arguments, ReadSlot, Refused, Source, UNREADABLE, json};
use crate::schema::{self, Document, Mend, Problem, Problems};

impl Arguments<'_> {
    #[cold]
    pub(super) fn read_with_care(
        &self,
        slots: &mut [&mut dyn ReadSlot],
        flattened: &mut [&mut dyn ReadSlot],
        rest: Option<&mut dyn ReadSlot>,
    ) -> Result<(), Refused> {
        let mut problems = Problems::new();
        let mut parts: Vec<Part> = flattened.iter().map(|_| Part::new()).collect();
        let mut others = rest.is_some().then(Part::new);
        let mut sent = vec![false; slots.len()];
        for (name, source) in self.entries() {
            let slot = slots.iter().position(|slot| slot.name() == name);
            let part = flattened.iter().position(|slot| self.input.is_part(slot.name(), &name));
            let before = problems.count();
            match (slot, part, &mut others) {
                (Some(at), _, _) if std::mem::replace(&mut sent[at], true) => {
                    problems.add(|| Problem::of_argument(&name, "given twice"));
                }
                (Some(at), _, _) => self.read_one(&mut *slots[at], &name, source, &mut problems),
                (None, Some(at), _) => {
                    let schema = self.input.schema_of(&name);
                    self.add_to_part(&mut parts[at], schema, &name, source, &mut problems);
                }
                (None, None, Some(others)) => {
                    let schema = self.input.schema_of_rest();
                    self.add_to_part(others, schema, &name, source, &mut problems);
                }
                (None, None, None) => {
                    let known = slots.iter().map(|slot| slot.name());
                    problems.add(|| Problem::unknown(&name, known.chain(self.input.members())));
                }
            }
            if let Some(at) = slot
                && problems.count() > before
            {
                problems.are_of(slots[at].name());
            }
        }
        for (slot, is_sent) in slots.iter_mut().zip(sent) {
            if !is_sent && !slot.fill() {
                problems.add(|| Problem::new(slot.name(), "missing"));
                problems.are_of(slot.name());
            }
        }
        for (slot, part) in flattened.iter().zip(&mut parts) {
            for name in self.input.parts(slot.name()) {
                if self.input.is_required(name) && part.is_first(name) {
                    problems.add(|| Problem::new(name, "missing"));
                }
            }
        }
        for (slot, part) in flattened.iter_mut().zip(parts) {
            self.read_part(&mut **slot, part, &mut problems);
        }
        if let (Some(rest), Some(others)) = (rest, others) {
            self.read_part(rest, others, &mut problems);
        }
        if problems.is_empty() { Ok(()) } else { Err(Refused(problems)) }
    }

    /// Reads one value and says what is wrong with it.
    fn read_one(
        &self,
        slot: &mut dyn ReadSlot,
        name: &str,
        source: Source<'_>,
        problems: &mut Problems,
    ) {
        let schema = self.input.schema_of(name);
        let sent = json(schema, source);
        let Some(document) = Document::read(&sent) else {
            return problems.add(|| Problem::of_argument(name, UNREADABLE));
        };
        // What promises nothing beyond its type may say what its schema does not know.
        let promises_nothing = self.input.shapes(name).is_none();
        if (promises_nothing || self.keeps_its_promises(name, source, &document))
            && slot.read(source).is_ok()
        {
            return;
        }
        // `null` for an optional argument says that it is not there.
        if *sent == *"null" && (slot.read(Source::Json(&sent)).is_ok() || slot.fill()) {
            return;
        }
        if *sent == *"\"\"" && self.is_nothing(name, source) && slot.fill() {
            return;
        }
        if self.is_number_for_text(name, &sent) && slot.read(Source::Json(&sent)).is_ok() {
            return;
        }
        let mended = self.mended(self.mend(source), schema, &document);
        let Some(document) = document.or(mended.as_deref()) else {
            return problems.add(|| Problem::of_argument(name, UNREADABLE));
        };
        let known = problems.count();
        self.check(schema, &document, name, problems);
        if problems.count() == known
            && let Err(error) = slot.read(Source::Json(document.text()))
        {
            problems.add(|| Problem::refused(name, schema, &sent, &error));
        }
    }

    /// Whether a number came where the schema offers a text and says nothing more of it. A type may
    /// read both and offer one, as an id does: hosts take a property of one type best.
    pub(super) fn is_number_for_text(&self, name: &str, sent: &str) -> bool {
        let says_no_more = |members: &Map<String, Value>| {
            members.iter().all(|(keyword, value)| match keyword.as_str() {
                "type" => value == "string",
                keyword => matches!(keyword, "title" | "description" | "examples"),
            })
        };
        !self.input.strict
            && sent.starts_with(|first: char| first == '-' || first.is_ascii_digit())
            && self
                .input
                .schema_of(name)
                .as_object()
                .is_some_and(|members| members.contains_key("type") && says_no_more(members))
    }

    /// Whether an empty text says that an argument is not there: models fill in what they need not
    /// send.
    pub(super) fn is_nothing(&self, name: &str, source: Source<'_>) -> bool {
        self.mend(source) == Mend::Texts
            && !self.input.is_required(name)
            && !schema::may_be_text(&self.input.schema, self.input.schema_of(name))
    }
}
