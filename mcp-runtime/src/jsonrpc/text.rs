//! Texts in JSON: which bytes stand for themselves.

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
    let (eights, tail) = bytes.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let hits = special_bytes(*eight);
        if hits != 0 {
            return at * 8 + hits.trailing_zeros() as usize / 8;
        }
    }
    let length = eights.len() * 8;
    length + tail.iter().position(|&byte| is_special(byte)).unwrap_or(tail.len())
}

/// What a JSON string reads, its quotes included in `json`; `None` if it cannot be read, such as
/// half of a surrogate pair.
pub(crate) fn unescape(json: &str) -> Option<String> {
    let mut rest = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(rest.len());
    loop {
        let (run, escape) = rest.split_at(plain(rest.as_bytes()));
        text.push_str(run);
        let Some(escape) = escape.strip_prefix('\\') else {
            return escape.is_empty().then_some(text);
        };
        let (kind, after) = (*escape.as_bytes().first()?, escape.get(1..)?);
        rest = after;
        text.push(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => unicode(&mut rest)?,
            _ => return None,
        });
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

/// Eight bytes at once: the top bit is set for each that does not stand for itself. The lowest hit
/// is exact; a borrow can only add false ones above it.
#[inline]
pub(super) fn special_bytes(bytes: [u8; 8]) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(bytes);
    let quote = word ^ (ONES * 0x22);
    let slash = word ^ (ONES * 0x5c);
    let hits = (quote.wrapping_sub(ONES) & !quote)
        | (slash.wrapping_sub(ONES) & !slash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    hits & (ONES * 0x80)
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
}
