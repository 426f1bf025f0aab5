//! The beginning of a value, as much as a problem shows of it.

use std::borrow::Cow;

use serde_json::Value;

use crate::jsonrpc::Scanner;

/// The value at the beginning of a JSON text, without spaces and readable. The result ends with the
/// part in which it has more than `most` characters.
pub(super) fn excerpt(json: &str, most: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut depth = 0_usize;
    let mut length = 0;
    while length <= most
        && let Some(byte) = json.as_bytes().get(at)
    {
        let start = at;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => {
                let mut scanner = Scanner::new(&json[at..]);
                at = scanner.string().map_or(json.len(), |_| at + scanner.at);
            }
            b'[' | b'{' => {
                depth += 1;
                at += 1;
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b',' | b':' => at += 1,
            _ => {
                let end = json[at..].find([',', ']', '}', ':', ' ', '\t', '\r', '\n', '"']);
                at = end.map_or(json.len(), |end| at + end.max(1));
            }
        }
        let part = readable(&json[start..at], most);
        length += part.chars().count();
        out.push_str(&part);
        if depth == 0 {
            break;
        }
    }
    out
}

/// A part of JSON with its letters as such: clients write `\u00e9` for é. Of a long one only as
/// much as is shown.
fn readable(part: &str, most: usize) -> Cow<'_, str> {
    const LONG: usize = 4096;
    if part.len() > LONG {
        let end = part.char_indices().nth(most + 1).map_or(part.len(), |(end, _)| end);
        return part[..end].into();
    }
    if !part.contains('\\') {
        return part.into();
    }
    let text = serde_json::from_str::<String>(part);
    text.map_or(part.into(), |text| Value::from(text).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_compact_and_readable() {
        for (json, shown) in [
            (r#"[ 1.0 , {"b" : null}] , 5"#, r#"[1.0,{"b":null}]"#),
            (r#""caf\u00e9 \" \n", 1"#, r#""café \" \n""#),
            ("true}", "true"),
            ("-1e5 ]", "-1e5"),
            (r#"["\ud800"]"#, r#"["\ud800"]"#),
            ("", ""),
        ] {
            assert_eq!(excerpt(json, 40), shown, "{json}");
        }
        let long = format!("[\"{}\"]", "é".repeat(1_000_000));
        assert!(excerpt(&long, 40).chars().count() == 42);
    }
}
