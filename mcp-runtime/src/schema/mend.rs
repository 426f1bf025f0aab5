//! What models send in place of what a schema wants, taken for it where nothing is lost.
//!
//! JSON is mended as text: a number keeps all its digits, and a long list costs no tree of values.

use serde_json::{Map, Value};

use super::check::{Checker, may_fit};
use super::document::{Document, Kind, Node};
use super::expect::{COUNTED, Problems};
use super::number;
use super::path::Path;

/// Deeper values are left as they are.
const DEPTH: usize = 64;

/// What may be taken for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mend {
    /// `"5"` for 5, `"true"` for true, `"[1]"` for the list, `""` for an optional member that is
    /// not there, and 30.0 for the integer 30.
    Texts,
    /// 30.0 for the integer 30, which is the same number.
    Numbers,
}

/// The JSON text with what `schema` wants in place of what can be taken for it; `None` if there is
/// nothing of that. The `root` is where definitions stand.
pub(crate) fn mend(
    mend: Mend,
    root: &Value,
    schema: &Value,
    document: &Document<'_>,
) -> Option<String> {
    let checker = Checker::new(root);
    let out = String::with_capacity(document.text().len());
    let mut mender = Mender { mend, checker: &checker, out, failed: 0, is_mended: false };
    mender.copy(schema, document.root(), DEPTH);
    mender.is_mended.then_some(mender.out)
}

/// Whether a schema accepts a text that is like no other: an empty one is then a value, and not
/// what is written for nothing.
pub(crate) fn may_be_text(root: &Value, schema: &Value) -> bool {
    may_be_text_within(&Checker::new(root), schema, DEPTH)
}

fn may_be_text_within(checker: &Checker<'_>, schema: &Value, depth: usize) -> bool {
    let schema = checker.resolved(schema);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().any(|value| value == "");
    }
    if let Some(value) = schema.get("const") {
        return value == "";
    }
    if let Some(alternatives) = alternatives(schema) {
        return depth == 0
            || alternatives.iter().any(|it| may_be_text_within(checker, it, depth - 1));
    }
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "string" && schema.get("format").is_none(),
        _ => true,
    }
}

/// What a schema asks for, as far as it can be mended.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Scalar(&'a str),
    List,
    Object,
    /// One of several, none of which is a text.
    OneOf(&'a [Value]),
    /// Anything else stays as it is.
    Other,
}

/// Follows a schema to what it asks for beside `null`.
fn wanted<'a>(checker: &'a Checker<'_>, schema: &'a Value) -> (&'a Value, Wanted<'a>) {
    let mut schema = schema;
    for _ in 0..8 {
        schema = checker.resolved(schema);
        let Some(alternatives) = alternatives(schema) else { break };
        let mut others = alternatives.iter().filter(|schema| !is_null(schema));
        match (others.next(), others.next()) {
            (Some(only), None) => schema = only,
            _ => return (schema, Wanted::OneOf(alternatives)),
        }
    }
    let wanted = match schema.get("type").and_then(Value::as_str) {
        Some("array") => Wanted::List,
        Some("object") => Wanted::Object,
        Some(scalar @ ("integer" | "number" | "boolean")) => Wanted::Scalar(scalar),
        _ => Wanted::Other,
    };
    (schema, wanted)
}

struct Mender<'a> {
    mend: Mend,
    checker: &'a Checker<'a>,
    out: String,
    /// How many texts could not be taken for what is wanted.
    failed: usize,
    /// Something was written in place of something else.
    is_mended: bool,
}

impl Mender<'_> {
    /// Writes a value, as what its schema wants where it can be taken for it.
    fn copy(&mut self, schema: &Value, value: Node<'_>, depth: usize) {
        let checker = self.checker;
        let (schema, wanted) = wanted(checker, schema);
        self.copy_as(schema, wanted, value, depth);
    }

    /// The same where it is known what the schema wants.
    fn copy_as(&mut self, schema: &Value, wanted: Wanted<'_>, value: Node<'_>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return self.out.push_str(value.json());
        };
        // It is refused in any case, and with all the problems that are counted.
        if self.failed >= COUNTED {
            return self.out.push_str(value.json());
        }
        match (wanted, value.kind()) {
            (Wanted::List, Kind::List) => self.list(schema, value, depth),
            (Wanted::Object, Kind::Object) => self.object(schema, value, depth),
            (Wanted::List, Kind::Text) => self.container(schema, value, "[", depth),
            (Wanted::Object, Kind::Text) => self.container(schema, value, "{", depth),
            (Wanted::Scalar(wanted), _) => self.scalar(schema, wanted, value),
            (Wanted::OneOf(alternatives), _) => self.one_of(schema, alternatives, value, depth),
            _ => self.out.push_str(value.json()),
        }
    }

    fn scalar(&mut self, schema: &Value, wanted: &str, value: Node<'_>) {
        let taken = match value.kind() {
            Kind::Text if self.mend == Mend::Texts => {
                value.as_text().and_then(|text| read(wanted, text.trim()))
            }
            Kind::Number if wanted == "integer" && !is_plain(value.json()) => {
                number::integer(value.json())
            }
            _ => None,
        };
        // What is wrong all the same is shown as it was sent.
        let taken = taken.filter(|json| self.fits(schema, json));
        self.is_mended |= taken.is_some();
        self.failed += usize::from(taken.is_none() && value.kind() == Kind::Text);
        self.out.push_str(taken.as_deref().unwrap_or_else(|| value.json()));
    }

    /// Writes a text for which a list or an object is wanted: as that, if it says one in JSON that
    /// begins so.
    fn container(&mut self, schema: &Value, value: Node<'_>, begins: &str, depth: usize) {
        let text = value.as_text().unwrap_or_default();
        let is_one = self.mend == Mend::Texts && text.trim_start().starts_with(begins);
        // Half of it is never taken.
        match is_one.then(|| Document::read(&text)).flatten() {
            Some(said) => {
                self.is_mended = true;
                self.copy(schema, said.root(), depth);
            }
            None => {
                self.failed += 1;
                self.out.push_str(value.json());
            }
        }
    }

    /// Writes one of several alternatives, where the value leaves only one possible.
    fn one_of(&mut self, schema: &Value, of: &[Value], value: Node<'_>, depth: usize) {
        let checker = self.checker;
        // A text is a value of its own in every choice that has texts.
        if value.kind() == Kind::Text {
            let is_container = |schema: &Value| {
                let kind = checker.resolved(schema).get("type").and_then(Value::as_str);
                matches!(kind, Some("array" | "object" | "null"))
            };
            let begins = if value.as_text().is_some_and(|it| it.trim_start().starts_with('[')) {
                "["
            } else {
                "{"
            };
            return if of.iter().all(is_container) {
                self.container(schema, value, begins, depth);
            } else {
                self.out.push_str(value.json());
            };
        }
        let mut possible = of.iter().filter(|it| may_fit(checker.resolved(it), value));
        match (possible.next(), possible.next()) {
            (Some(only), None) => self.copy(only, value, depth),
            _ => self.out.push_str(value.json()),
        }
    }

    fn list(&mut self, schema: &Value, list: Node<'_>, depth: usize) {
        let prefix = schema.get("prefixItems").and_then(Value::as_array);
        let mut prefix = prefix.into_iter().flatten();
        let each = schema.get("items").unwrap_or(&Value::Null);
        self.out.push('[');
        let start = self.out.len();
        let checker = self.checker;
        let quickly = checker.shapes(each, list);
        let (each, wanted) = wanted(checker, each);
        for item in list.items() {
            self.comma(start);
            if let Some(own) = prefix.next() {
                self.copy(own, item, depth);
                continue;
            }
            match quickly.as_ref().and_then(|it| it.recognised(item.onwards())) {
                Some(length) => self.out.push_str(&item.onwards()[..length]),
                None => self.copy_as(each, wanted, item, depth),
            }
        }
        self.out.push(']');
    }

    fn object(&mut self, schema: &Value, object: Node<'_>, depth: usize) {
        let required = schema.get("required").and_then(Value::as_array);
        self.out.push('{');
        let start = self.out.len();
        for (key, member) in object.members() {
            let before = self.out.len();
            self.comma(start);
            self.out.push_str(key.json());
            self.out.push(':');
            let value = self.out.len();
            let name = key.as_text().unwrap_or_default();
            let of_member = schema_of(schema, &name).unwrap_or(&Value::Null);
            self.copy(of_member, member, depth);
            let is_optional = !required.is_some_and(|names| names.iter().any(|it| *it == *name));
            let own = schema.get("properties").and_then(|properties| properties.get(&*name));
            if let Some(own) = own.filter(|_| is_optional)
                && self.is_nothing(own, value)
            {
                self.is_mended = true;
                self.out.truncate(before);
            }
        }
        self.out.push('}');
    }

    fn comma(&mut self, start: usize) {
        if self.out.len() > start {
            self.out.push(',');
        }
    }

    /// Whether the value written from `start` says that an optional member is not there: an empty
    /// text where no text is wanted, or `null` where only a default can be meant.
    fn is_nothing(&self, schema: &Value, start: usize) -> bool {
        match &self.out[start..] {
            "\"\"" => self.mend == Mend::Texts && !may_be_text_within(self.checker, schema, DEPTH),
            "null" => schema.get("default").is_some() && !self.fits(schema, "null"),
            _ => false,
        }
    }

    fn fits(&self, schema: &Value, scalar: &str) -> bool {
        let mut problems = Problems::counted();
        let path = Path::argument("");
        self.checker.check(schema, Node::scalar(scalar), &path, DEPTH, &mut problems);
        problems.is_empty()
    }
}

/// Whether a number is written as an integer is; -0 is one of the floats.
fn is_plain(written: &str) -> bool {
    written.parse::<i64>().is_ok() && !written.starts_with("-0")
}

fn alternatives(schema: &Value) -> Option<&[Value]> {
    let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"));
    alternatives.and_then(Value::as_array).map(Vec::as_slice)
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

/// The schema of a member: its own, or that of a map's values.
fn schema_of<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let named = |keyword| schema.get(keyword).and_then(Value::as_object);
    let own = named("properties").and_then(|properties| properties.get(name));
    let patterns =
        named("patternProperties").and_then(|patterns: &Map<_, _>| patterns.values().next());
    own.or_else(|| schema.get("additionalProperties").filter(|others| others.is_object()))
        .or(patterns)
}

/// What a text says, as JSON, if it says what is wanted.
fn read(wanted: &str, text: &str) -> Option<String> {
    match wanted {
        "integer" => number::integer(text),
        "number" => number::number(text),
        "boolean" => text.parse::<bool>().ok().map(|value| value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mended(schema: &Value, sent: &Value) -> Value {
        as_value(Mend::Texts, schema, &sent.to_string())
    }

    fn as_value(how: Mend, schema: &Value, sent: &str) -> Value {
        let mended = mend(how, schema, schema, &Document::read(sent).unwrap());
        serde_json::from_str(mended.as_deref().unwrap_or(sent)).unwrap()
    }

    #[test]
    fn scalars_sent_as_text_are_taken_when_nothing_is_lost() {
        let integer = json!({ "type": "integer" });
        for (sent, taken) in [
            (json!("5"), json!(5)),
            (json!(30.0), json!(30)),
            (json!("5.5"), json!("5.5")),
            (json!(5.5), json!(5.5)),
            (json!("18446744073709551615"), json!(u64::MAX)),
        ] {
            assert_eq!(mended(&integer, &sent), taken, "{sent}");
        }
    }

    #[test]
    fn they_are_taken_wherever_they_stand() {
        let integer = json!({ "type": "integer" });
        let map = json!({ "type": "object", "additionalProperties": integer });
        assert_eq!(mended(&map, &json!({ "a": "1" })), json!({ "a": 1 }));
        let numbered = json!({ "type": "object", "additionalProperties": false,
            "patternProperties": { "^\\d+$": integer } });
        assert_eq!(mended(&numbered, &json!({ "1": "1" })), json!({ "1": 1 }));
        let pair = json!({ "type": "array", "prefixItems": [integer, { "type": "boolean" }] });
        assert_eq!(mended(&pair, &json!(["1", "true"])), json!([1, true]));
        let list = json!({ "type": "array", "items": { "anyOf": [integer, { "type": "null" }] } });
        assert_eq!(mended(&list, &json!(["1", null])), json!([1, null]));
    }

    #[test]
    fn only_numbers_are_taken_where_texts_are_texts() {
        let list = json!({ "items": { "type": "integer" }, "type": "array" });
        assert_eq!(as_value(Mend::Numbers, &list, r#"[1.0, "1"]"#), json!([1, "1"]));
        assert_eq!(as_value(Mend::Numbers, &list, r#""[1]""#), json!("[1]"));
    }

    /// R1: hosts send lists and objects as JSON text.
    #[test]
    fn lists_and_objects_sent_as_text_are_taken() {
        let list = json!({ "type": "array", "items": { "type": "string" } });
        let map = json!({ "type": "object", "additionalProperties": list });
        for (schema, sent, taken) in [
            (&list, json!(r#"["a","b"]"#), json!(["a", "b"])),
            (&list, json!(r#" ["a"] "#), json!(["a"])),
            (&list, json!("a"), json!("a")),
            (&list, json!("a,b"), json!("a,b")),
            (&list, json!(r#"["a",]"#), json!(r#"["a",]"#)),
            (&list, json!("{}"), json!("{}")),
            (&map, json!(r#"{"a":["b"]}"#), json!({ "a": ["b"] })),
            (&map, json!({ "a": "[\"b\"]" }), json!({ "a": ["b"] })),
            (&json!({ "type": "string" }), json!("[1]"), json!("[1]")),
            (&json!({}), json!("[1]"), json!("[1]")),
            (&json!({ "anyOf": [{ "type": "string" }, list] }), json!("[1]"), json!("[1]")),
            (&json!({ "anyOf": [list, { "type": "null" }] }), json!("[\"a\"]"), json!(["a"])),
        ] {
            assert_eq!(mended(schema, &sent), taken, "{schema} {sent}");
        }
    }
}
