//! What a request says in its headers.

use http::HeaderMap;
use http::header::{ACCEPT, AsHeaderName, CONTENT_TYPE, HeaderName};

use crate::dispatch::Headers;

impl Headers for HeaderMap {
    fn get(&self, name: &str) -> Result<Option<&[u8]>, ()> {
        // Names that every request has are not read from their text each time.
        match name {
            "mcp-protocol-version" => once(self, &VERSION),
            "mcp-method" => once(self, &METHOD),
            "mcp-name" => once(self, &NAME),
            _ => once(self, name),
        }
    }
}

const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// What a client of this protocol sends as `Accept`.
const BOTH: &[u8] = b"application/json, text/event-stream";

/// The value of a header, without white space around it.
///
/// # Errors
/// If it was sent twice.
pub(super) fn once(headers: &HeaderMap, name: impl AsHeaderName) -> Result<Option<&[u8]>, ()> {
    let mut values = headers.get_all(name).iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(());
    }
    Ok(value.map(|value| value.as_bytes().trim_ascii()))
}

/// The forms of an answer that a client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accepts {
    pub(super) json: bool,
    pub(super) events: bool,
}

impl Accepts {
    /// Reads `Accept`: absent, empty or `*/*` it is both.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        if once(headers, &ACCEPT) == Ok(Some(BOTH)) {
            return Self { json: true, events: true };
        }
        let mut accepts = Self { json: false, events: false };
        let mut is_empty = true;
        for value in headers.get_all(ACCEPT) {
            for range in value.as_bytes().split(|byte| *byte == b',') {
                let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
                let kind = parts.next().unwrap_or_default();
                if kind.is_empty() {
                    continue;
                }
                is_empty = false;
                if parts.any(is_never) {
                    continue;
                }
                let is = |name: &str| kind.eq_ignore_ascii_case(name.as_bytes());
                accepts.json |= is("application/json") || is("application/*") || is("*/*");
                accepts.events |= is("text/event-stream") || is("text/*") || is("*/*");
            }
        }
        if is_empty { Self { json: true, events: true } } else { accepts }
    }
}

/// Whether a parameter is a weight of nothing.
fn is_never(parameter: &[u8]) -> bool {
    let Some(weight) = parameter.strip_prefix(b"q=").or_else(|| parameter.strip_prefix(b"Q="))
    else {
        return false;
    };
    !weight.is_empty() && weight.iter().all(|byte| matches!(byte, b'0' | b'.'))
}

/// Whether the body is said to be JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = one(headers, &CONTENT_TYPE) else { return false };
    let essence = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

/// The value of a header that is sent once.
pub(super) fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    once(headers, name).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_takes() {
        let accepts = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(ACCEPT, value.parse().unwrap());
            }
            let Accepts { json, events } = Accepts::of(&headers);
            (json, events)
        };
        assert_eq!(accepts(&[]), (true, true));
        assert_eq!(accepts(&[""]), (true, true));
        assert_eq!(accepts(&["*/*"]), (true, true));
        assert_eq!(accepts(&["application/json, text/event-stream"]), (true, true));
        assert_eq!(accepts(&["application/json", "TEXT/event-stream;q=0.5"]), (true, true));
        assert_eq!(accepts(&["application/json"]), (true, false));
        assert_eq!(accepts(&["text/event-stream"]), (false, true));
        assert_eq!(accepts(&["*/*;q=0, application/json"]), (true, false));
        assert_eq!(accepts(&["text/html"]), (false, false));
    }
}
