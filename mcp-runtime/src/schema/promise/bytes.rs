//! JSON as serde writes it, read without being built.

/// JSON as serde writes it, without spaces, up to a place in it.
pub(super) struct Bytes<'a> {
    pub(super) json: &'a [u8],
    pub(super) at: usize,
    /// How many bytes may still be read again.
    pub(super) again: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(json: &'a [u8]) -> Self {
        Self { json, at: 0, again: usize::MAX }
    }

    /// Goes back; false if too much was read again already.
    pub(super) fn again(&mut self, start: usize) -> bool {
        let left = self.again.checked_sub(self.at - start);
        self.again = left.unwrap_or(0);
        self.at = start;
        left.is_some()
    }

    fn rest(&self) -> &'a [u8] {
        self.json.get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn take(&mut self, expected: &[u8]) -> bool {
        let fits = self.rest().starts_with(expected);
        self.at += if fits { expected.len() } else { 0 };
        fits
    }

    /// One byte, which is compared without a call.
    #[inline]
    fn byte(&mut self, expected: u8) -> bool {
        let fits = self.json.get(self.at) == Some(&expected);
        self.at += usize::from(fits);
        fits
    }

    pub(super) fn number(&mut self) -> bool {
        let is_part = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = self.rest().iter().take_while(is_part).count();
        self.at += length;
        length > 0
    }

    /// An integer that is written as one.
    #[inline]
    pub(super) fn integer(&mut self) -> Option<i128> {
        let is_negative = self.byte(b'-');
        let start = self.at;
        let mut short = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.json.get(self.at) {
            // Wrong for long ones, which are read again.
            short = short.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let number = match self.at - start {
            1..=18 => i128::from(short),
            _ => self.long_integer(start)?,
        };
        let is_whole = !matches!(self.json.get(self.at), Some(b'.' | b'e' | b'E'));
        is_whole.then_some(if is_negative { -number } else { number })
    }

    /// The digits from `start` on: no integer that serde writes as one has more than 30, unless it
    /// has 128 bits.
    #[cold]
    fn long_integer(&self, start: usize) -> Option<i128> {
        let digits = &self.json[start..self.at];
        let number = || digits.iter().fold(0, |n, it| n * 10 + i128::from(it - b'0'));
        (1..=30).contains(&digits.len()).then(number)
    }

    /// A text as it is written, without its quotes.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest().strip_prefix(b"\"")?;
        let mut end = 0;
        loop {
            end += memchr::memchr2(b'"', b'\\', rest.get(end..)?)?;
            if rest[end] == b'"' {
                break;
            }
            end += 2;
        }
        self.at += end + 2;
        rest.get(..end)
    }

    /// A text without escapes.
    pub(super) fn plain_text(&mut self) -> Option<&'a str> {
        let text = self.text().filter(|text| !text.contains(&b'\\'))?;
        std::str::from_utf8(text).ok()
    }

    /// The name of a member, unless one without these escapes reads the same.
    pub(super) fn name(&mut self) -> bool {
        let is_as_written =
            |name: &[u8]| !name.windows(2).any(|pair| pair == b"\\u" || pair == b"\\/");
        self.text().is_some_and(is_as_written) && self.byte(b':')
    }

    /// How many items a list has, if each fits.
    #[inline]
    pub(super) fn list(&mut self, mut fits: impl FnMut(&mut Self) -> bool) -> Option<usize> {
        if !self.byte(b'[') {
            return None;
        }
        if self.byte(b']') {
            return Some(0);
        }
        let mut count = 0;
        loop {
            count += 1;
            if !fits(self) {
                return None;
            }
            if self.byte(b']') {
                return Some(count);
            }
            if !self.byte(b',') {
                return None;
            }
        }
    }

    #[inline]
    pub(super) fn object(&mut self, mut fits: impl FnMut(&mut Self) -> bool) -> bool {
        if !self.byte(b'{') {
            return false;
        }
        if self.byte(b'}') {
            return true;
        }
        loop {
            if !fits(self) {
                return false;
            }
            if self.byte(b'}') {
                return true;
            }
            if !self.byte(b',') {
                return false;
            }
        }
    }

    pub(super) fn skip(&mut self, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match self.rest().first() {
            Some(b'"') => self.text().is_some(),
            Some(b'[') => self.list(|json| json.skip(depth)).is_some(),
            Some(b'{') => self.object(|json| json.name() && json.skip(depth)),
            Some(b't') => self.take(b"true"),
            Some(b'f') => self.take(b"false"),
            Some(b'n') => self.take(b"null"),
            _ => self.number(),
        }
    }
}
