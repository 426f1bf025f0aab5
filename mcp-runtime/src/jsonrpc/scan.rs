//! The grammar of JSON: passing values without reading them.
//!
//! A line is passed once, and by that it is known to be JSON. What is remembered on the way is for
//! the one who passes the objects to say.

use std::borrow::Cow;

use super::text::{Word, first_special, pairs, plain};

/// Nesting beyond this is refused: no honest message is that deep, and reading a value recurses.
pub(super) const DEPTH: usize = 128;

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

/// What is wrong stands in the scanner, so that every step answers with no more than whether it
/// went well: `None` is the end of the scan.
pub(crate) struct Scanner<'a> {
    pub(super) bytes: &'a [u8],
    pub(crate) at: usize,
    too_deep: bool,
    /// The string passed last has no escapes: it reads as it stands.
    pub(super) plain: bool,
}

/// A key that was passed: where it is; its member is complete when its value was passed too.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: usize,
    pub(super) escaped: bool,
}

impl Key {
    /// What `read` makes of the key as it reads.
    #[inline]
    pub(super) fn read<T>(&self, line: &[u8], read: impl Fn(&[u8]) -> T) -> T {
        let key = &line[self.start..self.end];
        if self.escaped { Self::read_unescaped(key, read) } else { read(key) }
    }

    #[cold]
    fn read_unescaped<T>(key: &[u8], read: impl Fn(&[u8]) -> T) -> T {
        read(unescaped(str::from_utf8(key).unwrap_or_default()).as_bytes())
    }
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(line: &'a str) -> Self {
        Self { bytes: line.as_bytes(), at: 0, too_deep: false, plain: false }
    }

    /// What ended the scan.
    pub(super) fn fault(&self) -> Broken {
        if self.too_deep { Broken::TooDeep } else { Broken::At(self.at) }
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(crate) fn space(&mut self) {
        // Compact JSON has none: one comparison tells.
        while let Some(byte @ ..=b' ') = self.peek()
            && matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
        {
            self.at += 1;
        }
    }

    /// The next byte that is not space. Compact JSON has none: one comparison tells.
    #[inline]
    fn next(&mut self) -> Option<u8> {
        match self.peek() {
            Some(..=b' ') => {
                self.space();
                self.peek()
            }
            next => next,
        }
    }

    pub(crate) fn end(&mut self) -> Option<()> {
        self.space();
        if self.at == self.bytes.len() { Some(()) } else { None }
    }

    pub(crate) fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH {
            self.too_deep = true;
            return None;
        }
        match self.peek() {
            Some(b'"') => {
                self.plain = !self.string()?;
                Some(())
            }
            Some(b'{' | b'[') => self.container(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal(b"true"),
            Some(b'f') => self.literal(b"false"),
            Some(b'n') => self.literal(b"null"),
            _ => None,
        }
    }

    /// Passes an object or an array. It is a function of its own so that the values that are
    /// neither, which most are, save no registers for it.
    #[inline(never)]
    fn container(&mut self, depth: usize) -> Option<()> {
        if self.peek() == Some(b'[') {
            return self.array(|scanner| scanner.value(depth + 1));
        }
        self.object(depth, |scanner, _| scanner.value(depth + 1))
    }

    /// Passes an object; `pass` passes each value.
    #[inline]
    pub(super) fn object(
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
            if self.next() != Some(b':') {
                return None;
            }
            self.at += 1;
            self.space();
            pass(self, Key { start, end, value: self.at, escaped })?;
            match self.next() {
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

    pub(super) fn array(&mut self, mut pass: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
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
    pub(crate) fn string(&mut self) -> Option<bool> {
        self.at += 1;
        let head = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>());
        match head.map(|head| first_special(*head)) {
            Some(None) => self.long_string(size_of::<Word>()),
            Some(Some(place)) => {
                self.at += place;
                self.string_end()
            }
            None => self.long_string(0),
        }
    }

    /// Passes the rest of a string, of which so many bytes stand for themselves.
    #[inline(never)]
    fn long_string(&mut self, passed: usize) -> Option<bool> {
        self.at += passed;
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
                Some(b'\\') => {
                    self.escape()?;
                    // `\u` escapes often follow one another, and are not pairs.
                    if self.bytes.get(self.at + 1) != Some(&b'u') {
                        self.at += pairs(&self.bytes[self.at..], |_, _, _| ());
                    }
                }
                // A control character, or the end of the line.
                Some(..0x20) | None => return None,
                Some(_) => self.at += plain(&self.bytes[self.at..]),
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

/// A key that cannot be read, such as half a surrogate pair, is known by its escapes.
#[cold]
pub(super) fn unescaped(key: &str) -> Cow<'_, str> {
    serde_json::from_str::<String>(&format!("\"{key}\"")).map_or(key.into(), Cow::Owned)
}
