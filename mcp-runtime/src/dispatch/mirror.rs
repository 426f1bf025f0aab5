//! What a client repeats of a request beside it, for whoever routes it and does not read it: the
//! headers of HTTP. The body is what counts, and a header that says something else is refused.
//!
//! Spec: 2026-07-28, basic/transports/streamable-http, Standard Request Headers, Custom Headers.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Reason, Refusal};
use crate::args::Mirrored;
use crate::jsonrpc::{ErrorObject, Member, Params};
use crate::visible::{beginning, one_line};

/// A header is missing, or says something else than the body.
const HEADER_MISMATCH: i64 = -32_020;

/// Values that begin and end so are base64 of UTF-8.
const ENCODED: (&str, &str) = ("=?base64?", "?=");

/// The headers of a request, by their names in lower case.
pub(crate) trait Headers {
    /// The value of a header, without white space around it; `None` if it was not sent.
    ///
    /// # Errors
    /// If it was sent twice.
    fn get(&self, name: &str) -> Result<Option<&[u8]>, ()>;
}

/// What a request says of itself in its headers.
#[derive(Clone, Copy)]
pub(crate) struct Mirror<'a>(pub(crate) &'a dyn Headers);

impl Mirror<'_> {
    /// Fails unless the version is there: without it nobody can tell what the request is.
    pub(super) fn names_version(self) -> Result<(), Refusal> {
        self.header("mcp-protocol-version")?.map(drop).ok_or_else(|| {
            mismatch("`MCP-Protocol-Version` is missing; it repeats the version in `_meta`")
        })
    }

    pub(super) fn agrees_on_version(self, requested: &str) -> Result<(), Refusal> {
        self.agrees("MCP-Protocol-Version", "mcp-protocol-version", requested)
    }

    pub(super) fn agrees_on_method(self, method: &str) -> Result<(), Refusal> {
        self.agrees("Mcp-Method", "mcp-method", method)
    }

    /// Fails unless the member of the params that names what is asked for is repeated.
    pub(super) fn agrees_on_name(self, params: &Params<'_>, member: &str) -> Result<(), Refusal> {
        const NAME: &str = "Mcp-Name";
        let Some(sent) = self.header("mcp-name")? else {
            return Err(mismatch(format!("`{NAME}` is missing; it repeats `params.{member}`")));
        };
        let sent = decoded(NAME, sent)?;
        // What is not there, or no text, is refused as the method refuses it.
        match params.text(member) {
            Ok(name) if name != sent => Err(differs(NAME, &sent, &name)),
            _ => Ok(()),
        }
    }

    /// Fails unless the arguments that a tool wants repeated are.
    pub(super) fn agrees_on_arguments(
        self,
        mirrored: &[Mirrored],
        line: &str,
        arguments: &[Member],
    ) -> Result<(), Refusal> {
        for Mirrored { header, path } in mirrored {
            let name = format!("Mcp-Param-{header}");
            let sent = self.header(&name.to_ascii_lowercase())?;
            let value = argument(line, arguments, path);
            match (sent, value) {
                (None, None) => {}
                (None, Some(_)) => {
                    let path = path.join(".");
                    let what = format!("`{name}` is missing; it repeats the argument `{path}`");
                    return Err(mismatch(what));
                }
                (Some(sent), None) => {
                    let sent = decoded(&name, sent)?;
                    return Err(differs(&name, &sent, "no value"));
                }
                (Some(sent), Some(value)) => {
                    let sent = decoded(&name, sent)?;
                    if !says(&sent, &value) {
                        return Err(differs(&name, &sent, &value.to_string()));
                    }
                }
            }
        }
        Ok(())
    }

    fn agrees(self, name: &str, lower: &str, expected: &str) -> Result<(), Refusal> {
        match self.header(lower)? {
            Some(sent) if sent == expected.as_bytes() => Ok(()),
            Some(sent) => Err(differs(name, &String::from_utf8_lossy(sent), expected)),
            None => Err(mismatch(format!("`{name}` is missing; it repeats `{expected}`"))),
        }
    }

    fn header(&self, name: &str) -> Result<Option<&[u8]>, Refusal> {
        self.0.get(name).map_err(|()| mismatch(format!("`{name}` is sent twice")))
    }
}

/// The value of an argument; one that is `null` is absent. An object on the way to it may be sent
/// as text, as it may to the tool.
fn argument(line: &str, members: &[Member], path: &[String]) -> Option<Value> {
    let (first, rest) = path.split_first()?;
    let member = members.iter().find(|member| member.key(line) == **first)?;
    let value: Value = serde_json::from_str(member.value(line)).ok()?;
    let value = rest.iter().try_fold(value, |value, key| {
        let mut object = match value {
            Value::String(json) => serde_json::from_str(&json).ok()?,
            value => value,
        };
        Some(object.get_mut(key)?.take())
    })?;
    (!value.is_null()).then_some(value)
}

/// Whether a header says what an argument is.
fn says(sent: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => text == sent,
        Value::Bool(value) => sent == if *value { "true" } else { "false" },
        Value::Number(number) => says_number(sent, &number.to_string()),
        _ => false,
    }
}

/// Whether two spellings are those of one number: `42.0` is `42`. Integers are compared as such,
/// because a double cannot tell large ones apart.
fn says_number(sent: &str, number: &str) -> bool {
    if let (Ok(sent), Ok(number)) = (sent.parse::<i128>(), number.parse::<i128>()) {
        return sent == number;
    }
    // Rust reads `inf` and `nan` as numbers too.
    let is_number =
        sent.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
    match (sent.parse::<f64>(), number.parse::<f64>()) {
        (Ok(sent), Ok(number)) => is_number && sent.total_cmp(&number).is_eq(),
        _ => false,
    }
}

/// The text of a value: as it stands, or encoded.
fn decoded<'a>(name: &str, value: &'a [u8]) -> Result<Cow<'a, str>, Refusal> {
    let plain = |byte: &u8| matches!(byte, 0x20..=0x7e | b'\t');
    let text = Some(value).filter(|value| value.iter().all(plain));
    let Some(text) = text.and_then(|text| str::from_utf8(text).ok()) else {
        let what =
            format!("`{name}` has characters that a header cannot carry: encode it as base64");
        return Err(mismatch(what));
    };
    let inner = text.strip_prefix(ENCODED.0).and_then(|rest| rest.strip_suffix(ENCODED.1));
    let Some(encoded) = inner else { return Ok(text.into()) };
    STANDARD
        .decode(encoded)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Cow::Owned)
        .ok_or_else(|| mismatch(format!("`{name}` is no base64 of UTF-8")))
}

fn differs(name: &str, sent: &str, expected: &str) -> Refusal {
    let cut = |text: &str| one_line(beginning(text, 80)).into_owned();
    mismatch(format!("`{name}` is `{}`, and the body says `{}`", cut(sent), cut(expected)))
}

fn mismatch(what: impl fmt::Display) -> Refusal {
    let error = ErrorObject::new(HEADER_MISMATCH, format!("header mismatch: {what}"));
    Refusal::new(Reason::Headers, error)
}

impl fmt::Debug for Mirror<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mirror")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonrpc::members;

    /// XHDR-04, XHDR-07.
    #[test]
    fn an_argument_is_found_in_objects_and_in_objects_that_are_sent_as_text() {
        let path = ["place", "zone"].map(str::to_owned);
        for (json, expected) in [
            (r#"{"place":{"zone":"eu"}}"#, Some("eu")),
            (r#"{"place":"{\"zone\":\"eu\"}"}"#, Some("eu")),
            (r#"{"place":"{\"zone\":null}"}"#, None),
            (r#"{"place":"zone"}"#, None),
            (r#"{"place":null}"#, None),
            ("{}", None),
        ] {
            let found = argument(json, &members(json), &path);
            assert_eq!(found, expected.map(Value::from), "{json}");
        }
    }
}
