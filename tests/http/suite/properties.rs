//! What holds for whatever is sent: the stable equivalent of the fuzzer in `tests/fuzz`.
//!
//! `HTTP_FUZZ_SECONDS=300 cargo test -p mcp-http --test http properties` lets each run for longer.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use crate::oracle::Oracle;

/// Inputs for each property when nobody asks for more.
const CASES: usize = 1_500;

/// Values, and parts of values, that headers have.
const HEADERS: [&[u8]; 34] = [
    b"tools/call",
    b"say",
    b"2026-07-28",
    b"2025-11-25",
    b"localhost",
    b"LOCALHOST:8000",
    b"127.0.0.1",
    b"[::1]:80",
    b"example.com",
    b"http://",
    b"https://localhost",
    b"https://app.example.com",
    b"null",
    b"application/json",
    b"application/json; charset=utf-8",
    b"text/event-stream",
    b"application/*",
    b"text/*",
    b"*/*",
    b",",
    b";",
    b"q=0",
    b"q=0.000",
    b"q=1",
    b"=?base64?c2F5?=",
    b"=?base64?c2F5",
    b"?=",
    b"=?base64?",
    b"=",
    b" ",
    b"\t",
    b"\n",
    b"\xc3\xa9",
    b"\xff",
];

/// What breaks lines, events and JSON.
const WORDS: [&[u8]; 22] = [
    b"a",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"data: ",
    b"data:",
    b"\ndata: {}\n\n",
    b"id: 1\n",
    b"retry: 0\n",
    b"event: x\n",
    b":",
    b"\"",
    b"\\",
    b"\\u000a",
    b"\0",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xa9",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x98\x80",
    b"\xff",
    b"}",
];

/// Numbers without a pattern, the same ones for the same start.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 20).unwrap_or_default() % end.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[3]
    }

    /// A first byte, and some of these parts with some bytes changed.
    fn input(&mut self, parts: &[&[u8]]) -> Vec<u8> {
        let mut input = vec![self.byte()];
        for _ in 0..self.below(6) {
            input.extend_from_slice(parts[self.below(parts.len())]);
        }
        for _ in 0..self.below(3) {
            let at = self.below(input.len());
            match self.below(3) {
                0 => input[at] = self.byte(),
                1 => input.insert(at, self.byte()),
                _ => drop(input.remove(at)),
            }
            if input.is_empty() {
                input.push(0);
            }
        }
        input
    }

    /// Any bytes.
    fn bytes(&mut self) -> Vec<u8> {
        (0..self.below(40)).map(|_| self.byte()).collect()
    }
}

#[expect(clippy::print_stderr, reason = "a figure, and what has failed")]
fn holds(seed: u64, check: impl Fn(&Oracle, &mut Chance, &mut Vec<u8>)) {
    let seconds = env::var("HTTP_FUZZ_SECONDS").ok().map(|it| it.parse().unwrap());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let (oracle, mut chance) = (Oracle::new(), Chance(seed | 1 << 40));
    let mut cases = 0;
    while until.map_or(cases < CASES, |until| Instant::now() < until) {
        let mut input = Vec::new();
        let seen = catch_unwind(AssertUnwindSafe(|| check(&oracle, &mut chance, &mut input)));
        if let Err(panic) = seen {
            eprintln!("the input was {input:?}");
            resume_unwind(panic);
        }
        cases += 1;
    }
    eprintln!("{cases} inputs");
}

/// HTTP-16 to HTTP-28, HTTP-30, HTTP-36.
#[test]
fn any_header_is_taken_or_refused_as_it_should_be() {
    holds(1, |oracle, chance, input| {
        *input = chance.input(&HEADERS);
        oracle.header(input);
    });
}

/// HTTP-08.
#[test]
fn any_accept_is_read_as_it_should_be() {
    holds(2, |oracle, chance, input| {
        *input = chance.input(&HEADERS).split_off(1);
        oracle.accept(input);
    });
}

/// HTTL-11, MRTR-07, MRTR-10.
#[test]
fn nothing_opens_but_what_was_sealed() {
    holds(3, |oracle, chance, input| {
        *input = [vec![chance.byte()], chance.bytes()].concat();
        oracle.sealed(input);
    });
}

/// HTTP-09, HTTL-05: no text is taken for a part of an event.
#[test]
fn any_words_arrive_as_they_are() {
    holds(4, |oracle, chance, input| {
        *input = chance.input(&WORDS).split_off(1);
        oracle.words(input);
    });
}
