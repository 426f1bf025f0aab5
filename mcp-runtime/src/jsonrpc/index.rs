//! A line → where its parts are, in one pass and without a copy.
//!
//! The pass checks that the whole line is JSON and remembers where the members of three objects
//! are: the message, its `params`, and one member of these that the caller names. Values are read
//! afterwards, each once and by whoever knows its type.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::scan::{Broken, Key, Scanner, unescaped};

/// A part of a line, as its first byte and the one behind its last.
pub(super) type Span = (u32, u32);

/// One member of an object: where its key and its value are in the line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    key: Span,
    value: Span,
    /// The key has escapes.
    escaped: bool,
    /// The value is a string without escapes.
    plain: bool,
}

/// Where the parts of a line are. It is kept and used again for the next line.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(super) envelope: Envelope,
    /// The members of `params`.
    pub(super) params: Vec<Member>,
    /// The members of the named member of `params`.
    pub(super) nested: Vec<Member>,
}

/// Members that an index keeps room for: most messages have fewer.
const KEPT: usize = 1024;

/// The members of a message that JSON-RPC knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    JsonRpc,
    Id,
    Method,
    Params,
    Result,
    Error,
}

/// Where these members are.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Envelope {
    spans: [Option<Span>; 6],
    /// One of them that was given twice.
    pub(super) doubled: Option<Part>,
    /// The method is a string without escapes.
    pub(super) has_plain_method: bool,
}

/// What a reader knows about the lines it reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hints<'a> {
    /// The member of `params` whose members are wanted too.
    pub(crate) nested: &'a str,
    /// A JSON object that was a member of earlier `params` and may come again byte for byte: what
    /// was scanned once is then passed over. Empty if there is none.
    pub(crate) familiar: &'a str,
}

impl Member {
    /// The key as it reads.
    #[inline]
    pub(crate) fn key<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let key = part(line, self.key);
        if self.escaped { unescaped(key) } else { key.into() }
    }

    /// Whether the key reads `name`. Inlined, so that a name that is a constant is compared as one:
    /// nearly all other keys are told from it by their length.
    #[inline]
    pub(crate) fn is(&self, line: &str, name: &str) -> bool {
        if self.escaped {
            return self.is_unescaped(line, name);
        }
        let (start, end) = self.key;
        (end - start) as usize == name.len()
            && line.as_bytes().get(start as usize..end as usize) == Some(name.as_bytes())
    }

    #[cold]
    fn is_unescaped(&self, line: &str, name: &str) -> bool {
        unescaped(part(line, self.key)) == name
    }

    /// The text of the value, if it is a string that reads as it stands.
    #[inline]
    pub(crate) fn plain_text<'a>(&self, line: &'a str) -> Option<&'a str> {
        let (start, end) = self.value;
        self.plain.then(|| part(line, (start + 1, end - 1)))
    }

    /// The value, as JSON.
    #[inline]
    pub(crate) fn value<'a>(&self, line: &'a str) -> &'a str {
        part(line, self.value)
    }
}

#[inline]
pub(super) fn part(line: &str, (start, end): Span) -> &str {
    &line[start as usize..end as usize]
}

impl Index {
    /// Scans a line.
    ///
    /// # Errors
    /// If the line is no JSON object. What came before the fault is indexed all the same.
    pub(crate) fn scan(&mut self, line: &str, hints: Hints<'_>) -> Result<(), Broken> {
        let Self { envelope, params, nested } = self;
        *envelope = Envelope::default();
        params.clear();
        nested.clear();
        let mut scanner = Scanner::new(line);
        scanner.space();
        if scanner.peek() != Some(b'{') {
            let json = scanner.value(0).and_then(|()| scanner.end());
            return Err(json.map_or_else(|| scanner.fault(), |()| Broken::NoObject));
        }
        let scanned = scanner.object(0, |scanner, key| {
            let part = key.read(scanner.bytes, Part::of);
            match part {
                Some(Part::Params) => scanner.params(hints, params, nested)?,
                _ => scanner.value(1)?,
            }
            if let Some(part) = part {
                envelope.found(part, scanner.since(key.value));
            }
            if part == Some(Part::Method) {
                envelope.has_plain_method = scanner.is_plain(key);
            }
            Some(())
        });
        let scanned = scanned.and_then(|()| scanner.end()).ok_or_else(|| scanner.fault());
        if scanned == Err(Broken::TooDeep) {
            envelope.spans[Part::Id as usize] = find_id(line);
        }
        scanned
    }
}

impl Index {
    /// Gives back what only an unusual line needed.
    pub(crate) fn shrink(&mut self) {
        for members in [&mut self.params, &mut self.nested] {
            if members.capacity() > KEPT {
                *members = Vec::new();
            }
        }
    }
}

/// The id of a message that is too deep to be scanned: whoever sent it waits for the answer, and
/// many clients write the id last. `None` if there is none, or more than one.
#[cold]
fn find_id(line: &str) -> Option<Span> {
    let mut scanner = Scanner::new(line);
    let mut depth = 0_usize;
    let mut id = None;
    while let Some(byte) = scanner.peek() {
        match byte {
            b'"' => {
                let start = scanner.at;
                scanner.string()?;
                let is_id = depth == 1 && line.get(start..scanner.at) == Some("\"id\"");
                scanner.space();
                if is_id && scanner.peek() == Some(b':') {
                    scanner.at += 1;
                    scanner.space();
                    let value = scanner.at;
                    scanner.value(1)?;
                    if id.replace(scanner.since(value)).is_some() {
                        return None;
                    }
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        scanner.at += 1;
    }
    id.filter(|_| depth == 0)
}

impl Part {
    fn of(key: &[u8]) -> Option<Self> {
        match key {
            b"jsonrpc" => Some(Self::JsonRpc),
            b"id" => Some(Self::Id),
            b"method" => Some(Self::Method),
            b"params" => Some(Self::Params),
            b"result" => Some(Self::Result),
            b"error" => Some(Self::Error),
            _ => None,
        }
    }

    /// Its key.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::JsonRpc => "jsonrpc",
            Self::Id => "id",
            Self::Method => "method",
            Self::Params => "params",
            Self::Result => "result",
            Self::Error => "error",
        }
    }
}

impl Envelope {
    /// Whether it has what an answer has.
    pub(super) fn is_answer(&self) -> bool {
        self.span(Part::Result).or(self.span(Part::Error)).is_some()
    }

    pub(super) fn span(&self, part: Part) -> Option<Span> {
        self.spans[part as usize]
    }

    fn found(&mut self, part: Part, span: Span) {
        // Of a doubled id nothing is read, whatever else is doubled.
        if self.spans[part as usize].replace(span).is_some() && self.doubled != Some(Part::Id) {
            self.doubled = Some(part);
        }
    }
}

/// Goes through the elements of a line that is a JSON array; `None` if it is not an array, or not
/// JSON, which may show only behind some elements.
pub(crate) fn elements<'a>(line: &'a str, mut each: impl FnMut(&'a str)) -> Option<()> {
    let mut scanner = Scanner::new(line);
    scanner.space();
    if scanner.peek() != Some(b'[') {
        return None;
    }
    scanner.array(|scanner| {
        let start = scanner.at;
        scanner.value(1)?;
        each(&line[start..scanner.at]);
        Some(())
    })?;
    scanner.end()
}

/// The members of a text that is a JSON object, whose places are those in this text.
pub(crate) fn members(object: &str) -> Vec<Member> {
    let mut members = Vec::new();
    let scanned = Scanner::new(object).object(0, |scanner, key| {
        scanner.value(1)?;
        members.push(scanner.member(key));
        Some(())
    });
    scanned.map_or_else(Vec::new, |()| members)
}

/// Whether JSON may hold more than `most` values: read into a tree, each costs many times its size.
/// Commas in texts count as well.
pub(crate) fn is_crowded(json: &str, most: usize) -> bool {
    json.len() > most && memchr_iter(b',', json.as_bytes()).nth(most).is_some()
}

/// A place in a line. The longest line that can be allowed is far shorter than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "`Limits::line` sees to it")]
#[inline]
fn offset(at: usize) -> u32 {
    at as u32
}

impl Scanner<'_> {
    #[inline]
    fn since(&self, start: usize) -> Span {
        (offset(start), offset(self.at))
    }

    #[inline]
    fn member(&self, key: Key) -> Member {
        let value = self.since(key.value);
        let place = (offset(key.start), offset(key.end));
        Member { key: place, value, escaped: key.escaped, plain: self.is_plain(key) }
    }

    /// Whether the value behind a key is a string without escapes.
    #[inline]
    fn is_plain(&self, key: Key) -> bool {
        self.plain && self.bytes.get(key.value) == Some(&b'"')
    }

    /// Passes the params and indexes them, if they are an object.
    #[inline]
    fn params(
        &mut self,
        hints: Hints<'_>,
        params: &mut Vec<Member>,
        nested: &mut Vec<Member>,
    ) -> Option<()> {
        if self.peek() != Some(b'{') {
            return self.value(1);
        }
        self.object(1, |scanner, key| {
            if scanner.peek() != Some(b'{') {
                scanner.value(2)?;
            } else if key.read(scanner.bytes, |name| name == hints.nested.as_bytes()) {
                scanner.object(2, |scanner, key| {
                    scanner.value(3)?;
                    nested.push(scanner.member(key));
                    Some(())
                })?;
            } else if !hints.familiar.is_empty()
                && scanner.bytes[scanner.at..].starts_with(hints.familiar.as_bytes())
            {
                scanner.at += hints.familiar.len();
            } else {
                scanner.value(2)?;
            }
            params.push(scanner.member(key));
            Some(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::DEPTH;
    use super::*;

    fn scan(line: &str) -> Result<Index, Broken> {
        let mut index = Index::default();
        let hints = Hints { nested: "arguments", familiar: r#"{"known":{}}"# };
        index.scan(line, hints).map(|()| index)
    }

    #[test]
    fn the_members_of_three_objects_are_found() {
        let line = r#" {"id" : 1, "params":{"x":[1,{"y":2}],"arguments":{"a":"b\"c","d":{}}} , "z":null} "#;
        let index = scan(line).unwrap();
        let list = |members: &[Member]| -> Vec<(String, String)> {
            members.iter().map(|m| (m.key(line).into_owned(), m.value(line).to_owned())).collect()
        };
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let part = |span: Option<Span>| span.map(|span| part(line, span));
        assert_eq!(part(index.envelope.span(Part::Id)), Some("1"));
        assert_eq!(
            part(index.envelope.span(Part::Params)),
            Some(r#"{"x":[1,{"y":2}],"arguments":{"a":"b\"c","d":{}}}"#)
        );
        assert_eq!(list(&index.nested), [pair("a", r#""b\"c""#), pair("d", "{}")]);
        assert_eq!(index.params.len(), 2);
    }

    #[test]
    fn escaped_keys_are_compared_as_they_read() {
        let line = r#"{"p\u0061rams":{"arguments\u0000":{}}}"#;
        let index = scan(line).unwrap();
        assert!(index.envelope.span(Part::Params).is_some());
        assert!(!index.params[0].is(line, "arguments"));
    }

    #[test]
    fn a_familiar_value_is_passed_over_and_kept() {
        for (line, keys) in [
            (r#"{"params":{"_meta":{"known":{}},"b":1}}"#, 2),
            (r#"{"params":{"_meta":{"known":{}} , "b":1}}"#, 2),
            (r#"{"params":{"_meta":{"known":{}}}}"#, 1),
        ] {
            let index = scan(line).unwrap();
            assert_eq!(index.params.len(), keys);
            assert_eq!(index.params[0].value(line), r#"{"known":{}}"#);
        }
        assert!(scan(r#"{"params":{"_meta":{"known":{}}x}}"#).is_err());
    }

    /// The scan accepts exactly what a complete reader accepts.
    #[test]
    fn the_scan_agrees_with_serde_json() {
        let seeds = [
            r#"{"a":1}"#,
            r#"{"a":-0.5e+10,"b":[true,false,null,"x\u00e9\n"],"c":{"d":{}}}"#,
            r#"{"a":"0123456789abcdef\"ghi","b":01}"#,
            r#"{"a":1.}"#,
            "{\"a\":\"\u{7f}é\u{1F600}12345\"}",
            r#"{"a":[1,2,]}"#,
            r#"{"params":{"arguments":{"k":[{}]}}}"#,
        ];
        let bytes: Vec<u8> = (0u8..=0x7f).collect();
        for seed in seeds {
            for at in 0..seed.len() {
                for &byte in &bytes {
                    let mut changed = seed.as_bytes().to_vec();
                    changed[at] = byte;
                    let Ok(changed) = String::from_utf8(changed) else { continue };
                    let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&changed).is_ok();
                    let ours = !matches!(scan(&changed), Err(Broken::At(_) | Broken::TooDeep));
                    assert_eq!(ours, theirs, "{changed:?}");
                }
                if let Some(cut) = seed.get(..at) {
                    let theirs = serde_json::from_str::<serde::de::IgnoredAny>(cut).is_ok();
                    assert_eq!(scan(cut).is_ok(), theirs, "{cut:?}");
                }
            }
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(scan(&deep(DEPTH - 1)).is_ok());
        assert!(matches!(scan(&deep(DEPTH + 1)), Err(Broken::TooDeep)));
        assert!(matches!(scan(&"[".repeat(1_000_000)), Err(Broken::TooDeep)));
    }
}
