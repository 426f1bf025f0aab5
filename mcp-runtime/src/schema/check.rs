//! The checker: is a value what a schema promises. It knows every keyword of `keywords.rs`.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::definition;
use super::document::{Document, Kind, Node};
use super::expect::{Problem, Problems, expectation};
use super::facts::{Patterns, has_type, in_bounds, is_listed};
use super::keywords::asserts;
use super::path::Path;

mod choice;
mod evaluated;
mod inside;

use choice::has_words;
pub(super) use choice::{may_fit, tag};

/// How deep schemas are followed: an alternative is a level of its own, and the reader of messages
/// allows 128 of values.
pub(super) const DEPTH: usize = 400;

/// How many values are looked at to find the alternatives of choices, beyond [`TRIES`] for each
/// value in a choice. Where the alternatives of a recursive type look alike, each level doubles the
/// work; a value that takes more is refused. serde would take as long for it, so all members of an
/// alternative are looked at even where the first one tells that it does not fit.
const STEPS: usize = 100_000;

/// How often each value in a choice may be looked at.
const TRIES: usize = 64;

/// Finds everything in which a document breaks `schema`; `path` names it. The `root` is where
/// definitions stand.
pub(crate) fn problems_of(
    root: &Value,
    schema: &Value,
    document: &Document<'_>,
    path: &str,
    problems: &mut Problems,
) {
    let path = Path::argument(path);
    problems.look_at_another();
    Checker::new(root).check(schema, document.root(), &path, DEPTH, problems);
}

/// Everything in which a value breaks `schema`. It is taken as it is: a member that is `null` is
/// there.
pub(crate) fn problems(root: &Value, schema: &Value, value: &Value, path: &str) -> Problems {
    let mut problems = Problems::new();
    match Document::read(&value.to_string()) {
        Some(document) => {
            let checker = Checker { is_sent: Cell::new(false), ..Checker::new(root) };
            let path = Path::argument(path);
            checker.check(schema, document.root(), &path, DEPTH, &mut problems);
        }
        None => problems.add(|| Problem::new(path, "expected a value that can be read")),
    }
    problems
}

/// Everything in which a result breaks its schema; `None` if it cannot be read.
pub(crate) fn breaches(schema: &Value, json: &str) -> Option<Problems> {
    let document = Document::read(json)?;
    let checker = Checker { is_sent: Cell::new(false), ..Checker::new(schema) };
    let mut problems = Problems::new();
    checker.check(schema, document.root(), &Path::argument("result"), DEPTH, &mut problems);
    Some(problems)
}

pub(super) struct Checker<'a> {
    root: &'a Value,
    definitions: Option<&'a Map<String, Value>>,
    /// Whether a client sent the value: `null` may say then that a member is not there.
    is_sent: Cell<bool>,
    /// How many values may be looked at still while an alternative is tried.
    steps: Cell<usize>,
    /// Whether one is.
    trying: Cell<bool>,
    patterns: Patterns,
}

impl<'a> Checker<'a> {
    /// A checker of what a client sends, for schemas whose definitions stand in `root`.
    pub(super) fn new(root: &'a Value) -> Self {
        Self {
            root,
            definitions: root.get("$defs").and_then(Value::as_object),
            is_sent: Cell::new(true),
            steps: Cell::new(STEPS),
            trying: Cell::new(false),
            patterns: Patterns::default(),
        }
    }
}

impl Checker<'_> {
    pub(super) fn check(
        &self,
        schema: &Value,
        value: Node<'_>,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        let schema = self.resolved(schema);
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(false) => {
                return problems.add(|| Problem::new(&path.to_string(), "expected nothing here"));
            }
            _ => return,
        };
        let steps = if self.trying.get() { self.steps.get().checked_sub(1) } else { Some(STEPS) };
        let (Some(steps), 1..) = (steps, depth) else {
            let wrong = "expected a value that can be told from its like; got one too deep";
            return problems.add(|| Problem::new(&path.to_string(), wrong));
        };
        if self.trying.get() {
            self.steps.set(steps);
        }
        let fits = is_listed(members, value)
            && has_type(members, value)
            && in_bounds(members, value, &self.patterns);
        if !fits {
            let expected = || expectation(schema);
            return problems.add(|| Problem::expected(&path.to_string(), &expected(), value));
        }
        if !members.keys().any(|keyword| looks_inside(keyword)) {
            return;
        }
        // A word that an object must have in one member tells that another alternative is meant:
        // serde looks at it first, too.
        if self.trying.get() && !has_words(members, value) {
            return problems.add(|| Problem::new(&path.to_string(), "another one is meant"));
        }
        let depth = depth - 1;
        if !self.check_choices(schema, members, value, path, depth, problems) {
            return;
        }
        self.check_parts(members, value, path, depth, problems);
        match value.kind() {
            Kind::List => self.check_items(members, value, path, depth, problems),
            Kind::Object => self.check_members(members, value, path, depth, problems),
            _ => {}
        }
    }

    /// The schema itself, or the definition that is all that it names.
    pub(super) fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = schema;
        if schema.get("$ref").is_none() {
            return schema;
        }
        // A definition may be a name for another one; a circle of names is none.
        for _ in 0..8 {
            let is_more = |members: &Map<String, Value>| {
                members.keys().any(|keyword| asserts(keyword) && keyword != "$ref")
            };
            if schema.as_object().is_none_or(is_more) {
                break;
            }
            let Some(name) = definition(schema) else { break };
            schema = self.named(&name);
        }
        schema
    }

    fn named(&self, name: &str) -> &Value {
        self.definitions.and_then(|it| it.get(name)).unwrap_or(&Value::Null)
    }

    /// Checks `anyOf` and `oneOf`; false if the value is none of the alternatives.
    fn check_choices(
        &self,
        schema: &Value,
        members: &Map<String, Value>,
        value: Node<'_>,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) -> bool {
        for (keyword, most) in [("anyOf", 1), ("oneOf", 2)] {
            let Some(Value::Array(alternatives)) = members.get(keyword) else { continue };
            let exactly = || alternatives.iter().filter(|it| self.fits_exactly(it, value, depth));
            let expected = || expectation(schema);
            let fitting = match self.possible(alternatives, value) {
                // What is wrong in the only one that is possible is named by its own place.
                [Some(only), None] if value.is_container() => {
                    let before = problems.count();
                    self.check(only, value, path, depth, problems);
                    if problems.count() > before {
                        return false;
                    }
                    1
                }
                _ => self.fitting(alternatives, value, depth, most),
            };
            match fitting {
                1 => continue,
                // A member that is `null` may be absent for one and there for the other.
                2 if self.is_sent.get() && exactly().take(most).count() < 2 => continue,
                0 => match self.meant(alternatives, value).filter(|_| !problems.are_counted()) {
                    Some(meant) => {
                        let before = problems.count();
                        self.check(meant, value, path, depth, problems);
                        // The steps of the trial may be all that was missing.
                        if problems.count() == before {
                            problems
                                .add(|| Problem::expected(&path.to_string(), &expected(), value));
                        }
                    }
                    None => {
                        problems.add(|| Problem::expected(&path.to_string(), &expected(), value));
                    }
                },
                _ => problems.add(|| {
                    let expected = format!("only one of: {}", expected());
                    Problem::expected(&path.to_string(), &expected, value)
                }),
            }
            return false;
        }
        true
    }

    /// Checks the other schemas that are for the same value.
    fn check_parts(
        &self,
        schema: &Map<String, Value>,
        value: Node<'_>,
        path: &Path<'_>,
        depth: usize,
        problems: &mut Problems,
    ) {
        if let Some(name) = schema.get("$ref").and_then(|_| definition_of(schema)) {
            self.check(self.named(&name), value, path, depth, problems);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.check(part, value, path, depth, problems);
        }
        if let Some(not) = schema.get("not")
            && self.fits_exactly(not, value, depth)
        {
            problems.add(|| {
                let expected = format!("anything but {}", expectation(not));
                Problem::expected(&path.to_string(), &expected, value)
            });
        }
        if let Some(condition) = schema.get("if") {
            let then = if self.fits_exactly(condition, value, depth) { "then" } else { "else" };
            if let Some(then) = schema.get(then) {
                self.check(then, value, path, depth, problems);
            }
        }
        let dependent = schema.get("dependentSchemas").and_then(Value::as_object);
        for (name, schema) in dependent.into_iter().flatten() {
            if value.get(name).is_some() {
                self.check(schema, value, path, depth, problems);
            }
        }
    }

    fn fits(&self, schema: &Value, value: Node<'_>, depth: usize) -> bool {
        let was_trying = self.trying.replace(true);
        if !was_trying {
            self.steps.set(self.steps.get().saturating_add(TRIES.saturating_mul(value.size())));
        }
        let mut problems = Problems::counted();
        self.check(schema, value, &Path::argument(""), depth, &mut problems);
        self.trying.set(was_trying);
        problems.is_empty()
    }

    /// The same where fitting is not what is asked for: a member that is `null` is there.
    fn fits_exactly(&self, schema: &Value, value: Node<'_>, depth: usize) -> bool {
        let was_sent = self.is_sent.replace(false);
        let fits = self.fits(schema, value, depth);
        self.is_sent.set(was_sent);
        fits
    }

    /// How many of the alternatives a value fits, counted up to `most`.
    fn fitting(&self, alternatives: &[Value], value: Node<'_>, depth: usize, most: usize) -> usize {
        alternatives.iter().filter(|it| self.fits(it, value, depth)).take(most).count()
    }
}

/// Whether a keyword asks for more than the value by itself tells.
fn looks_inside(keyword: &str) -> bool {
    !matches!(
        keyword,
        "type" | "enum" | "const" | "title" | "description" | "default" | "examples" | "format"
    ) && asserts(keyword)
}

fn definition_of(schema: &Map<String, Value>) -> Option<String> {
    super::definition_named(schema.get("$ref")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_problem_is_named_by_its_path() {
        let schema = json!({ "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": { "name": { "type": "string" }, "sizes": { "type": "array", "items":
                { "type": "integer", "minimum": 1, "maximum": 9 } } } });
        let value = json!({ "nmae": "x", "sizes": [1, 10, "2"] });
        let problems: Vec<String> = problems(&Value::Null, &schema, &value, "box")
            .worded()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            problems,
            [
                "`box.name`: missing",
                "`box.nmae`: unknown; did you mean `name`?",
                "`box.sizes[1]`: expected an integer from 1 to 9; got 10",
                "`box.sizes[2]`: expected an integer from 1 to 9; got \"2\"",
            ]
        );
    }

    #[test]
    fn members_are_not_called_arguments() {
        let schema = json!({ "type": "object", "additionalProperties": false, "properties":
            { "city": { "type": "string" }, "none": { "type": "object", "properties": {},
                "additionalProperties": false } } });
        let value = json!({ "population": 1, "none": { "x": 1 } });
        let problems = problems(&Value::Null, &schema, &value, "place");
        let problems: Vec<String> = problems.worded().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "`place.population`: unknown; the members are `city`, `none`",
                "`place.none.x`: unknown; there are no members",
            ]
        );
    }
}
