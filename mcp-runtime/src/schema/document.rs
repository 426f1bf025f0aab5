//! JSON text that is read without being built: where each value starts, in four bytes a value, and
//! eight a list or an object. A tree of values takes up to forty times the memory of its text.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use serde_json::{Number, Value};

use super::compare;
use crate::jsonrpc::Scanner;

/// A text of JSON, and the places of its values.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    text: &'a str,
    /// Where each value starts, before its parts; a member's name is a value of its own. Behind the
    /// start of a list or an object stands the first place behind it and all in it. Places have
    /// four bytes: no message has four gigabytes.
    places: Vec<u32>,
}

impl<'a> Document<'a> {
    /// Reads a text; `None` if it is not JSON, or JSON by its grammar only: 1e400 and "\ud800" are
    /// no number and no text.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let mut reader = Reader { scanner: Scanner::new(text), text, places: Vec::new() };
        reader.scanner.space();
        reader.value(1)?;
        reader.scanner.end()?;
        Some(Self { text, places: reader.places })
    }

    /// The document of another text, if there is one. They are not held at the same time.
    pub(crate) fn or(self, other: Option<&'a str>) -> Option<Self> {
        let Some(other) = other else { return Some(self) };
        drop(self);
        Self::read(other)
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The outermost value.
    pub(super) fn root(&self) -> Node<'_> {
        Node { text: self.text, places: &self.places, at: 0 }
    }
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    text: &'a str,
    places: Vec<u32>,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<()> {
        let start = self.scanner.at;
        match self.scanner.peek()? {
            b'[' => self.container(b']', depth, Self::value),
            b'{' => self.container(b'}', depth, Self::member),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => {
                self.keep(start);
                self.scanner.value(depth)?;
                is_in_range(&self.text[start..self.scanner.at]).then_some(())
            }
            _ => {
                self.keep(start);
                self.scanner.value(depth)
            }
        }
    }

    fn container(
        &mut self,
        end: u8,
        depth: usize,
        part: fn(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        self.keep(self.scanner.at);
        let behind = self.places.len();
        self.keep(0);
        self.parts(end, depth, part)?;
        self.places[behind] = narrow(self.places.len());
        Some(())
    }

    fn parts(
        &mut self,
        end: u8,
        depth: usize,
        part: fn(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        if depth > MOST_DEPTH {
            return None;
        }
        self.scanner.at += 1;
        self.scanner.space();
        if self.scanner.peek()? == end {
            self.scanner.at += 1;
            return Some(());
        }
        loop {
            part(self, depth + 1)?;
            self.scanner.space();
            let byte = self.scanner.peek()?;
            self.scanner.at += 1;
            if byte == end {
                return Some(());
            }
            (byte == b',').then_some(())?;
            self.scanner.space();
        }
    }

    fn member(&mut self, depth: usize) -> Option<()> {
        (self.scanner.peek()? == b'"').then_some(())?;
        self.string()?;
        self.scanner.space();
        (self.scanner.peek()? == b':').then_some(())?;
        self.scanner.at += 1;
        self.scanner.space();
        self.value(depth)
    }

    fn string(&mut self) -> Option<()> {
        let start = self.scanner.at;
        self.keep(start);
        if self.scanner.string()? {
            let written = &self.text[start..self.scanner.at];
            let has_surrogates = written.contains("\\ud") || written.contains("\\uD");
            if has_surrogates {
                serde_json::from_str::<Cow<'_, str>>(written).ok()?;
            }
        }
        Some(())
    }

    fn keep(&mut self, place: usize) {
        self.places.push(narrow(place));
    }
}

/// As deep as `serde_json` reads.
const MOST_DEPTH: usize = 127;

fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("the text is shorter than four gigabytes, which is checked first")
}

/// Whether a number is one that floats reach.
fn is_in_range(written: &str) -> bool {
    const SURE: usize = 300;
    let is_small = written.len() < SURE && written.bytes().all(|byte| !matches!(byte, b'e' | b'E'));
    is_small || written.parse::<f64>().is_ok_and(f64::is_finite)
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

/// A value in a document.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    text: &'a str,
    places: &'a [u32],
    at: usize,
}

impl<'a> Node<'a> {
    /// A text of JSON that is a value without parts.
    pub(super) fn scalar(text: &'a str) -> Self {
        Self { text, places: &[0], at: 0 }
    }

    pub(super) fn kind(self) -> Kind {
        match self.onwards().as_bytes().first() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::List,
            Some(b'{') => Kind::Object,
            _ => Kind::Number,
        }
    }

    pub(super) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    pub(super) fn is_container(self) -> bool {
        matches!(self.kind(), Kind::List | Kind::Object)
    }

    /// The document from this value on.
    pub(super) fn onwards(self) -> &'a str {
        &self.text[self.places[self.at] as usize..]
    }

    /// The value as it is written.
    pub(super) fn json(self) -> &'a str {
        let onwards = self.onwards();
        let mut scanner = Scanner::new(onwards);
        let end = scanner.value(1).map_or(onwards.len(), |()| scanner.at);
        &onwards[..end]
    }

    pub(super) fn as_text(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::Text).then(|| {
            let json = self.json();
            if memchr::memchr(b'\\', json.as_bytes()).is_none() {
                return Cow::Borrowed(&json[1..json.len() - 1]);
            }
            Cow::Owned(serde_json::from_str(json).unwrap_or_default())
        })
    }

    pub(super) fn as_number(self) -> Option<Number> {
        if self.kind() != Kind::Number {
            return None;
        }
        let json = self.json();
        let is_short = json.len() < 19 && !json.starts_with("-0");
        // Most numbers are integers, which need no reader.
        match json.parse::<i64>() {
            Ok(integer) if is_short => Some(integer.into()),
            _ => serde_json::from_str(json).ok(),
        }
    }

    /// The items of a list; nothing of another value.
    pub(super) fn items(self) -> impl Iterator<Item = Node<'a>> + Clone {
        let is_list = self.kind() == Kind::List;
        Nodes { of: self, next: self.at + 2, end: self.behind() }.take_while(move |_| is_list)
    }

    /// The names and values of an object, each name as a value too; nothing of another value.
    pub(super) fn members(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> + Clone {
        let is_object = self.kind() == Kind::Object;
        let nodes = Nodes { of: self, next: self.at + 2, end: self.behind() };
        Pairs(nodes.take_while(move |_| is_object))
    }

    /// The member of this name.
    pub(super) fn get(self, name: &str) -> Option<Node<'a>> {
        self.members().find(|(key, _)| key.is_text(name)).map(|(_, value)| value)
    }

    /// Whether it is this text.
    pub(super) fn is_text(self, text: &str) -> bool {
        let onwards = self.onwards().strip_prefix('"');
        let rest = onwards.and_then(|onwards| onwards.strip_prefix(text));
        match rest.map(str::as_bytes) {
            // A text that holds a backslash or a quote is written otherwise.
            Some([b'"', ..]) if !text.contains(['\\', '"']) => true,
            _ => {
                let is_escaped = || memchr::memchr(b'\\', self.json().as_bytes()).is_some();
                is_escaped() && self.as_text().is_some_and(|it| it == text)
            }
        }
    }

    /// About how many values there are in it: itself, the names of its members, and twice each list
    /// or object.
    pub(super) fn size(self) -> usize {
        self.behind() - self.at
    }

    /// The first place behind it.
    fn behind(self) -> usize {
        if self.is_container() { self.places[self.at + 1] as usize } else { self.at + 1 }
    }

    /// Whether it is the same as a value of a schema.
    ///
    /// Spec: JSON Schema 2020-12, core, 4.2.2.
    pub(super) fn equals(self, other: &Value) -> bool {
        match other {
            Value::Null => self.is_null(),
            Value::Bool(other) => self.onwards().starts_with(if *other { "true" } else { "false" }),
            Value::Number(other) => {
                self.as_number().is_some_and(|number| compare::are_equal(&number, other))
            }
            Value::String(other) => self.is_text(other),
            Value::Array(other) => {
                let mut items = self.items();
                self.kind() == Kind::List
                    && other.iter().all(|other| items.next().is_some_and(|it| it.equals(other)))
                    && items.next().is_none()
            }
            Value::Object(other) => {
                let same = |(name, other): (&String, &Value)| {
                    self.get(name).is_some_and(|it| it.equals(other))
                };
                self.kind() == Kind::Object
                    && self.members().count() == other.len()
                    && other.iter().all(same)
            }
        }
    }

    /// A number for the value, the same for all that are equal to it, whatever their numbers are
    /// written as and in which order their members stand.
    pub(super) fn hash(self, state: &RandomState) -> u64 {
        let mut hasher = state.build_hasher();
        let kind = self.kind();
        (kind as u8).hash(&mut hasher);
        match kind {
            Kind::Null => {}
            Kind::Boolean => self.onwards().starts_with('t').hash(&mut hasher),
            Kind::Number => {
                let number = self.as_number();
                match number.as_ref().and_then(compare::whole) {
                    Some(integer) => integer.hash(&mut hasher),
                    None => number
                        .and_then(|number| number.as_f64())
                        .map(f64::to_bits)
                        .hash(&mut hasher),
                }
            }
            Kind::Text => self.as_text().hash(&mut hasher),
            Kind::List => self.items().for_each(|item| item.hash(state).hash(&mut hasher)),
            Kind::Object => {
                let member = |(name, value): (Node<'_>, Node<'_>)| {
                    state.hash_one((name.hash(state), value.hash(state)))
                };
                self.members().map(member).fold(0, u64::wrapping_add).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

/// The values that follow each other in a container.
#[derive(Clone)]
struct Nodes<'a> {
    of: Node<'a>,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Nodes<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = Node { at: self.next, ..self.of };
        if node.at >= self.end {
            return None;
        }
        self.next = node.behind();
        Some(node)
    }
}

/// Two by two.
#[derive(Clone)]
struct Pairs<I>(I);

impl<I: Iterator> Iterator for Pairs<I> {
    type Item = (I::Item, I::Item);

    fn next(&mut self) -> Option<(I::Item, I::Item)> {
        Some((self.0.next()?, self.0.next()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_json_or_cannot_be_read_is_refused() {
        for json in [
            "",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "{a:1}",
            "[1 2]",
            "1 2",
            "tru",
            "\"a",
            "1e400",
            "[\"\\ud800\"]",
            "{\"\\uD800\":1}",
            "01",
            "]",
        ] {
            assert!(Document::read(json).is_none(), "{json}");
        }
        let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
        assert!(Document::read(&deep).is_none() && Document::read(&deep[1..255]).is_some());
    }

    #[test]
    fn values_are_found_and_compared() {
        let json =
            r#" { "a" : [ 1.0 , {"b":null}, "\u00e9\"" , true ] , "\u0063" : {} , "n":1e2} "#;
        let document = Document::read(json).unwrap();
        let root = document.root();
        assert!(root.equals(&json!({ "n": 100, "c": {}, "a": [1, { "b": null }, "é\"", true] })));
        assert!(!root.equals(&json!({ "n": 100, "c": {}, "a": [1, { "b": null }, "é\""] })));
        let list = root.get("a").unwrap();
        assert_eq!(list.items().map(Node::json).nth(1), Some(r#"{"b":null}"#));
        assert_eq!((list.size(), list.items().count()), (9, 4));
        assert_eq!(root.get("c").map(Node::kind), Some(Kind::Object));
    }

    #[test]
    fn equal_values_have_one_hash() {
        let state = RandomState::new();
        let hash = |json: &str| Document::read(json).unwrap().root().hash(&state);
        for (one, other) in [
            ("1", "1.0"),
            ("1e19", "10000000000000000000"),
            ("0", "-0.0"),
            (r#"{"a":[1],"b":2}"#, r#"{"b":2.0,"\u0061":[1.0]}"#),
        ] {
            assert_eq!(hash(one), hash(other), "{one} {other}");
        }
        for (one, other) in [("1", "\"1\""), ("[1,2]", "[2,1]"), (r#"{"a":1}"#, r#"{"a":2}"#)] {
            assert_ne!(hash(one), hash(other), "{one} {other}");
        }
    }
}
