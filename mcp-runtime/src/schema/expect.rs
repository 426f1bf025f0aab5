//! The words for what does not fit.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Number, Value};

use super::check::tag;
use super::document::Node;
use super::excerpt::excerpt;
use super::format;
use crate::visible::one_line;

/// Values of a client are shown up to this many characters: enough to recognise one.
const SHOWN: usize = 40;

/// What a type says of a value it refuses is shown up to this many characters: it may quote the
/// value.
const REASON: usize = 300;

/// Problems that are worded: more than a model mends at once, and a list may have thousands.
const WORDED: usize = 20;

/// Problems of one argument that are counted; the rest of it is not looked at, because others wait
/// meanwhile.
pub(super) const COUNTED: usize = 128 * 1024;

/// What is wrong with arguments: the first problems, and how many there are.
#[derive(Debug)]
pub(crate) struct Problems {
    worded: Vec<Problem>,
    count: usize,
    room: usize,
    /// The count at which no more is looked at.
    end: usize,
    /// Whether there may be more than are counted.
    is_cut: bool,
    /// The declared arguments that something is wrong with.
    arguments: Vec<&'static str>,
}

impl Problems {
    pub(crate) fn new() -> Self {
        Self {
            worded: Vec::new(),
            count: 0,
            room: WORDED,
            end: COUNTED,
            is_cut: false,
            arguments: Vec::new(),
        }
    }

    /// Where it only matters whether there are any.
    pub(crate) fn counted() -> Self {
        Self { room: 0, ..Self::new() }
    }

    /// One more; it is worded only if it will be shown.
    pub(crate) fn add(&mut self, word: impl FnOnce() -> Problem) {
        self.count += 1;
        self.is_cut |= self.room > 0 && self.count == self.end;
        if self.worded.len() < self.room {
            self.worded.push(word());
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether they are counted and not worded.
    pub(crate) fn are_counted(&self) -> bool {
        self.room == 0
    }

    /// Whether nothing would change by another one.
    pub(crate) fn is_settled(&self) -> bool {
        (self.room == 0 && self.count > 0) || self.count >= self.end
    }

    /// Makes room for as many problems of another argument.
    pub(super) fn look_at_another(&mut self) {
        self.end = self.count + COUNTED;
    }

    /// Whether there may be more than are counted.
    pub(crate) fn are_cut(&self) -> bool {
        self.is_cut
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Remembers which declared argument something is wrong with, because not every problem is
    /// worded.
    pub(crate) fn are_of(&mut self, argument: &'static str) {
        self.arguments.push(argument);
    }

    /// Whether something is wrong with a declared argument.
    pub(crate) fn names(&self, argument: &str) -> bool {
        self.arguments.contains(&argument)
    }

    /// Those that are worded.
    pub(crate) fn worded(&self) -> &[Problem] {
        &self.worded
    }
}

/// What is wrong with one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The argument, or the place in it: `tags[2]`.
    path: String,
    /// What was expected, and what came.
    what: String,
}

impl Problem {
    pub(crate) fn new(path: &str, what: impl Into<String>) -> Self {
        Self { path: one_line(path).into_owned(), what: what.into() }
    }

    /// What is wrong with a whole argument, whose name may be of the client's making.
    pub(crate) fn of_argument(name: &str, what: impl Into<String>) -> Self {
        Self::new(&cut(name), what)
    }

    /// A value that is none of what the schema accepts.
    pub(super) fn expected(path: &str, expected: &str, got: Node<'_>) -> Self {
        Self::new(path, format!("expected {expected}; got {}", shown(got.onwards())))
    }

    /// An argument that nobody knows, with the nearest one that somebody does.
    pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self::new(&cut(name), unknown(name, known, "arguments"))
    }

    /// The same for a member of an object.
    pub(super) fn unknown_member<'a>(
        path: &str,
        name: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        Self::new(path, unknown(name, known, "members"))
    }

    /// A value, as JSON, that the schema accepts and the type does not.
    pub(crate) fn refused(path: &str, schema: &Value, got: &str, why: &serde_json::Error) -> Self {
        let why = why.to_string();
        let why = without_position(&why);
        let got = shown(got);
        // Of a number or a known format the schema has better words than the type; of another text
        // its author has.
        let number = schema.get("type").is_some_and(|name| name == "integer" || name == "number");
        if number || schema.get("format").is_some() {
            let expected = expectation(&within_its_type(schema, why));
            return Self::of_argument(path, format!("expected {expected}; got {got}"));
        }
        let why = one_line(&cut_to(REASON, why)).into_owned();
        let what = if why.contains("got ") { why } else { format!("{why}; got {got}") };
        Self::of_argument(path, what)
    }

    /// Arguments that each keep to the schema, and that their type refuses. Which one is wrong is
    /// not known, and the others may be secret: no value is shown.
    pub(crate) fn refused_together(names: &[&str], why: &serde_json::Error) -> Self {
        let path = if (1..=4).contains(&names.len()) { &names.join("`, `") } else { "arguments" };
        Self::new(path, one_line(&cut_to(REASON, without_position(&why.to_string()))))
    }
}

/// The words of an error without its position, which counts in a part of the message that the
/// client cannot see.
fn without_position(why: &str) -> &str {
    why.rsplit_once(" at line ").map_or(why, |(why, _)| why)
}

/// What is said of a name that is not among those that are known.
fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone, these: &str) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("unknown; did you mean `{near}`?"),
        None => match known.map(|name| format!("`{name}`")).collect::<Vec<_>>() {
            names if names.is_empty() => format!("unknown; there are no {these}"),
            names => format!("unknown; the {these} are {}", names.join(", ")),
        },
    }
}

/// The schema of an integer with the bounds of its type, which it does not say: JavaScript cannot
/// write them.
fn within_its_type<'a>(schema: &'a Value, why: &str) -> Cow<'a, Value> {
    let (least, most) = match why.rsplit_once(", expected ") {
        Some((_, "i64" | "isize")) => (Value::from(i64::MIN), Value::from(i64::MAX)),
        Some((_, "u64" | "usize")) => (Value::from(u64::MIN), Value::from(u64::MAX)),
        _ => return Cow::Borrowed(schema),
    };
    let mut schema = schema.clone();
    if let Value::Object(schema) = &mut schema {
        schema.entry("minimum").or_insert(least);
        schema.entry("maximum").or_insert(most);
    }
    Cow::Owned(schema)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.what)
    }
}

/// What a schema accepts, in a few words.
pub(super) fn expectation(schema: &Value) -> String {
    if let Some(Value::Array(values)) = schema.get("enum") {
        let values: Vec<String> = values.iter().map(plain).collect();
        if let [only] = values.as_slice() {
            return only.clone();
        }
        return format!("one of {}", values.join(", "));
    }
    if let Some(value) = schema.get("const") {
        return plain(value);
    }
    if let Some(Value::Array(alternatives)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        let alternatives: Vec<String> = alternatives.iter().map(expectation).collect();
        return alternatives.join(" or ");
    }
    let number = |keyword| schema.get(keyword).and_then(Value::as_number);
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => {
            let kind = schema.get("format").and_then(Value::as_str).map(format::words);
            let kind = kind.unwrap_or_else(|| "a string".to_owned());
            let kind = match amount(number("minLength"), number("maxLength"), "character") {
                None => kind,
                Some(amount) => format!("{kind} of {amount}"),
            };
            match schema.get("pattern").and_then(Value::as_str) {
                Some(pattern) => format!("{kind} that matches `{pattern}`"),
                None => kind,
            }
        }
        Some(kind @ ("integer" | "number")) => {
            let article = if kind == "integer" { "an integer" } else { "a number" };
            let within = match (number("minimum"), number("maximum")) {
                (None, None) => article.to_owned(),
                (Some(least), None) => format!("{article} of {least} or more"),
                (None, Some(most)) => format!("{article} of {most} or less"),
                (Some(least), Some(most)) => format!("{article} from {least} to {most}"),
            };
            let more = [
                ("exclusiveMinimum", "above"),
                ("exclusiveMaximum", "below"),
                ("multipleOf", "that is a multiple of"),
            ];
            let more =
                more.into_iter().filter_map(|(keyword, word)| Some((word, number(keyword)?)));
            more.fold(within, |words, (word, number)| format!("{words} {word} {number}"))
        }
        Some("boolean") => "true or false".to_owned(),
        Some("array") => {
            let list = match amount(number("minItems"), number("maxItems"), "") {
                None => "a list".to_owned(),
                Some(amount) => format!("a list of {amount}"),
            };
            match schema.get("uniqueItems") {
                Some(Value::Bool(true)) => format!("{list} without repeats"),
                _ => list,
            }
        }
        Some("object") => object(schema),
        Some("null") => "null".to_owned(),
        _ => "another value".to_owned(),
    }
}

/// An object, by the member that tells it from others, or by what it must have.
fn object(schema: &Value) -> String {
    let properties = schema.get("properties").and_then(Value::as_object);
    if let Some((name, value)) = properties.and_then(tag) {
        return format!("an object whose `{name}` is {}", plain(value));
    }
    let required = schema.get("required").and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    match names.map(|name| format!("`{name}`")).collect::<Vec<_>>() {
        names if names.is_empty() => "an object".to_owned(),
        names => format!("an object with {}", names.join(", ")),
    }
}

/// How many of something, where there is a bound.
fn amount(least: Option<&Number>, most: Option<&Number>, unit: &str) -> Option<String> {
    let units = |number: &Number| match (unit, number.as_u64()) {
        ("", _) => number.to_string(),
        (unit, Some(1)) => format!("1 {unit}"),
        (unit, _) => format!("{number} {unit}s"),
    };
    Some(match (least, most) {
        (None, None) => return None,
        (Some(least), None) => format!("at least {}", units(least)),
        (None, Some(most)) => format!("at most {}", units(most)),
        (Some(least), Some(most)) if least == most => units(most),
        (Some(least), Some(most)) => format!("{least} to {}", units(most)),
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// The value at the beginning of a text, cut and on one line.
fn shown(json: &str) -> String {
    one_line(&cut(&excerpt(json, SHOWN))).into_owned()
}

pub(super) fn cut(text: &str) -> String {
    cut_to(SHOWN, text)
}

fn cut_to(most: usize, text: &str) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The known name that differs least from `name`, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A name nobody would mistype is not worth the comparison, and may be long on purpose.
    if name.len() > 64 {
        return None;
    }
    let small = name.to_ascii_lowercase();
    let distance = |known: &str| strsim::osa_distance(&small, &known.to_ascii_lowercase());
    let (distance, near) =
        known.map(|known| (distance(known), known)).min_by_key(|(distance, _)| *distance)?;
    let length = name.chars().count();
    // A name of which every letter would have to change is another name.
    (distance <= 1 + length / 4 && (distance == 0 || distance < length)).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::document::Document;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        let known = ["title", "description", "priority", "due_date"];
        for (slip, meant) in [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("dueDate", Some("due_date")),
            ("prioriti", Some("priority")),
            ("colour", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(slip, known.iter().copied()), meant, "{slip}");
        }
    }

    #[test]
    fn long_values_are_cut() {
        let json = Value::from("x".repeat(100)).to_string();
        let document = Document::read(&json).unwrap();
        let problem = Problem::expected("a", "an integer", document.root());
        assert_eq!(
            problem.to_string(),
            format!("`a`: expected an integer; got \"{}…", "x".repeat(39))
        );
    }
}
