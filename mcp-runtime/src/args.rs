//! Arguments: what a client sent → the values a function takes.
//!
//! The first pass reads each value straight from the received bytes into its parameter. Only when
//! something does not fit, a second pass looks at everything, takes numbers, booleans, lists and
//! objects that were sent as text, and words each problem for the model or person who sent them.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::ask::Digest;
use crate::call::Call;
use crate::jsonrpc::Member;
use crate::schema::{self, Document, Mend, Problem, Problems, Shapes};

mod care;
mod checked;
mod completion;
mod field;
mod inputs;
mod mirrored;
mod parts;
mod plain;
mod property;
mod scalar;
mod slot;
mod start;

pub(crate) use completion::Completion;
pub use completion::CompletionDeclaration;
pub use field::FieldKeys;
pub use inputs::Inputs;
pub(crate) use mirrored::Mirrored;
pub use property::{AlwaysThere, InPath, Measured, Property, RangeOf, Ranged, Textual};
pub(crate) use scalar::is_optional;
pub use slot::{ReadSlot, Slot};
use slot::{Source, absent, decode};
pub(crate) use start::{Start, StartRaw};

/// The type of an owned parameter: it comes from the client.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument",
    label = "an argument needs `Deserialize` and `JsonSchema`",
    note = "put `#[data]` on the type, or derive both with serde and schemars 1; state is not sent but borrowed: write `&` in front of its type"
)]
pub trait Argument: DeserializeOwned + schemars::JsonSchema + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + schemars::JsonSchema + Send + 'static> Argument for T {}

/// The type of an owned parameter with a default or an example, which is published in the schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument with a default or an example",
    label = "this needs `Deserialize`, `JsonSchema`, and `Serialize` to show the value in the schema",
    note = "put `#[data]` on the type, or derive the three with serde and schemars 1"
)]
pub trait Defaulted: Argument + Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Argument + Serialize> Defaulted for T {}

/// The arguments of one call, as they were sent.
#[derive(Debug)]
pub struct Arguments<'a> {
    sent: Sent<'a>,
    input: &'a Input,
}

#[derive(Debug)]
enum Sent<'a> {
    /// The members of a JSON object: `tools/call`.
    Json { text: &'a str, members: &'a [Member] },
    /// Names and texts: `prompts/get`, and the variables of a template.
    Text(&'a [(Cow<'a, str>, Cow<'a, str>)]),
}

/// What the arguments must look like, made once from the input schema.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// The published schema of all arguments, an object.
    pub(crate) schema: Value,
    /// The arguments whose type does not keep to the schema by itself, by name, each with what it
    /// is recognised by; checked on every call.
    pub(crate) enforced: Vec<(String, Shapes)>,
    /// Refuse what was sent as text and is not a text.
    pub(crate) strict: bool,
    /// The arguments that clients repeat in headers.
    pub(crate) mirrored: Vec<Mirrored>,
    /// How arguments are completed, by name; of two the later holds.
    pub(crate) completions: Vec<(String, Completion)>,
    /// The parameters that are structs of several arguments, each with the names of these.
    pub(crate) flattened: Vec<(&'static str, Vec<String>)>,
    /// What was said of the arguments and cannot be; the server is not built then.
    pub(crate) mistakes: Vec<String>,
}

/// Everything that is wrong with the arguments of one call, never empty.
#[derive(Debug)]
pub struct Refused(pub(crate) Problems);

impl Refused {
    /// Whether anything is wrong with this argument.
    pub(crate) fn names(&self, argument: &str) -> bool {
        self.0.names(argument)
    }
}

impl<'a> Arguments<'a> {
    pub(crate) fn json(text: &'a str, members: &'a [Member], input: &'a Input) -> Self {
        Self { sent: Sent::Json { text, members }, input }
    }

    pub(crate) fn text(sent: &'a [(Cow<'a, str>, Cow<'a, str>)], input: &'a Input) -> Self {
        Self { sent: Sent::Text(sent), input }
    }

    /// Their fingerprint, whatever their order and spelling.
    pub(crate) fn digest(&self) -> Digest {
        match self.sent {
            Sent::Json { text, members } => {
                members.iter().fold(Digest::default(), |all, member| {
                    all.with_member(&member.key(text), Digest::of_json(member.value(text)))
                })
            }
            Sent::Text(texts) => texts.iter().fold(Digest::default(), |all, (name, text)| {
                all.with_member(name, Digest::of_text(text))
            }),
        }
    }

    /// The call of a function that may ask its client: it remembers these arguments, because a
    /// client that comes back with answers sends them again.
    #[must_use]
    pub fn bind(&self, call: Call) -> Call {
        call.bind(|| self.digest())
    }

    /// Whether more than `most` bytes have to be read one by one. A text for which a text is wanted
    /// is only copied.
    pub(crate) fn are_long(&self, most: usize) -> bool {
        let Sent::Json { text, members } = self.sent else { return false };
        let is_copied = |member: &&Member| {
            let json = member.value(text);
            json.len() > most && json.starts_with('"') && self.input.is_copied(&member.key(text))
        };
        let copied = members.iter().filter(is_copied).map(|it| it.value(text).len()).sum();
        text.len().saturating_sub(copied) > most
    }

    /// The arguments as one JSON object, for tools whose schema is data.
    ///
    /// # Errors
    /// Arguments that are given twice, or hold what JSON can write and nobody can read.
    pub(crate) fn to_object(&self) -> Result<serde_json::Map<String, Value>, Refused> {
        let mut object = serde_json::Map::new();
        let mut problems = Problems::new();
        for (name, source) in self.entries() {
            if object.contains_key(&*name) {
                problems.add(|| Problem::of_argument(&name, "given twice"));
                continue;
            }
            match serde_json::from_str(&json(&Value::Null, source)) {
                Ok(value) => drop(object.insert(name.into_owned(), value)),
                Err(_) => problems.add(|| Problem::of_argument(&name, UNREADABLE)),
            }
        }
        if problems.is_empty() { Ok(object) } else { Err(Refused(problems)) }
    }

    /// The slot of a parameter that must be sent, unless its type has a value for "absent", as
    /// `Option` has.
    pub fn slot<T: Argument>(&self, name: &'static str) -> Slot<T> {
        Slot { name, default: None, decode: decode::<T>, absent: absent::<T>, value: None }
    }

    /// The slot of a parameter that is `default()` when it is not sent.
    pub fn slot_or<T: Defaulted>(&self, name: &'static str, default: fn() -> T) -> Slot<T> {
        let mut slot = self.slot(name);
        slot.default = Some(default);
        slot
    }

    /// Fills every slot.
    ///
    /// # Errors
    /// All that does not fit, at once: unknown, doubled and missing arguments, wrong types and
    /// values that break what the schema promises.
    pub fn read(&self, slots: &mut [&mut dyn ReadSlot]) -> Result<(), Refused> {
        if self.read_as_sent(slots) { Ok(()) } else { self.read_with_care(slots, &mut [], None) }
    }

    fn read_as_sent(&self, slots: &mut [&mut dyn ReadSlot]) -> bool {
        let read = match self.sent {
            Sent::Json { text, members } => members
                .iter()
                .all(|member| self.read_quickly(slots, &member.key(text), sent(member, text))),
            Sent::Text(texts) => {
                texts.iter().all(|(name, text)| self.read_quickly(slots, name, Source::Text(text)))
            }
        };
        read && slots.iter_mut().all(|slot| slot.is_filled() || slot.fill())
    }

    #[inline]
    fn read_quickly(
        &self,
        slots: &mut [&mut dyn ReadSlot],
        name: &str,
        source: Source<'_>,
    ) -> bool {
        if !self.keeps_promises(name, source) {
            return false;
        }
        let slot = slots.iter_mut().find(|slot| slot.name() == name);
        slot.is_some_and(|slot| !slot.is_filled() && slot.read(source).is_ok())
    }

    /// Whether a value is what the schema promises beyond its type; most arguments promise nothing.
    #[inline]
    fn keeps_promises(&self, name: &str, source: Source<'_>) -> bool {
        let Some(shapes) = self.input.shapes(name) else { return true };
        if let Source::Json(json) = source
            && shapes.recognised(json) == Some(json.len())
        {
            return true;
        }
        let json = json(self.input.schema_of(name), source);
        Document::read(&json)
            .is_some_and(|document| self.keeps_its_promises(name, source, &document))
    }

    /// The same for a value that has been read.
    fn keeps_its_promises(&self, name: &str, source: Source<'_>, value: &Document<'_>) -> bool {
        if matches!(source, Source::Text("")) && self.input.is_optional(name) {
            return true;
        }
        let schema = self.input.schema_of(name);
        let mut problems = Problems::counted();
        let mended = match source {
            Source::Text(_) => self.mended(Mend::Texts, schema, value),
            _ => None,
        };
        match mended.as_deref().map(Document::read) {
            None => self.check(schema, value, name, &mut problems),
            Some(Some(mended)) => self.check(schema, &mended, name, &mut problems),
            Some(None) => return false,
        }
        problems.is_empty()
    }

    /// What may be taken for something else in a value that came so.
    fn mend(&self, source: Source<'_>) -> Mend {
        match source {
            Source::Text(_) => Mend::Texts,
            _ if self.input.strict => Mend::Numbers,
            _ => Mend::Texts,
        }
    }

    /// A value with what its schema wants in place of what can be taken for it, if there is such.
    fn mended(&self, how: Mend, schema: &Value, value: &Document<'_>) -> Option<String> {
        schema::mend(how, &self.input.schema, schema, value)
    }

    /// Finds what is wrong with a value.
    fn check(&self, schema: &Value, value: &Document<'_>, name: &str, problems: &mut Problems) {
        schema::problems_of(&self.input.schema, schema, value, name, problems);
    }

    /// The arguments one by one: a list of them would be larger than the message.
    fn entries(&self) -> Box<dyn Iterator<Item = (Cow<'a, str>, Source<'a>)> + 'a> {
        match self.sent {
            Sent::Json { text, members } => Box::new(
                members.iter().map(|member| (member.key(text), Source::Json(member.value(text)))),
            ),
            Sent::Text(texts) => Box::new(
                texts.iter().map(|(name, text)| (name.as_ref().into(), Source::Text(text))),
            ),
        }
    }
}

/// A member's value: most texts have no escapes, and need no reader to be looked through.
#[inline]
fn sent<'a>(member: &Member, line: &'a str) -> Source<'a> {
    match member.plain_text(line) {
        Some(text) => Source::Plain(text),
        None => Source::Json(member.value(line)),
    }
}

/// Whether a value is a list or an object.
#[inline]
fn is_container(source: Source<'_>) -> bool {
    matches!(source, Source::Json(json) | Source::Text(json) if json.starts_with(['[', '{']))
}

/// What was sent, as JSON; a text that stands for a list or an object, where the schema wants one,
/// as that.
fn json<'a>(schema: &Value, source: Source<'a>) -> Cow<'a, str> {
    match source {
        Source::Json(json) => json.into(),
        Source::Plain(text) => format!("\"{text}\"").into(),
        Source::Text(text)
            if is_container(source)
                && schema.get("type") != Some(&"string".into())
                && serde_json::from_str::<IgnoredAny>(text).is_ok() =>
        {
            text.into()
        }
        Source::Text(text) => Value::from(text).to_string().into(),
    }
}

/// What is said of a value that is JSON by its grammar only.
const UNREADABLE: &str = "expected a value that can be read; \
     got a number beyond all range, or half of a surrogate pair";

impl Input {
    /// Whether there is an argument of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        !self.schema_of(name).is_null()
    }

    /// How an argument is completed, if anything completes it.
    pub(crate) fn completion(&self, name: &str) -> Option<&Completion> {
        let named = |(known, _): &&(String, Completion)| known == name;
        self.completions.iter().rev().find(named).map(|(_, completion)| completion)
    }

    /// What an argument is recognised by that promises more than its type.
    #[inline]
    fn shapes(&self, name: &str) -> Option<&Shapes> {
        self.enforced.iter().find(|(enforced, _)| enforced == name).map(|(_, shapes)| shapes)
    }

    /// Whether an argument is an `Option`, which an empty text leaves out: it need not be sent, and
    /// has no default.
    fn is_optional(&self, name: &str) -> bool {
        !self.is_required(name) && self.schema_of(name).get("default").is_none()
    }

    /// Whether an argument is a text that promises nothing more.
    fn is_copied(&self, name: &str) -> bool {
        self.shapes(name).is_none()
            && self.schema_of(name).get("type").is_some_and(|kind| kind == "string")
    }

    /// Whether an argument must be sent.
    fn is_required(&self, name: &str) -> bool {
        let required = self.schema.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|required| required == name))
    }

    fn schema_of(&self, name: &str) -> &Value {
        self.schema
            .get("properties")
            .and_then(|properties| properties.get(name))
            .unwrap_or(&Value::Null)
    }
}
