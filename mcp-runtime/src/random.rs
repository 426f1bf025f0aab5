//! Made-up input for tests that hold a piece of this crate against another implementation: the same
//! on every run.

/// A generator of numbers (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end
    }

    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A character, often one that is special somewhere.
    pub(crate) fn character(&mut self) -> char {
        const SPECIAL: [char; 16] = [
            '"',
            '\\',
            '/',
            '?',
            '#',
            '%',
            '&',
            '=',
            ' ',
            '\n',
            '\0',
            '\u{7f}',
            '\u{85}',
            '\u{2028}',
            'é',
            '\u{1f600}',
        ];
        if self.one_in(2) {
            return self.pick(&SPECIAL);
        }
        char::from(b' ' + u8::try_from(self.below(95)).unwrap())
    }
}

/// How many inputs a differential test makes up: what `DIFFERENTIAL_CASES` says, else a few.
pub(crate) fn cases() -> usize {
    let said = std::env::var("DIFFERENTIAL_CASES").ok();
    said.map_or(5_000, |said| said.parse().expect("`DIFFERENTIAL_CASES` is a number"))
}
