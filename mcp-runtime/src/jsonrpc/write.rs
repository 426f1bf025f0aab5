//! Answers → bytes, each followed by its newline, straight into the output buffer.

use super::text::plain;
use super::{ErrorObject, Id};

/// Writes a response whose result is written by `result`.
pub(crate) fn write_result(out: &mut Vec<u8>, id: &Id<'_>, result: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_json().as_bytes());
    out.extend_from_slice(br#","result":"#);
    result(out);
    out.extend_from_slice(b"}\n");
}

/// Writes an error response; without `id` where none could be read.
pub(crate) fn write_error(out: &mut Vec<u8>, id: Option<&Id<'_>>, error: &ErrorObject) {
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
}

/// Writes a text as a JSON string.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (run, special) = rest.split_at(plain(rest));
        out.extend_from_slice(run);
        let Some((&byte, after)) = special.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(control >> 4)]);
                out.push(HEX[usize::from(control & 15)]);
            }
        }
        rest = after;
    }
    out.push(b'"');
}

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
}
