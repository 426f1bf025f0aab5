//! Comparison of JSON with a pattern that leaves things open.
//!
//! A pattern is JSON in which `…` (U+2026) matches what is not said:
//!
//! | where | matches | example |
//! |---|---|---|
//! | as a value | any value | `{"id":…}` |
//! | last in an object or array, with or without a comma before it | any further members | `{"id":1…}` |
//! | in a string | any run of characters | `"… is missing"` |
//!
//! Members of objects may come in any order. Numbers are the same if they are written the same:
//! `1` is not `1.0`.

use std::fmt;

use serde_json::{Map, Value};

/// The character that leaves something open.
pub const ELLIPSIS: char = '…';

/// JSON with places left open.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// Any value.
    Any,
    /// `null`, a boolean or a number.
    Scalar(Value),
    /// The pieces between the places left open; one piece is the whole text.
    Text(Vec<String>),
    Array {
        entries: Vec<Node>,
        open: bool,
    },
    Object {
        members: Vec<(String, Node)>,
        open: bool,
    },
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Where it stops to be one, in bytes from its start.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {} of the pattern", self.expected, self.offset)
    }
}

impl std::error::Error for PatternError {}

/// The first place where a value differs from a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The place, such as `$.result.content[0].text`.
    pub path: String,
    /// What was expected there.
    pub expected: String,
    /// What came.
    pub actual: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: expected {}, got {}", self.path, self.expected, self.actual)
    }
}

impl std::error::Error for Mismatch {}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`] for a text that is no JSON even with its places left open filled in.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut reader = Reader { text, offset: 0 };
        let node = reader.value()?;
        reader.skip_space();
        if reader.rest().is_empty() { Ok(Self(node)) } else { Err(reader.expected("the end")) }
    }

    /// Compares a value with the pattern.
    ///
    /// # Errors
    /// [`Mismatch`] for the first place where they differ.
    pub fn compare(&self, actual: &Value) -> Result<(), Mismatch> {
        self.0.compare(actual, "$")
    }
}

impl Node {
    fn compare(&self, actual: &Value, path: &str) -> Result<(), Mismatch> {
        match (self, actual) {
            (Self::Any, _) => Ok(()),
            (Self::Scalar(expected), _) if expected == actual => Ok(()),
            (Self::Text(pieces), Value::String(text)) if is_run_of(pieces, text) => Ok(()),
            (Self::Array { entries, open }, Value::Array(values)) => {
                compare_arrays(entries, *open, values, path)
            }
            (Self::Object { members, open }, Value::Object(values)) => {
                compare_objects(members, *open, values, path)
            }
            _ => Err(mismatch(path, self.to_string(), actual.to_string())),
        }
    }
}

fn compare_arrays(
    entries: &[Node],
    open: bool,
    values: &[Value],
    path: &str,
) -> Result<(), Mismatch> {
    for (index, (entry, value)) in entries.iter().zip(values).enumerate() {
        entry.compare(value, &format!("{path}[{index}]"))?;
    }
    if let Some(missing) = entries.get(values.len()) {
        let path = format!("{path}[{}]", values.len());
        return Err(mismatch(&path, missing.to_string(), "the end of the array".to_owned()));
    }
    match values.get(entries.len()) {
        Some(extra) if !open => {
            let path = format!("{path}[{}]", entries.len());
            Err(mismatch(&path, "the end of the array".to_owned(), extra.to_string()))
        }
        _ => Ok(()),
    }
}

fn compare_objects(
    members: &[(String, Node)],
    open: bool,
    values: &Map<String, Value>,
    path: &str,
) -> Result<(), Mismatch> {
    for (name, member) in members {
        let path = format!("{path}.{name}");
        match values.get(name) {
            Some(value) => member.compare(value, &path)?,
            None => return Err(mismatch(&path, member.to_string(), "no such member".to_owned())),
        }
    }
    let extra = values.iter().find(|(name, _)| members.iter().all(|(known, _)| known != *name));
    match extra {
        Some((name, value)) if !open => {
            let path = format!("{path}.{name}");
            Err(mismatch(&path, "no such member".to_owned(), value.to_string()))
        }
        _ => Ok(()),
    }
}

/// Whether the text is the pieces in order, with anything between them.
fn is_run_of(pieces: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        return pieces.first().is_some_and(|piece| piece == text);
    };
    let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
    for piece in middle {
        let Some(start) = rest.find(piece.as_str()) else { return false };
        rest = &rest[start + piece.len()..];
    }
    true
}

fn mismatch(path: &str, expected: String, actual: String) -> Mismatch {
    Mismatch { path: path.to_owned(), expected, actual }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => write!(f, "{ELLIPSIS}"),
            Self::Scalar(value) => value.fmt(f),
            Self::Text(pieces) => {
                Value::from(pieces.join(ELLIPSIS.encode_utf8(&mut [0; 4]))).fmt(f)
            }
            Self::Array { entries, open } => {
                write!(f, "[")?;
                for (index, entry) in entries.iter().enumerate() {
                    write!(f, "{}{entry}", if index > 0 { "," } else { "" })?;
                }
                write!(f, "{}]", if *open { "…" } else { "" })
            }
            Self::Object { members, open } => {
                write!(f, "{{")?;
                for (index, (name, member)) in members.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{}:{member}", Value::from(name.as_str()))?;
                }
                write!(f, "{}}}", if *open { "…" } else { "" })
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Node, PatternError> {
        self.skip_space();
        match self.rest().chars().next() {
            Some(ELLIPSIS) => {
                self.offset += ELLIPSIS.len_utf8();
                Ok(Node::Any)
            }
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some('"') => {
                let text = self.string()?;
                Ok(Node::Text(text.split(ELLIPSIS).map(str::to_owned).collect()))
            }
            _ => self.scalar(),
        }
    }

    fn object(&mut self) -> Result<Node, PatternError> {
        self.offset += 1;
        let mut members = Vec::new();
        loop {
            if let Some(open) = self.end('}', members.is_empty())? {
                return Ok(Node::Object { members, open });
            }
            self.skip_space();
            let name = self.string()?;
            self.skip_space();
            if !self.eat(':') {
                return Err(self.expected("`:`"));
            }
            members.push((name, self.value()?));
        }
    }

    fn array(&mut self) -> Result<Node, PatternError> {
        self.offset += 1;
        let mut entries = Vec::new();
        loop {
            if let Some(open) = self.end(']', entries.is_empty())? {
                return Ok(Node::Array { entries, open });
            }
            entries.push(self.value()?);
        }
    }

    /// Reads what stands between two members: the end of the list and whether it is open, or
    /// `None` if a member follows.
    fn end(&mut self, closing: char, is_first: bool) -> Result<Option<bool>, PatternError> {
        self.skip_space();
        if self.eat(closing) {
            return Ok(Some(false));
        }
        let has_comma = !is_first && self.eat(',');
        let before_ellipsis = self.offset;
        self.skip_space();
        if self.eat(ELLIPSIS) {
            self.skip_space();
            if self.eat(closing) {
                return Ok(Some(true));
            }
            // Not the last one: a value left open.
            self.offset = before_ellipsis;
        }
        if is_first || has_comma { Ok(None) } else { Err(self.expected("`,` or the end")) }
    }

    fn string(&mut self) -> Result<String, PatternError> {
        let mut stream = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
        match stream.next() {
            Some(Ok(text)) => {
                self.offset += stream.byte_offset();
                Ok(text)
            }
            _ => Err(self.expected("a string")),
        }
    }

    fn scalar(&mut self) -> Result<Node, PatternError> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        match serde_json::from_str(&rest[..length]) {
            Ok(value) => {
                self.offset += length;
                Ok(Node::Scalar(value))
            }
            Err(_) => Err(self.expected("a value")),
        }
    }

    fn eat(&mut self, c: char) -> bool {
        let is_next = self.rest().starts_with(c);
        if is_next {
            self.offset += c.len_utf8();
        }
        is_next
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    fn expected(&self, expected: &'static str) -> PatternError {
        PatternError { offset: self.offset, expected }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compare(pattern: &str, actual: &Value) -> Result<(), String> {
        let pattern = Pattern::parse(pattern).unwrap();
        pattern.compare(actual).map_err(|mismatch| mismatch.to_string())
    }

    #[test]
    fn json_matches_itself_in_any_order_of_members() {
        let actual = json!({"a": [1, null, true, 1.5, "x\n\"y"], "b": {}, "c": []});
        assert_eq!(compare(&actual.to_string(), &actual), Ok(()));
        let reordered =
            r#" { "c" : [ ] , "b" : { } , "a" : [ 1 , null , true , 1.5 , "x\n\"y" ] } "#;
        assert_eq!(compare(reordered, &actual), Ok(()));
    }

    #[test]
    fn ellipsis_as_a_value_matches_any_value() {
        for actual in [json!(null), json!(1), json!("x"), json!([1]), json!({"a": 1})] {
            assert_eq!(compare("…", &actual), Ok(()));
            assert_eq!(compare(r#"{"a":…}"#, &json!({"a": actual})), Ok(()));
            assert_eq!(compare(r"[…, 1]", &json!([actual, 1])), Ok(()));
        }
        assert_eq!(
            compare(r#"{"a":…}"#, &json!({})),
            Err("at $.a: expected …, got no such member".to_owned())
        );
    }

    #[test]
    fn ellipsis_at_the_end_allows_further_members() {
        for pattern in [r#"{"a":1…}"#, r#"{"a":1,…}"#, r#"{"a":1 , … }"#, "{…}"] {
            assert_eq!(compare(pattern, &json!({"a": 1})), Ok(()), "{pattern}");
            assert_eq!(compare(pattern, &json!({"a": 1, "b": 2})), Ok(()), "{pattern}");
        }
        for pattern in ["[1…]", "[1,…]", "[1 , … ]", "[…]"] {
            assert_eq!(compare(pattern, &json!([1])), Ok(()), "{pattern}");
            assert_eq!(compare(pattern, &json!([1, 2, 3])), Ok(()), "{pattern}");
        }
        assert!(compare("[1,…]", &json!([2])).is_err());
        assert!(compare("[1,…]", &json!([])).is_err());
    }

    #[test]
    fn ellipsis_in_a_string_matches_any_run_of_characters() {
        let text = json!("unknown tool `add`, known are `sub`");
        for pattern in [r#""…""#, r#""unknown …""#, r#""…`sub`""#, r#""un…tool…known…`""#]
        {
            assert_eq!(compare(pattern, &text), Ok(()), "{pattern}");
        }
        for pattern in [r#""known…""#, r#""…`add`""#, r#""…sub…tool…""#] {
            assert!(compare(pattern, &text).is_err(), "{pattern}");
        }
        assert!(compare(r#""ab…bc""#, &json!("abc")).is_err(), "the pieces must not overlap");
        assert!(compare(r#""…""#, &json!(1)).is_err(), "a string stays a string");
    }

    #[test]
    fn mismatch_names_path_expectation_and_what_came() {
        let actual = json!({"result": {"content": [{"text": "no"}], "isError": true}});
        let says =
            |pattern, text: &str| assert_eq!(compare(pattern, &actual), Err(text.to_owned()));
        says(
            r#"{"result":{"content":[{"text":"y…s"}]…}}"#,
            r#"at $.result.content[0].text: expected "y…s", got "no""#,
        );
        says(
            r#"{"result":{"content":…}}"#,
            "at $.result.isError: expected no such member, got true",
        );
        says(
            r#"{"result":{"content":[…,{}]…}}"#,
            "at $.result.content[1]: expected {}, got the end of the array",
        );
        says(
            r#"{"result":{"content":[]…}}"#,
            r#"at $.result.content[0]: expected the end of the array, got {"text":"no"}"#,
        );
        says(
            r#"{"result":[1…]}"#,
            &format!("at $.result: expected [1…], got {}", actual["result"]),
        );
    }

    #[test]
    fn numbers_must_be_written_the_same() {
        assert!(compare("1", &json!(1.0)).is_err());
        assert!(compare("1", &json!("1")).is_err());
        assert_eq!(compare("-1.5e3…".trim_end_matches('…'), &json!(-1500.0)), Ok(()));
    }

    #[test]
    fn text_that_is_no_pattern_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("{\"a\" 1}", 5),
            ("{\"a\":1 \"b\":2}", 7),
            ("[1 2]", 3),
            ("[1] 2", 4),
            ("[1", 2),
            ("{a:1}", 1),
            ("nul", 0),
            ("[…, 1", 7),
        ] {
            assert_eq!(Pattern::parse(text).map_err(|error| error.offset), Err(offset), "{text}");
        }
    }
}
