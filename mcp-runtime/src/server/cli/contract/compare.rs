//! Two schemas of one name: does the new one take less, more, or other values than the old?
//!
//! The same difference means the opposite at the two ends. An argument that takes less breaks the
//! client that sends it; a result that may hold more breaks the client that reads it. A member
//! that is gone breaks both.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::{Change, Effect};
use crate::schema::{asserts, definition};

mod choices;
mod members;
mod values;

/// The schema of a value that may be anything.
static ANYTHING: Value = Value::Bool(true);
static NO_KEYWORDS: LazyLock<Members> = LazyLock::new(Map::new);

/// Who writes the values of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The client: arguments.
    Input,
    /// The server: a result.
    Output,
}

/// What became of the values that a schema accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shift {
    /// Some are not accepted any more.
    Narrower,
    /// More are accepted.
    Wider,
    /// Both, or nobody can say.
    Other,
}

impl Shift {
    /// That of a set which has lost or got something.
    fn of(has_lost: bool, has_got: bool) -> Option<Self> {
        match (has_lost, has_got) {
            (false, false) => None,
            (true, false) => Some(Self::Narrower),
            (false, true) => Some(Self::Wider),
            (true, true) => Some(Self::Other),
        }
    }

    /// That of a keyword which restricts values.
    fn of_keyword(old: Option<&Value>, new: Option<&Value>) -> Option<Self> {
        match (old, new) {
            (None, Some(_)) => Some(Self::Narrower),
            (Some(_), None) => Some(Self::Wider),
            (old, new) => (old != new).then_some(Self::Other),
        }
    }
}

/// Compares the schemas of one tool's arguments, or of its result.
pub(super) fn compare(
    direction: Direction,
    place: &str,
    old: &Value,
    new: &Value,
    changes: &mut Vec<Change>,
) {
    let seen = HashSet::new();
    let mut comparison = Comparison { direction, place, roots: [old, new], seen, changes };
    comparison.schemas("", old, new);
}

type Members = Map<String, Value>;

/// What became of a keyword.
fn said(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> String {
    match (old, new) {
        (None, Some(new)) => format!("`{keyword}` is {new}, was not given"),
        (Some(old), None) => format!("`{keyword}` is not given, was {old}"),
        (Some(old), Some(new)) => format!("`{keyword}` is {new}, was {old}"),
        (None, None) => format!("`{keyword}`"),
    }
}

/// Two schemas that are being compared.
struct Comparison<'a> {
    direction: Direction,
    /// The tool.
    place: &'a str,
    /// The whole schemas, which hold the definitions.
    roots: [&'a Value; 2],
    /// The addresses of the pairs that were begun: a recursive type comes to itself again.
    seen: HashSet<[usize; 2]>,
    changes: &'a mut Vec<Change>,
}

/// Keywords that restrict values in ways that are not looked into.
const OPAQUE: [&str; 12] = [
    "pattern",
    "format",
    "uniqueItems",
    "contains",
    "unevaluatedProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "not",
    "if",
    "then",
    "else",
];

/// Keywords that say something about other keywords, and nothing by themselves.
const STRUCTURE: [&str; 5] = ["$defs", "$schema", "$id", "$anchor", "$comment"];

impl<'a> Comparison<'a> {
    /// Compares two schemas of the values at one path.
    fn schemas(&mut self, path: &str, old: &'a Value, new: &'a Value) {
        if let Some((old, new)) = self.values_of(path, old, new) {
            self.notes(path, old, new);
        }
    }

    /// Compares the values that two schemas accept. Their keywords, if it is the first time.
    fn values_of(
        &mut self,
        path: &str,
        old: &'a Value,
        new: &'a Value,
    ) -> Option<(&'a Members, &'a Members)> {
        let [old, new] = [self.referred(0, old), self.referred(1, new)];
        let pair = [old, new].map(|schema| std::ptr::from_ref(schema).addr());
        if !self.seen.insert(pair) {
            return None;
        }
        let is_never = [old, new].map(|schema| *schema == Value::Bool(false));
        if is_never != [false, false] {
            match is_never {
                [true, true] => {}
                [true, false] => self.shifted(path, Shift::Wider, "has values, had none"),
                _ => self.shifted(path, Shift::Narrower, "has no values, had some"),
            }
            return None;
        }
        // `true` is the schema without keywords.
        let [one, other] = [old, new].map(|it| it.as_object().unwrap_or(&NO_KEYWORDS));
        if self.choices(path, [old, new]) && self.types(path, one, other) {
            self.values(path, one, other);
            self.bounds(path, one, other);
            self.members(path, one, other);
            self.items(path, one, other);
            self.opaque(path, one, other);
        }
        Some((one, other))
    }

    /// The definition that a schema points at.
    fn referred(&self, side: usize, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        // Definitions that only point at each other would never end.
        for _ in 0..16 {
            let named = definition(schema);
            let definitions = self.roots[side].get("$defs");
            match named.and_then(|name| definitions?.get(&name)) {
                Some(definition) => schema = definition,
                None => break,
            }
        }
        schema
    }

    fn opaque(&mut self, path: &str, old: &Members, new: &Members) {
        for keyword in OPAQUE {
            // `uniqueItems: false` restricts nothing.
            let restricts = |value: &&Value| **value != Value::Bool(false);
            let (old, new) =
                (old.get(keyword).filter(restricts), new.get(keyword).filter(restricts));
            if let Some(shift) = Shift::of_keyword(old, new) {
                self.shifted(path, shift, &said(keyword, old, new));
            }
        }
    }

    /// What is for readers, and the default.
    fn notes(&mut self, path: &str, old: &Members, new: &Members) {
        let added = new.keys().filter(|keyword| !old.contains_key(*keyword));
        for keyword in old.keys().chain(added) {
            let (was, is) = (old.get(keyword), new.get(keyword));
            if asserts(keyword) || STRUCTURE.contains(&keyword.as_str()) || was == is {
                continue;
            }
            let what = said(keyword, was, is);
            let effect = match (keyword.as_str(), self.direction) {
                // A call that does not send the argument means something else.
                ("default", Direction::Input) if was.is_some() => Effect::Breaking,
                ("default", Direction::Input) => Effect::Additive,
                ("default", Direction::Output) => Effect::Wording,
                _ => {
                    self.changed(path, Effect::Wording, &format!("`{keyword}` has changed"));
                    continue;
                }
            };
            self.changed(path, effect, &what);
        }
    }

    fn shifted(&mut self, path: &str, shift: Shift, what: &str) {
        let effect = match (self.direction, shift) {
            (Direction::Input, Shift::Wider) | (Direction::Output, Shift::Narrower) => {
                Effect::Additive
            }
            _ => Effect::Breaking,
        };
        self.changed(path, effect, what);
    }

    fn changed(&mut self, path: &str, effect: Effect, what: &str) {
        let place = match (self.direction, path) {
            (Direction::Input, "") => format!("{}, arguments", self.place),
            (Direction::Input, path) => format!("{}, argument `{path}`", self.place),
            (Direction::Output, "") => format!("{}, result", self.place),
            (Direction::Output, path) => format!("{}, result `{path}`", self.place),
        };
        self.changes.push(Change::new(effect, place, what));
    }
}
