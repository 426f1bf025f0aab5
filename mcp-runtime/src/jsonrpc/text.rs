//! Texts in JSON: which bytes stand for themselves, and what the others read.

use std::ops::Range;

/// How many bytes from the start of `bytes` stand for themselves in a JSON string: up to the first
/// quote, backslash or control character.
///
/// Eight bytes a step; few texts are longer than some words, and only behind these the steps are so
/// large that the compiler makes one comparison of each.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    const WORDS: usize = 32;
    let near = plain_eights(&bytes[..bytes.len().min(WORDS)]);
    if near < WORDS { near } else { WORDS + long_plain(&bytes[WORDS..]) }
}

#[inline(never)]
fn long_plain(bytes: &[u8]) -> usize {
    const STEP: usize = 64;
    let is_plain = |step: &&[u8; STEP]| {
        let quotes = step
            .iter()
            .fold(0, |any, &byte| any | u8::from(byte == b'"') | u8::from(byte == b'\\'));
        quotes == 0 && step.iter().fold(u8::MAX, |least, &byte| least.min(byte)) >= 0x20
    };
    let steps = bytes.as_chunks::<STEP>().0.iter().take_while(is_plain).count();
    let far = steps * STEP;
    far + plain_eights(&bytes[far..])
}

#[inline]
fn plain_eights(bytes: &[u8]) -> usize {
    for (at, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        if let Some(place) = first_special(*eight) {
            return at * 8 + place;
        }
    }
    // The last eight bytes overlap some that were passed already.
    match bytes.last_chunk() {
        Some(last) => first_special(*last).map_or(bytes.len(), |place| bytes.len() - 8 + place),
        None => bytes.iter().position(|&byte| is_special(byte)).unwrap_or(bytes.len()),
    }
}

/// What a JSON string reads, its quotes included in `json`; `None` if it cannot be read, such as
/// half of a surrogate pair.
pub(crate) fn unescape(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    let bytes = inner.as_bytes();
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 0;
    loop {
        let run = plain(&bytes[at..]);
        text.extend_from_slice(&bytes[at..at + run]);
        at += run;
        if at == bytes.len() {
            break;
        }
        at += match inner[at..].strip_prefix("\\u") {
            Some(_) => unescape_units(&inner[at..], &mut text)?,
            None => unescape_pairs(&bytes[at..], &mut text)?,
        };
    }
    // A text that is much shorter than its escapes does not keep their capacity.
    if text.len() < text.capacity() / 2 {
        text.shrink_to_fit();
    }
    String::from_utf8(text).ok()
}

/// Reads the `\u` escapes that the JSON begins with, and returns how long they are.
fn unescape_units(json: &str, text: &mut Vec<u8>) -> Option<usize> {
    let mut rest = json;
    while let Some(digits) = rest.strip_prefix("\\u") {
        rest = digits;
        let mut utf8 = [0; 4];
        let length = unicode(&mut rest)?.encode_utf8(&mut utf8).len();
        // Four bytes are copied faster than a number that varies.
        text.extend_from_slice(&utf8);
        text.truncate(text.len() - utf8.len() + length);
    }
    Some(json.len() - rest.len())
}

/// Reads the escape of two bytes that the JSON begins with, and what [`pairs`] passes behind it;
/// returns how many bytes were read.
fn unescape_pairs(json: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    let (b'\\', escape) = (json.first()?, json.get(1)?) else { return None };
    text.push(simple(*escape)?);
    let json = &json[2..];
    let (mut block, mut length) = (EMPTY, 0);
    let passed = pairs(json, |word, run, read| {
        if length > block.len() - ROOM {
            text.extend_from_slice(&block[..length]);
            length = 0;
        }
        length = put_some(&mut block, length, word, run);
        if let Some(read) = read {
            length = put(&mut block, length, [read; 8], 1);
        }
    });
    text.extend_from_slice(&block[..length]);
    Some(2 + passed)
}

/// Passes words while each of them has escapes, because escapes often stand close together. Stops
/// at an escape that is not two bytes long, and at a byte that may not stand in a string; returns
/// how many bytes were passed. `each` gets a word, the range of it that stands for itself, and what
/// the escape behind that range reads.
#[inline]
pub(super) fn pairs(json: &[u8], mut each: impl FnMut(Word, Range<usize>, Option<u8>)) -> usize {
    let mut at = 0;
    // The first byte of the word, if it belongs to an escape that has begun in the one before.
    let mut begun = 0;
    for word in json.as_chunks().0 {
        let mut hits = special_bytes(*word) & !begun;
        let mut done = usize::from(begun != 0);
        if hits == 0 {
            return at + done;
        }
        let mut end = word.len();
        while hits != 0 {
            // The next hit does not depend on what this escape reads, so that the processor does
            // not wait for the table.
            let hit = hits & hits.wrapping_neg();
            let place = first(hit);
            let read = json.get(at + place + 1).copied().and_then(simple);
            if word[place] != b'\\' || read.is_none() {
                end = place;
                break;
            }
            each(*word, done..place, read);
            done = place + 2;
            hits &= !(hit | hit << 8);
            begun = hit >> 56;
        }
        if done < end {
            each(*word, done..end, None);
        }
        at += end;
        if hits != 0 {
            return at;
        }
    }
    at + usize::from(begun != 0)
}

/// What an escape of two bytes reads, by its second.
#[inline]
fn simple(escape: u8) -> Option<u8> {
    const READ: [u8; 256] = {
        let mut read = [0; 256];
        let pairs = b"\"\"\\\\//n\nt\tr\rb\x08f\x0c";
        let mut at = 0;
        while at < pairs.len() {
            read[pairs[at] as usize] = pairs[at + 1];
            at += 2;
        }
        read
    };
    match READ[usize::from(escape)] {
        0 => None,
        read => Some(read),
    }
}

/// The character of a `\u` escape, behind which `rest` begins, or of two that are a pair.
fn unicode(rest: &mut &str) -> Option<char> {
    let first = hex(rest)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first);
    }
    *rest = rest.strip_prefix("\\u")?;
    let second = hex(rest).filter(|second| (0xdc00..0xe000).contains(second))?;
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
}

fn hex(rest: &mut &str) -> Option<u32> {
    let digits = rest.get(..4)?;
    *rest = &rest[4..];
    // A sign is not a digit.
    let number = u32::from_str_radix(digits, 16).ok()?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(number)
}

/// Eight bytes, which are examined together.
pub(super) type Word = [u8; 8];

const ONES: u64 = u64::MAX / 255;
const TOPS: u64 = ONES * 0x80;

/// The bytes of a word that do not stand for themselves in a JSON string: of each the top bit.
#[inline]
pub(super) fn special_bytes(word: Word) -> u64 {
    let word = u64::from_le_bytes(word);
    // Adding 0x7f sets the top bit of every byte that is not zero, and never carries.
    let some = |bytes: u64| bytes + ONES * 0x7f;
    let low = word & (ONES * 0x7f);
    let no_quote = some(low ^ (ONES * 0x22));
    let no_slash = some(low ^ (ONES * 0x5c));
    let no_control = some(low & (ONES * 0x60));
    !(no_quote & no_slash & no_control | word) & TOPS
}

/// The first byte of a word that does not stand for itself in a JSON string. Where only the first
/// is wanted, a subtraction finds it, whose carry goes to the bytes behind it.
#[inline]
pub(super) fn first_special(word: Word) -> Option<usize> {
    let word = u64::from_le_bytes(word);
    let quotes = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
    let slashes = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    let controls = word.wrapping_sub(ONES * 0x20);
    let hits = (quotes | slashes | controls) & !word & TOPS;
    if hits == 0 { None } else { Some(first(hits)) }
}

/// The place of the first of some bytes of a word.
#[inline]
pub(super) fn first(hits: u64) -> usize {
    hits.trailing_zeros() as usize / 8
}

/// Bytes that are collected before they are appended to a vector. The length of a vector is in
/// memory, and each small write would wait for the one before it to store it; the length of a block
/// is a local variable, in a register.
pub(super) type Block = [u8; BLOCK];

const BLOCK: usize = 128;

pub(super) const EMPTY: Block = [0; BLOCK];

/// The most that one word is written as, six bytes for each of its own, and a whole word for the
/// last write, of which only the first bytes count.
pub(super) const ROOM: usize = 7 * size_of::<Word>();

/// Writes the first bytes of a word at a place in a block, and returns the place behind them. The
/// whole word is copied, which is cheaper than copying a number of bytes that varies.
#[inline]
pub(super) fn put(block: &mut Block, at: usize, word: Word, count: usize) -> usize {
    block[at..at + size_of::<Word>()].copy_from_slice(&word);
    at + count
}

/// Writes some bytes of a word.
#[inline]
pub(super) fn put_some(block: &mut Block, at: usize, word: Word, places: Range<usize>) -> usize {
    let from_the_first = u64::from_le_bytes(word) >> (8 * places.start);
    put(block, at, from_the_first.to_le_bytes(), places.len())
}

/// Whether a byte does not stand for itself in a JSON string.
#[inline]
pub(super) fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_stops_at_the_first_special_byte() {
        for length in 0..140 {
            for special in [b'"', b'\\', 0x1f, 0x00] {
                let mut text = vec![b'x'; length];
                text.push(special);
                text.extend_from_slice("é\u{7f}tail\"".as_bytes());
                assert_eq!(plain(&text), length);
            }
        }
        assert_eq!(plain("ééééééééé".as_bytes()), 18);
    }

    #[test]
    fn a_word_is_special_from_its_first_special_byte_on() {
        // Every pair of bytes side by side, among bytes of each kind.
        for (one, other) in (0..=u8::MAX).flat_map(|one| (0..=u8::MAX).map(move |it| (one, it))) {
            for filler in [b'x', b'!', b'#', b'[', b']', b' ', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
                for at in [0, 3, 6] {
                    let mut word = [filler; 8];
                    (word[at], word[at + 1]) = (one, other);
                    let expected = word.iter().position(|&byte| is_special(byte));
                    assert_eq!(first_special(word), expected, "{word:x?}");
                }
            }
        }
    }
}
