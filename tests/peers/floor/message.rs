//! The messages of the yardsticks: read by one typed pass, and written by hand, one a line.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::tools::Answer;

/// The versions that a session can have, newest first.
pub(crate) const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/// The version that every request names.
pub(crate) const MODERN: &str = "2026-07-28";

/// What every modern result ends with.
pub(crate) const MODERN_META: &[u8] = br#","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"floor-server","version":"0.1.0"}}}"#;

/// Any message: a request of any method, a notification, or an answer to nothing.
#[derive(Deserialize)]
pub(crate) struct Message<'a> {
    pub(crate) jsonrpc: &'a str,
    #[serde(borrow, default)]
    pub(crate) id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) method: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) params: Params<'a>,
}

/// What any request may have as parameters.
#[derive(Default, Deserialize)]
pub(crate) struct Params<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) arguments: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_meta")]
    pub(crate) meta: Meta<'a>,
    #[serde(borrow, default, rename = "protocolVersion")]
    pub(crate) protocol_version: Cow<'a, str>,
    #[serde(default)]
    pub(crate) capabilities: Option<Object>,
    #[serde(borrow, default, rename = "clientInfo")]
    pub(crate) client_info: Option<Implementation<'a>>,
}

/// What a modern request says about itself.
#[derive(Default, Deserialize)]
pub(crate) struct Meta<'a> {
    #[serde(borrow, default, rename = "io.modelcontextprotocol/protocolVersion")]
    pub(crate) protocol_version: Cow<'a, str>,
    #[serde(default, rename = "io.modelcontextprotocol/clientCapabilities")]
    pub(crate) client_capabilities: Option<Object>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/clientInfo")]
    _client_info: Option<Implementation<'a>>,
    #[serde(borrow, default, rename = "progressToken")]
    pub(crate) progress_token: Option<&'a RawValue>,
}

/// An object whose members do not matter here.
#[derive(Deserialize)]
pub(crate) struct Object {}

#[derive(Deserialize)]
pub(crate) struct Implementation<'a> {
    #[serde(borrow, rename = "name")]
    _name: Cow<'a, str>,
    #[serde(borrow, rename = "version")]
    _version: Cow<'a, str>,
}

/// Whether a request belongs to a session.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

/// An error for the client: its code and words.
pub(crate) type Refusal = (i32, String);

pub(crate) fn is_id(id: &str) -> bool {
    id.starts_with(['"', '-']) || id.starts_with(|first: char| first.is_ascii_digit())
}

/// The version that a legacy session gets.
pub(crate) fn initialize(params: &Params<'_>) -> Result<&'static str, Refusal> {
    if params.capabilities.is_none() || params.client_info.is_none() {
        return Err((-32602, "`initialize` says what the client can and what it is".to_owned()));
    }
    let asked = LEGACY.into_iter().find(|version| *version == params.protocol_version);
    Ok(asked.unwrap_or(LEGACY[0]))
}

pub(crate) fn write_answer(out: &mut Vec<u8>, id: &str, era: Era, answer: &Answer) {
    write_result(out, id, era, |out| {
        let (Answer::Text(text) | Answer::Structured(text) | Answer::Error(text)) = answer;
        out.extend_from_slice(br#""content":[{"type":"text","text":"#);
        write_string(out, text);
        out.extend_from_slice(b"}]");
        match answer {
            Answer::Text(_) => {}
            Answer::Structured(json) => {
                out.extend_from_slice(br#","structuredContent":"#);
                out.extend_from_slice(json.as_bytes());
            }
            Answer::Error(_) => out.extend_from_slice(br#","isError":true"#),
        }
    });
}

pub(crate) fn write_result(
    out: &mut Vec<u8>,
    id: &str,
    era: Era,
    members: impl FnOnce(&mut Vec<u8>),
) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(br#","result":{"#);
    if era == Era::Modern {
        out.extend_from_slice(br#""resultType":"complete","#);
    }
    members(out);
    out.extend_from_slice(if era == Era::Modern { MODERN_META } else { b"}" });
    out.extend_from_slice(b"}\n");
}

pub(crate) fn write_error(out: &mut Vec<u8>, id: &str, (code, words): &Refusal) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(format!(r#","error":{{"code":{code},"message":"#).as_bytes());
    write_string(out, words);
    out.extend_from_slice(b"}}\n");
}

pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    // Writing into memory cannot fail.
    serde_json::to_writer(out, text).unwrap_or_default();
}
