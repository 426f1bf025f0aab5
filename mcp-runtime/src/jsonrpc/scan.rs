//! A line → where its parts are, in one pass and without a copy.
//!
//! The scan checks that the whole line is JSON and remembers where the members of three objects are:
//! the message, its `params`, and one member of these that the caller names. Values are read
//! afterwards, each once and by whoever knows its type.

use std::borrow::Cow;

use super::text::{is_special, plain, special_bytes};

/// Nesting beyond this is refused: no honest message is that deep, and reading a value recurses.
const DEPTH: usize = 128;

/// A part of a line, as its first byte and the one behind its last.
pub(super) type Span = (u32, u32);

/// One member of an object: where its key and its value are in the line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    key: Span,
    value: Span,
    escaped: bool,
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

/// Where the members of a message are that JSON-RPC knows.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Envelope {
    pub(super) jsonrpc: Option<Span>,
    pub(super) id: Option<Span>,
    pub(super) method: Option<Span>,
    pub(super) params: Option<Span>,
    /// It has a `result` or an `error`.
    pub(super) is_answer: bool,
    /// One of its members that was given twice.
    pub(super) doubled: Option<&'static str>,
}

/// Why a line is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// No JSON, from this byte on.
    At(usize),
    /// JSON nested beyond the limit.
    TooDeep,
    /// JSON, but no object.
    NoObject,
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

    /// Whether the key reads `name`.
    #[inline]
    pub(crate) fn is(&self, line: &str, name: &str) -> bool {
        if self.escaped {
            return unescaped(part(line, self.key)) == name;
        }
        let (start, end) = self.key;
        line.as_bytes()[start as usize..end as usize] == *name.as_bytes()
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

/// A key that cannot be read, such as half a surrogate pair, is known by its escapes.
#[cold]
fn unescaped(key: &str) -> Cow<'_, str> {
    serde_json::from_str::<String>(&format!("\"{key}\"")).map_or(key.into(), Cow::Owned)
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
            let name = key.name(scanner.line);
            let (name, place) = match &*name {
                "jsonrpc" => ("jsonrpc", &mut envelope.jsonrpc),
                "id" => ("id", &mut envelope.id),
                "method" => ("method", &mut envelope.method),
                "params" => {
                    scanner.params(hints, params, nested)?;
                    envelope.place_params(scanner.since(key.value));
                    return Some(());
                }
                other => {
                    envelope.is_answer |= other == "result" || other == "error";
                    return scanner.value(1);
                }
            };
            scanner.value(1)?;
            // Of a doubled id nothing is read, whatever else is doubled.
            if place.replace(scanner.since(key.value)).is_some() && envelope.doubled != Some("id") {
                envelope.doubled = Some(name);
            }
            Some(())
        });
        let scanned = scanned.and_then(|()| scanner.end()).ok_or_else(|| scanner.fault());
        if scanned == Err(Broken::TooDeep) {
            envelope.id = find_id(line);
        }
        scanned
    }
}

/// The id of a message that is too deep to be scanned: whoever sent it waits for the answer, and many
/// clients write the id last. `None` if there is none, or more than one.
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

impl Envelope {
    fn place_params(&mut self, params: Span) {
        if self.params.replace(params).is_some() && self.doubled != Some("id") {
            self.doubled = Some("params");
        }
    }
}

/// The elements of a line that is a JSON array; `None` if it is no array or no JSON.
pub(crate) fn elements(line: &str) -> Option<Vec<&str>> {
    let mut scanner = Scanner::new(line);
    let mut elements = Vec::new();
    scanner.space();
    if scanner.peek() != Some(b'[') {
        return None;
    }
    scanner.array(|scanner| {
        let start = scanner.at;
        scanner.value(1)?;
        elements.push(&line[start..scanner.at]);
        Some(())
    })?;
    scanner.end()?;
    Some(elements)
}

/// What is wrong stands in the scanner, so that every step answers with no more than whether it
/// went well: `None` is the end of the scan.
struct Scanner<'a> {
    line: &'a str,
    bytes: &'a [u8],
    at: usize,
    too_deep: bool,
}

/// A key that was passed: where it is; its member is complete when its value was passed too.
#[derive(Clone, Copy)]
struct Key {
    start: usize,
    end: usize,
    value: usize,
    escaped: bool,
}

impl Key {
    #[inline]
    fn name<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let key = &line[self.start..self.end];
        if self.escaped { unescaped(key) } else { key.into() }
    }
}

/// Lines are far shorter than 4 GiB: the reader's limit sees to it.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl<'a> Scanner<'a> {
    fn new(line: &'a str) -> Self {
        Self { line, bytes: line.as_bytes(), at: 0, too_deep: false }
    }

    /// What ended the scan.
    fn fault(&self) -> Broken {
        if self.too_deep { Broken::TooDeep } else { Broken::At(self.at) }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        // Compact JSON has none: one comparison tells.
        while let Some(byte @ ..=b' ') = self.peek()
            && matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
        {
            self.at += 1;
        }
    }

    fn end(&mut self) -> Option<()> {
        self.space();
        if self.at == self.bytes.len() { Some(()) } else { None }
    }

    #[inline]
    fn since(&self, start: usize) -> Span {
        (offset(start), offset(self.at))
    }

    #[inline]
    fn member(&self, key: Key) -> Member {
        let value = self.since(key.value);
        Member { key: (offset(key.start), offset(key.end)), value, escaped: key.escaped }
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
            } else if key.name(scanner.line) == hints.nested {
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

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH {
            self.too_deep = true;
            return None;
        }
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => self.object(depth, |scanner, _| scanner.value(depth + 1)),
            Some(b'[') => self.array(|scanner| scanner.value(depth + 1)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal(b"true"),
            Some(b'f') => self.literal(b"false"),
            Some(b'n') => self.literal(b"null"),
            _ => None,
        }
    }

    /// Passes an object; `pass` passes each value.
    #[inline]
    fn object(
        &mut self,
        depth: usize,
        mut pass: impl FnMut(&mut Self, Key) -> Option<()>,
    ) -> Option<()> {
        if depth >= DEPTH {
            self.too_deep = true;
            return None;
        }
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Some(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return None;
            }
            let start = self.at + 1;
            let escaped = self.string()?;
            let end = self.at - 1;
            self.space();
            if self.peek() != Some(b':') {
                return None;
            }
            self.at += 1;
            self.space();
            pass(self, Key { start, end, value: self.at, escaped })?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            self.space();
        }
    }

    fn array(&mut self, mut pass: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Some(());
        }
        loop {
            pass(self)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            self.space();
        }
    }

    /// Passes a string and tells whether anything in it is escaped. Most strings are keys and short
    /// words, which end in the first eight bytes.
    #[inline]
    fn string(&mut self) -> Option<bool> {
        self.at += 1;
        let head = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>());
        match head.map_or(0, |head| special_bytes(*head)) {
            0 => self.long_string(),
            hits => {
                self.at += hits.trailing_zeros() as usize / 8;
                self.string_end()
            }
        }
    }

    #[inline(never)]
    fn long_string(&mut self) -> Option<bool> {
        self.at += plain(self.bytes.get(self.at..)?);
        self.string_end()
    }

    #[inline]
    fn string_end(&mut self) -> Option<bool> {
        if self.peek() != Some(b'"') {
            return self.escaped_string();
        }
        self.at += 1;
        Some(false)
    }

    /// Passes the rest of a string, from its first escape on.
    fn escaped_string(&mut self) -> Option<bool> {
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Some(true);
                }
                Some(b'\\') => self.escape()?,
                // A control character, or the end of the line.
                Some(..0x20) | None => return None,
                // Escapes come in flocks: a few bytes are looked at singly behind each.
                Some(_) => {
                    let near = self.bytes.get(self.at..self.at + 8).unwrap_or_default();
                    match near.iter().position(|&byte| is_special(byte)) {
                        Some(special) => self.at += special,
                        None => self.at += plain(&self.bytes[self.at..]),
                    }
                }
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Some(())
            }
            Some(b'u') => match self.bytes.get(self.at + 2..self.at + 6) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {
                    self.at += 6;
                    Some(())
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Some(()) } else { None }
    }

    fn literal(&mut self, word: &[u8]) -> Option<()> {
        if !self.bytes[self.at..].starts_with(word) {
            return None;
        }
        self.at += word.len();
        Some(())
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(part(index.envelope.id), Some("1"));
        assert_eq!(
            part(index.envelope.params),
            Some(r#"{"x":[1,{"y":2}],"arguments":{"a":"b\"c","d":{}}}"#)
        );
        assert_eq!(list(&index.nested), [pair("a", r#""b\"c""#), pair("d", "{}")]);
        assert_eq!(index.params.len(), 2);
    }

    #[test]
    fn escaped_keys_are_compared_as_they_read() {
        let line = r#"{"p\u0061rams":{"arguments\u0000":{}}}"#;
        let index = scan(line).unwrap();
        assert!(index.envelope.params.is_some());
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
