//! Bytes ↔ lines: newline framing, the limit on a line, and going on behind one that is too long.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use memchr::memchr;
use tokio::io::{AsyncRead, ReadBuf};

use super::kept::Kept;

/// What a pipe holds: a larger buffer would not be filled by one read.
const READ: usize = 64 * 1024;

/// The buffer of a connection on which little has come so far.
const FIRST: usize = 8 * 1024;

/// Bytes that were read and are not yet taken as lines.
#[derive(Debug)]
pub(super) struct Lines {
    /// Its length is what may be filled; `start..end` is filled.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Up to here no newline was found.
    searched: usize,
    limit: usize,
    /// The rest of a line that was too long is dropped as it comes.
    dropping: bool,
    ended: bool,
    /// The last read filled all there was room for.
    full: bool,
    kept: Kept,
}

/// A line, without its newline.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Whole(&'a [u8]),
    /// A line of more bytes than the limit, which is gone.
    TooLong,
}

impl Lines {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            buffer: vec![0; FIRST],
            start: 0,
            end: 0,
            searched: 0,
            limit,
            dropping: false,
            ended: false,
            full: false,
            kept: Kept::default(),
        }
    }

    /// Reads once; the number of bytes, 0 at the end of the stream.
    ///
    /// # Cancellation
    /// Safe: what was read stays in the buffer.
    pub(super) fn poll_fill(
        &mut self,
        input: Pin<&mut dyn AsyncRead>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<io::Result<usize>> {
        self.make_room();
        let mut free = ReadBuf::new(&mut self.buffer[self.end..]);
        ready!(input.poll_read(cx, &mut free))?;
        self.full = free.remaining() == 0;
        let read = free.filled().len();
        self.end += read;
        Poll::Ready(Ok(read))
    }

    /// Whether more can be read without a larger buffer.
    pub(super) fn has_free(&self) -> bool {
        self.end - self.start < self.buffer.len()
    }

    /// The next line, if one is complete or the input has ended behind it.
    pub(super) fn next(&mut self) -> Option<Line<'_>> {
        loop {
            let newline = memchr(b'\n', &self.buffer[self.searched..self.end]);
            let (line, rest) = match newline {
                Some(at) => (self.start..self.searched + at, self.searched + at + 1),
                None if self.dropping => (self.start..self.end, self.end),
                None if self.end - self.start > self.limit => {
                    self.take_to(self.end);
                    self.dropping = true;
                    return Some(Line::TooLong);
                }
                None if self.ended && self.start < self.end => (self.start..self.end, self.end),
                None => {
                    self.searched = self.end;
                    return None;
                }
            };
            self.take_to(rest);
            if self.dropping {
                self.dropping = newline.is_none();
                if self.dropping {
                    return None;
                }
                continue;
            }
            if line.len() > self.limit {
                return Some(Line::TooLong);
            }
            return Some(Line::Whole(&self.buffer[line]));
        }
    }

    /// Whether [`next`](Self::next) would give a line.
    pub(super) fn has_line(&mut self) -> bool {
        if self.ended && self.start < self.end {
            return true;
        }
        match memchr(b'\n', &self.buffer[self.searched..self.end]) {
            Some(at) => {
                self.searched += at;
                true
            }
            None => {
                self.searched = self.end;
                false
            }
        }
    }

    /// Nothing more will come: what is there is the last line, with or without a newline.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    fn take_to(&mut self, rest: usize) {
        self.start = rest;
        self.searched = rest;
    }

    /// Moves what is left of the last line to the front, and grows the buffer only for a line that
    /// fills it. A buffer that has grown shrinks when the long line is gone.
    fn make_room(&mut self) {
        let left = self.end - self.start;
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.searched -= self.start;
            (self.start, self.end) = (0, left);
        }
        if left == self.buffer.len() {
            let length = (left * 2).min(self.limit + READ).max(left + FIRST);
            self.buffer.resize(length, 0);
        } else if self.full && self.buffer.len() < READ {
            self.buffer.resize(READ, 0);
        } else if self.kept.gives_back(self.buffer.len(), left, READ) {
            self.buffer.truncate(left.max(READ));
            self.buffer.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds chunks and collects what comes out.
    fn lines(limit: usize, chunks: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        let mut lines = Lines::new(limit);
        let mut found = Vec::new();
        let mut cx = TaskContext::from_waker(std::task::Waker::noop());
        for chunk in chunks {
            let mut rest = *chunk;
            while !rest.is_empty() {
                let read = fill(&mut lines, &mut rest, &mut cx);
                assert!(matches!(read, Poll::Ready(Ok(1..))));
                collect(&mut lines, &mut found);
            }
        }
        lines.end();
        collect(&mut lines, &mut found);
        found
    }

    fn fill(
        lines: &mut Lines,
        input: &mut &[u8],
        cx: &mut TaskContext<'_>,
    ) -> Poll<io::Result<usize>> {
        lines.poll_fill(Pin::new(input) as Pin<&mut dyn AsyncRead>, cx)
    }

    fn collect(lines: &mut Lines, found: &mut Vec<Option<Vec<u8>>>) {
        loop {
            match lines.next() {
                Some(Line::Whole(line)) => found.push(Some(line.to_vec())),
                Some(Line::TooLong) => found.push(None),
                None => return assert!(!lines.has_line()),
            }
        }
    }

    fn some(lines: &[&str]) -> Vec<Option<Vec<u8>>> {
        lines.iter().map(|line| Some(line.as_bytes().to_vec())).collect()
    }

    #[test]
    fn lines_are_cut_wherever_chunks_end() {
        let text = b"one\n\ntwo\r\nthree";
        let expected = some(&["one", "", "two\r", "three"]);
        for size in 1..=text.len() {
            let chunks: Vec<&[u8]> = text.chunks(size).collect();
            assert_eq!(lines(100, &chunks), expected, "{size}");
        }
    }

    #[test]
    fn oversized_line_does_not_end_the_connection() {
        let mut text = b"first\n".to_vec();
        text.extend_from_slice(&vec![b'x'; 300_000]);
        text.extend_from_slice(b"\nlast\n");
        for size in [1_000, 65_536, text.len()] {
            let chunks: Vec<&[u8]> = text.chunks(size).collect();
            let mut expected = some(&["first", "last"]);
            expected.insert(1, None);
            assert_eq!(lines(100_000, &chunks), expected, "{size}");
        }
    }

    #[test]
    fn an_oversized_last_line_is_told_once() {
        assert_eq!(lines(10, &[&vec![b'x'; 100_000]]), [None]);
    }

    #[test]
    fn the_buffer_grows_for_a_long_line_and_shrinks_behind_it() {
        let mut reader = Lines::new(1 << 20);
        let mut cx = TaskContext::from_waker(std::task::Waker::noop());
        let mut text = vec![b'x'; 500_000];
        text.extend_from_slice(b"\n");
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            assert!(fill(&mut reader, &mut rest, &mut cx).is_ready());
        }
        assert!(matches!(reader.next(), Some(Line::Whole(line)) if line.len() == 500_000));
        for _ in 0..100 {
            let mut more = b"a\n".as_slice();
            assert!(fill(&mut reader, &mut more, &mut cx).is_ready());
            assert_eq!(reader.next(), Some(Line::Whole(b"a")));
        }
        assert_eq!(reader.buffer.len(), READ);
    }
}
