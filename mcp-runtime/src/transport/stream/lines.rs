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
    arriving: Arriving,
    input: Input,
    /// The last read filled all there was room for.
    full: bool,
    /// Something was read since room was made the last time.
    has_read: bool,
    kept: Kept,
}

/// What the bytes after the last newline belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arriving {
    /// A line within the limit, so far.
    Line,
    /// A line that was too long: the rest of it is dropped as it comes.
    Dropped,
}

/// Whether more bytes can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    Open,
    Ended,
}

/// What one read brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// At least one byte.
    More,
    /// The stream has ended: there was room for more, and nothing came.
    End,
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
            arriving: Arriving::Line,
            input: Input::Open,
            full: false,
            has_read: false,
            kept: Kept::default(),
        }
    }

    /// Reads once.
    ///
    /// # Cancellation
    /// Safe: what was read stays in the buffer.
    pub(super) fn poll_fill(
        &mut self,
        input: Pin<&mut dyn AsyncRead>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<io::Result<Read>> {
        self.make_room();
        let mut free = ReadBuf::new(&mut self.buffer[self.end..]);
        ready!(input.poll_read(cx, &mut free))?;
        self.full = free.remaining() == 0;
        let read = free.filled().len();
        self.end += read;
        self.has_read = true;
        Poll::Ready(Ok(if read == 0 { Read::End } else { Read::More }))
    }

    /// Whether more can be read ahead: what waits to be taken is less than a pipe holds, and needs
    /// no larger buffer.
    pub(super) fn has_free(&self) -> bool {
        self.end - self.start < self.buffer.len().min(READ)
    }

    /// The next line, if one is complete or the input has ended behind it.
    pub(super) fn next(&mut self) -> Option<Line<'_>> {
        loop {
            let newline = memchr(b'\n', &self.buffer[self.searched..self.end]);
            let (line, rest) = match newline {
                Some(at) => (self.start..self.searched + at, self.searched + at + 1),
                None if self.arriving == Arriving::Dropped => (self.start..self.end, self.end),
                None if self.end - self.start > self.limit => {
                    self.take_to(self.end);
                    self.arriving = Arriving::Dropped;
                    return Some(Line::TooLong);
                }
                None if self.input == Input::Ended && self.start < self.end => {
                    (self.start..self.end, self.end)
                }
                None => {
                    self.searched = self.end;
                    return None;
                }
            };
            self.take_to(rest);
            if self.arriving == Arriving::Dropped {
                // Without a newline the rest of the long line is still to come.
                newline?;
                self.arriving = Arriving::Line;
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
        if self.input == Input::Ended && self.start < self.end {
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
        self.input = Input::Ended;
    }

    fn take_to(&mut self, rest: usize) {
        self.start = rest;
        self.searched = rest;
    }

    /// Moves what is left of the last line to the front, and grows the buffer only for a line that
    /// fills it. A buffer that has grown shrinks when the long line is gone.
    ///
    /// Only reads that brought something count for that. While a long answer is written, the
    /// connection asks for input some twenty times in vain; if these counted, the buffer would be
    /// given back before each long line.
    ///
    /// There is room afterwards, always: a read without room brings nothing, which looks like the
    /// end of the stream.
    fn make_room(&mut self) {
        let left = self.end - self.start;
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.searched -= self.start;
            (self.start, self.end) = (0, left);
        }
        if self.full && self.buffer.len() < READ {
            self.buffer.resize(READ, 0);
        } else if std::mem::take(&mut self.has_read)
            && self.kept.gives_back(self.buffer.len(), left, READ)
        {
            self.buffer.truncate(left.max(READ));
            self.buffer.shrink_to_fit();
        }
        if left == self.buffer.len() {
            let length = (left * 2).min(self.limit + READ).max(left + FIRST);
            self.buffer.resize(length, 0);
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
                assert!(matches!(read, Poll::Ready(Ok(Read::More))));
                collect(&mut lines, &mut found);
            }
        }
        lines.end();
        collect(&mut lines, &mut found);
        found
    }

    fn fill(
        lines: &mut Lines,
        input: &mut (impl AsyncRead + Unpin),
        cx: &mut TaskContext<'_>,
    ) -> Poll<io::Result<Read>> {
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

    /// An input on which nothing comes.
    struct Silent;

    impl AsyncRead for Silent {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut TaskContext<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    #[test]
    fn asking_in_vain_does_not_shrink_the_buffer() {
        let mut reader = Lines::new(1 << 20);
        let mut cx = TaskContext::from_waker(std::task::Waker::noop());
        let mut text = vec![b'x'; 500_000];
        text.extend_from_slice(b"\n");
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            assert!(fill(&mut reader, &mut rest, &mut cx).is_ready());
        }
        assert!(reader.next().is_some());
        for _ in 0..100 {
            assert!(fill(&mut reader, &mut Silent, &mut cx).is_pending());
        }
        assert!(reader.buffer.len() > 500_000);
    }

    #[test]
    fn a_line_that_fills_what_the_buffer_is_shrunk_to_is_not_the_end() {
        // The buffer shrinks after some small reads; the next line arrives in two pieces, of which
        // the first fills the smaller buffer to the last byte.
        for first in [READ - 1, READ, READ + 1] {
            for small in 0..40 {
                let mut text = vec![b'x'; 200_000];
                text.extend_from_slice(b"\n");
                let mut chunks = vec![text.as_slice()];
                chunks.extend(std::iter::repeat_n(b"a\n".as_slice(), small));
                let next = vec![b'y'; first + 5_000];
                chunks.extend([&next[..first], &next[first..], b"\n"]);
                let mut expected = some(&vec!["a"; small]);
                expected.insert(0, Some(vec![b'x'; 200_000]));
                expected.push(Some(next.clone()));
                assert_eq!(lines(1 << 20, &chunks), expected, "{first} after {small}");
            }
        }
    }

    #[test]
    fn a_line_of_the_limit_is_taken_and_one_byte_more_is_too_long() {
        for limit in [1, FIRST - 1, FIRST, READ - 1, READ, READ + 1, 2 * READ] {
            for length in [limit - 1, limit, limit + 1] {
                let mut text = vec![b'x'; length];
                text.extend_from_slice(b"\nnext\n");
                let is_whole = length <= limit;
                let next = (limit >= 4).then(|| b"next".to_vec());
                let expected = [is_whole.then(|| vec![b'x'; length]), next];
                for size in [1, limit.max(2) - 1, limit, limit + 1, READ, text.len()] {
                    if text.len() / size < 10_000 {
                        let chunks: Vec<&[u8]> = text.chunks(size).collect();
                        assert_eq!(lines(limit, &chunks), expected, "{length} of {limit}, {size}");
                    }
                }
            }
        }
    }

    /// Numbers without a pattern, the same ones in every run.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 20).unwrap() % end
        }

        /// One of the six powers of two up to this exponent, one less, or one more.
        fn size(&mut self, exponent: usize) -> usize {
            (1 << (exponent - self.below(6))) + self.below(3) - 1
        }
    }

    #[test]
    fn lines_of_any_size_in_any_pieces_come_out_whole() {
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
        for case in 0..300 {
            let limit = [1 << 16, 1 << 17, 1 << 20][chance.below(3)];
            let mut writes = vec![Vec::new()];
            let mut expected = Vec::new();
            // A peer that waits for its answers writes each line by itself.
            let waits = chance.below(3) > 0;
            // Large lines, then small ones, then large ones: the buffer shrinks at every moment.
            for _ in 0..=chance.below(5) {
                for (exponent, count) in [(20, 3), (9, 24)] {
                    for _ in 0..chance.below(count) {
                        let length = chance.size(exponent);
                        let line = vec![b'a' + u8::try_from(chance.below(26)).unwrap(); length];
                        let write = writes.last_mut().unwrap();
                        write.extend_from_slice(&line);
                        write.push(b'\n');
                        expected.push((length <= limit).then_some(line));
                        if waits {
                            writes.push(Vec::new());
                        }
                    }
                }
            }
            // As much as a pipe holds, or as it comes.
            let pieces = [None, Some(14), Some(16), Some(20)][chance.below(4)];
            let mut chunks = Vec::new();
            for write in &writes {
                let mut rest = write.as_slice();
                while !rest.is_empty() {
                    let size = pieces.map_or(READ, |exponent| chance.size(exponent));
                    let (chunk, left) = rest.split_at(size.clamp(1, rest.len()));
                    chunks.push(chunk);
                    rest = left;
                }
            }
            let found = lines(limit, &chunks);
            assert!(found == expected, "case {case}: lines were lost or changed");
        }
    }
}
