//! Texts in JSON: which bytes stand for themselves.

/// How many bytes from the start of `bytes` stand for themselves in a JSON string: up to the first
/// quote, backslash or control character.
///
/// Eight bytes a step.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (steps, tail) = bytes.as_chunks::<8>();
    for (at, step) in steps.iter().enumerate() {
        let hits = special_bytes(*step);
        if hits != 0 {
            return at * 8 + hits.trailing_zeros() as usize / 8;
        }
    }
    steps.len() * 8 + tail.iter().position(|&byte| is_special(byte)).unwrap_or(tail.len())
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
        for length in 0..40 {
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
