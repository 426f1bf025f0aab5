//! Answers → bytes, each followed by its newline, straight into the output buffer.

use memchr::memchr2_iter;

use super::text::{EMPTY, ROOM, Word, first, plain, put, put_some, special_bytes};
use super::{ErrorObject, Id};

/// Writes a response whose result is written by `result`.
pub(crate) fn write_result(out: &mut Vec<u8>, id: &Id<'_>, result: impl FnOnce(&mut Vec<u8>)) {
    write_escaped_result(out, id, |out| {
        let start = out.len();
        result(out);
        escape_separators(out, start);
    });
}

/// The same for a result whose parts have gone through [`escape_separators`] already.
#[inline]
pub(crate) fn write_escaped_result(
    out: &mut Vec<u8>,
    id: &Id<'_>,
    result: impl FnOnce(&mut Vec<u8>),
) {
    let start = out.len();
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_json().as_bytes());
    if id.is_text() {
        escape_separators(out, start);
    }
    out.extend_from_slice(br#","result":"#);
    result(out);
    out.extend_from_slice(b"}\n");
}

/// Escapes U+0085, U+2028 and U+2029 in the JSON from `start` on, where they stand in strings only:
/// they are legal there, and some readers of lines split at them.
#[inline]
pub(crate) fn escape_separators(out: &mut Vec<u8>, start: usize) {
    if !out[start..].is_ascii() {
        escape_if_there(out, start);
    }
}

#[inline(never)]
fn escape_if_there(out: &mut Vec<u8>, start: usize) {
    let json = &out[start..];
    // Their first bytes; most texts have neither.
    if let Some(at) = memchr2_iter(0xc2, 0xe2, json).find(|&at| separator(&json[at..]).is_some()) {
        escape_from(out, start + at);
    }
}

#[cold]
fn escape_from(out: &mut Vec<u8>, at: usize) {
    let tail = out.split_off(at);
    let mut done = 0;
    for at in memchr2_iter(0xc2, 0xe2, &tail) {
        if let Some((length, escape)) = separator(&tail[at..]) {
            out.extend_from_slice(&tail[done..at]);
            out.extend_from_slice(escape);
            done = at + length;
        }
    }
    out.extend_from_slice(&tail[done..]);
}

/// The separator that these bytes begin with: how long it is, and how it is written instead.
#[inline]
fn separator(bytes: &[u8]) -> Option<(usize, &'static [u8])> {
    match bytes {
        [0xc2, 0x85, ..] => Some((2, br"\u0085")),
        [0xe2, 0x80, 0xa8, ..] => Some((3, br"\u2028")),
        [0xe2, 0x80, 0xa9, ..] => Some((3, br"\u2029")),
        _ => None,
    }
}

/// Writes an error response; without `id` where none could be read.
pub(crate) fn write_error(out: &mut Vec<u8>, id: Option<&Id<'_>>, error: &ErrorObject) {
    let start = out.len();
    out.extend_from_slice(br#"{"jsonrpc":"2.0","#);
    if let Some(id) = id {
        out.extend_from_slice(br#""id":"#);
        out.extend_from_slice(id.as_json().as_bytes());
        out.push(b',');
    }
    out.extend_from_slice(br#""error":"#);
    // Writing into memory cannot fail, and an error object is always JSON.
    serde_json::to_writer(&mut *out, error).unwrap_or_default();
    out.extend_from_slice(b"}\n");
    escape_separators(out, start);
}

/// Writes a text as a JSON string.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    out.reserve(text.len() + 2);
    out.push(b'"');
    let run = plain(text.as_bytes());
    if run == text.len() {
        out.extend_from_slice(text.as_bytes());
    } else {
        write_escaped(out, text.as_bytes());
    }
    out.push(b'"');
    if !text.is_ascii() {
        escape_if_there(out, start);
    }
}

#[inline(never)]
fn write_escaped(out: &mut Vec<u8>, mut rest: &[u8]) {
    while !rest.is_empty() {
        let (run, special) = rest.split_at(plain(rest));
        if run.len() < size_of::<Word>() && !special.is_empty() {
            rest = write_words(out, rest);
        } else {
            out.extend_from_slice(run);
            rest = special;
        }
    }
}

/// Writes words while each of them has something to escape, and the end of the text, which is
/// shorter than a word; returns what is left.
#[inline]
fn write_words<'a>(out: &mut Vec<u8>, mut text: &'a [u8]) -> &'a [u8] {
    let (mut block, mut length) = (EMPTY, 0);
    while !text.is_empty() {
        let word = text.first_chunk().map_or_else(|| filled(text), |word| *word);
        let mut hits = special_bytes(word);
        if hits == 0 && text.len() >= word.len() {
            break;
        }
        if length > block.len() - ROOM {
            out.extend_from_slice(&block[..length]);
            length = 0;
        }
        let mut done = 0;
        while hits != 0 {
            let place = first(hits);
            length = put_some(&mut block, length, word, done..place);
            let Escape { bytes, length: count } = ESCAPES[usize::from(word[place])];
            length = put(&mut block, length, bytes, usize::from(count));
            done = place + 1;
            hits &= hits - 1;
        }
        let count = text.len().min(word.len());
        if done < count {
            length = put_some(&mut block, length, word, done..count);
        }
        text = &text[count..];
    }
    out.extend_from_slice(&block[..length]);
    text
}

/// The last bytes of a text, which are less than a word, with spaces behind.
#[inline]
fn filled(bytes: &[u8]) -> Word {
    let mut word = *b"        ";
    for (filled, byte) in word.iter_mut().zip(bytes) {
        *filled = *byte;
    }
    word
}

/// How a byte is written that does not stand for itself.
#[derive(Clone, Copy)]
struct Escape {
    bytes: Word,
    length: u8,
}

/// By the byte.
const ESCAPES: [Escape; 256] = {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut escapes = [Escape { bytes: *b"\\u00    ", length: 6 }; 256];
    let mut control = 0;
    while control < 0x20 {
        escapes[control].bytes[4] = HEX[control >> 4];
        escapes[control].bytes[5] = HEX[control & 15];
        control += 1;
    }
    let pairs = b"\"\"\\\\\nn\rr\tt";
    let mut at = 0;
    while at < pairs.len() {
        let mut bytes = *b"\\       ";
        bytes[1] = pairs[at + 1];
        escapes[pairs[at] as usize] = Escape { bytes, length: 2 };
        at += 2;
    }
    escapes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_string_reads_back() {
        let every: String = (0..0x180).filter_map(char::from_u32).collect();
        for text in ["", "plain", "\"quoted\"\\", "line\nend\u{0}\u{1f}\u{7f}é\u{1F600}", &every] {
            let mut out = Vec::new();
            write_string(&mut out, text);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }

    /// R20: some readers split lines there.
    #[test]
    fn no_line_separator_is_sent_as_it_is() {
        let id = Id::from_json("\"\u{2028}\"").unwrap();
        let text = "a\u{85}b\u{2028}\u{2029}é—\u{a0}c";
        let mut out = "before ".as_bytes().to_vec();
        write_result(&mut out, &id, |out| write_string(out, text));
        let line = String::from_utf8(out.split_off(7)).unwrap();
        assert!(!line.contains(['\u{85}', '\u{2028}', '\u{2029}']), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["result"], text);
        assert_eq!(read["id"], "\u{2028}");
    }
}
