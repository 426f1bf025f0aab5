//! What an output schema promises of every result, held against the bytes that are sent.
//!
//! Nearly every result is what its type writes. So the schema is compiled into shapes, and a pass
//! over the bytes says that they fit without building or allocating anything. Where it cannot say
//! so, because a keyword or a way of writing is not among the shapes, the checker looks at the
//! value.

use serde_json::Value;

use self::bytes::Bytes;
use super::check::breaches;
use super::expect::{Problem, Problems};
use super::format;

mod bytes;
mod compile;

/// A schema that results are held against.
#[derive(Debug)]
pub(crate) struct Promise {
    schema: Value,
    shapes: Shapes,
}

/// A schema as the shapes of what fits it.
#[derive(Debug)]
pub(crate) struct Shapes {
    shapes: Vec<Shape>,
    root: usize,
}

/// Values that are recognised by their bytes.
#[derive(Debug)]
enum Shape {
    Any,
    /// Only the checker knows.
    Unknown,
    Null,
    Boolean,
    Number,
    Integer {
        least: i128,
        most: i128,
    },
    Text {
        least: usize,
        most: usize,
        format: Option<String>,
    },
    /// One of a few texts, as they are written.
    Words(Vec<String>),
    List {
        each: usize,
        least: usize,
        most: usize,
    },
    Object {
        members: Vec<Member>,
        /// One bit for each member that must be there.
        required: u64,
        others: Option<usize>,
    },
    /// The first that fits decides.
    Choice(Vec<usize>),
    /// The same as another one.
    Same(usize),
}

#[derive(Debug)]
struct Member {
    /// The name as it is written, with quotes and colon.
    name: String,
    shape: usize,
}

/// So many bytes of a client's value are read more than once at most. Where the alternatives of a
/// choice look alike, each level doubles the work.
const AGAIN: usize = 64 * 1024;

/// As deep as values are followed; the checker goes deeper.
const DEPTH: usize = 100;

impl Promise {
    pub(crate) fn new(schema: &Value) -> Self {
        Self { schema: schema.clone(), shapes: compile::shapes(schema, schema) }
    }

    /// Whether a result is what the schema says, or everything in which it is not.
    ///
    /// # Errors
    /// The problems.
    #[inline]
    pub(crate) fn check(&self, json: &[u8]) -> Result<(), Problems> {
        let mut bytes = Bytes::new(json);
        if self.shapes.fit(&mut bytes) && bytes.at == json.len() {
            return Ok(());
        }
        self.check_value(json)
    }

    #[cold]
    fn check_value(&self, json: &[u8]) -> Result<(), Problems> {
        let written = std::str::from_utf8(json).ok();
        let problems = written.and_then(|json| breaches(&self.schema, json));
        let problems = problems.unwrap_or_else(|| {
            // What cannot be read back is JSON that a `RawValue` holds, or too deep.
            let why = serde_json::from_slice::<Value>(json).err().map(|error| error.to_string());
            let mut problems = Problems::new();
            problems.add(|| Problem::new("result", why.unwrap_or_default()));
            problems
        });
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

impl Shapes {
    /// The shapes of a schema whose definitions stand in `root`.
    pub(crate) fn new(root: &Value, schema: &Value) -> Self {
        compile::shapes(root, schema)
    }

    /// Whether a text from a client begins with a value that is recognised, and its length. Of one
    /// that is not, only the checker knows.
    pub(crate) fn recognised(&self, json: &str) -> Option<usize> {
        let mut bytes = Bytes { again: AGAIN, ..Bytes::new(json.as_bytes()) };
        self.fit(&mut bytes).then_some(bytes.at)
    }

    #[inline]
    fn fit(&self, bytes: &mut Bytes<'_>) -> bool {
        self.fits(self.root, bytes, DEPTH)
    }

    #[inline]
    fn fits(&self, shape: usize, json: &mut Bytes<'_>, depth: usize) -> bool {
        match &self.shapes[shape] {
            // It needs no call.
            Shape::Integer { least, most } => {
                json.integer().is_some_and(|number| (*least..=*most).contains(&number))
            }
            shape => self.fits_shape(shape, json, depth),
        }
    }

    #[inline(never)]
    fn fits_shape(&self, shape: &Shape, json: &mut Bytes<'_>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match shape {
            Shape::Object { members, required, others } => {
                let (mut seen, mut next) = (0_u64, 0);
                let is_object = json.object(|json| {
                    // Members are written in the order of the schema, nearly always.
                    let place = match members.get(next) {
                        Some(member) if json.take(member.name.as_bytes()) => Some(next),
                        _ => members.iter().position(|it| json.take(it.name.as_bytes())),
                    };
                    if let Some(place) = place {
                        let bit = 1 << place;
                        let is_first = seen & bit == 0;
                        seen |= bit;
                        next = place + 1;
                        return is_first && self.fits(members[place].shape, json, depth);
                    }
                    others.is_some_and(|others| json.name() && self.fits(others, json, depth))
                });
                is_object && seen & required == *required
            }
            shape => self.fits_other(shape, json, depth),
        }
    }

    // Kept apart, so that the usual object does not save registers for all of this.
    #[inline(never)]
    fn fits_other(&self, shape: &Shape, json: &mut Bytes<'_>, depth: usize) -> bool {
        match shape {
            Shape::Any => json.skip(depth),
            Shape::Null => json.take(b"null"),
            Shape::Boolean => json.take(b"true") || json.take(b"false"),
            Shape::Number => json.number(),
            Shape::Text { least: 0, most: usize::MAX, format: None } => json.text().is_some(),
            Shape::Text { least, most, format } => json.plain_text().is_some_and(|text| {
                (*least..=*most).contains(&text.chars().count())
                    && format.as_ref().is_none_or(|format| format::fits(format, text))
            }),
            Shape::Words(words) => words.iter().any(|word| json.take(word.as_bytes())),
            Shape::List { each, least, most } => {
                let count = json.list(|json| self.fits(*each, json, depth));
                count.is_some_and(|count| (*least..=*most).contains(&count))
            }
            Shape::Choice(shapes) => {
                let start = json.at;
                shapes.iter().any(|shape| json.again(start) && self.fits(*shape, json, depth))
            }
            Shape::Same(shape) => self.fits(*shape, json, depth),
            // The others are recognised before.
            Shape::Unknown | Shape::Integer { .. } | Shape::Object { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn recognises(schema: &Value, json: &str) -> bool {
        Shapes::new(schema, schema).recognised(json) == Some(json.len())
    }

    #[test]
    fn what_types_write_is_recognised_by_its_bytes() {
        let point = json!({ "type": "object", "required": ["x"], "properties": {
            "x": { "type": "integer", "minimum": -2, "maximum": 9 },
            "near": { "type": "array", "items": { "$ref": "#/$defs/Near" } },
            "name": { "anyOf": [{ "type": "string", "format": "date" }, { "type": "null" }] } },
            "$defs": { "Near": { "oneOf": [{ "type": "string", "const": "far" },
                { "type": "object", "required": ["by"], "additionalProperties": false,
                  "properties": { "by": { "type": "number" } } }] } } });
        for json in [
            r#"{"x":-2}"#,
            r#"{"x":9,"near":["far",{"by":1.5e3},{"by":2}],"name":"2026-11-30"}"#,
            r#"{"name":null,"other\"":[{},"\\",[1,true]],"x":0}"#,
        ] {
            assert!(recognises(&point, json), "{json}");
        }
        for json in [
            "{}",
            r#"{"x":-3}"#,
            r#"{"x":1.0}"#,
            r#"{"x":1,"x":2}"#,
            r#"{"x":1,"near":[{"by":null}]}"#,
            r#"{"x":1,"near":[{"by":1,"to":1}]}"#,
            r#"{"x":1,"name":"soon"}"#,
            r#"{"x":1"#,
        ] {
            assert!(!recognises(&point, json), "{json}");
        }
    }

    /// `a` may be a name that the schema knows, written in another way.
    #[test]
    fn names_that_may_be_written_otherwise_are_not_recognised() {
        let schema = json!({ "type": "object", "properties": { "a": { "type": "null" } } });
        assert!(recognises(&schema, r#"{"b\\":1}"#));
        assert!(!recognises(&schema, r#"{"\u0061":1}"#));
    }

    #[test]
    fn alternatives_that_look_alike_are_not_tried_for_ever() {
        let alike = ["one", "two"].map(|word| {
            json!({ "type": "object", "required": ["left", word], "additionalProperties": false,
                "properties": { "left": { "$ref": "#/$defs/Alike" }, word: { "type": "null" } } })
        });
        let schema = json!({ "$ref": "#/$defs/Alike", "$defs": { "Alike": { "anyOf":
            [{ "type": "boolean" }, alike[0], alike[1]] } } });
        let deep = |levels| {
            let inner = |inner, _| format!(r#"{{"left":{inner},"two":null}}"#);
            (0..levels).fold("true".to_owned(), inner)
        };
        assert!(recognises(&schema, &deep(8)) && !recognises(&schema, &deep(60)));
    }

    #[test]
    fn integers_are_recognised_up_to_thirty_digits() {
        let any = json!({ "type": "integer" });
        let longest = "1".repeat(30);
        for json in ["0", "-7", "999999999999999999", "-1000000000000000000", &longest] {
            assert!(recognises(&any, json), "{json}");
        }
        for json in ["-", "1.0", "1e3", &format!("{longest}1")] {
            assert!(!recognises(&any, json), "{json}");
        }
        let few = json!({ "type": "integer", "minimum": -5, "maximum": 5 });
        assert!(recognises(&few, "-5") && recognises(&few, "5"));
        assert!(!recognises(&few, "-6") && !recognises(&few, "6"));
    }

    #[test]
    fn what_is_not_recognised_is_checked() {
        let promise = Promise::new(&json!({ "type": "object", "properties": {
            "mean": { "type": "number", "exclusiveMinimum": 0 } } }));
        assert!(promise.check(br#"{"mean":1.5}"#).is_ok());
        let wrong = promise.check(br#"{"mean":null}"#).unwrap_err();
        assert_eq!(
            wrong.worded()[0].to_string(),
            "`result.mean`: expected a number above 0; got null"
        );
    }
}
