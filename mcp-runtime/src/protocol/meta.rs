//! `_meta`: what accompanies requests, results and notifications; request ids and tokens.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::capability::ClientCapabilities;
use super::lifecycle::Implementation;
use super::notification::LoggingLevel;

/// The protocol version of a modern request, required there.
pub const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// What the client can do, required in modern requests.
pub const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// Who the client is; in modern requests, optional.
pub const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
/// From which level on a modern request wants log messages; without it none are sent.
pub const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";
/// Who the server is; in modern results.
pub const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";
/// To which `subscriptions/listen` request a modern message belongs.
pub const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";
/// Under which token a request wants to hear of its progress; every revision.
pub const PROGRESS_TOKEN: &str = "progressToken";

/// A JSON object whose members are not ours to know, such as `_meta`.
pub type JsonObject = Map<String, Value>;

/// The id of a request where a message speaks about it: a string or an integer.
///
/// `"1"` and `1` are two different ids.
///
/// Spec: 2026-07-28, basic/index, Requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "a request id is a string or an integer")]
pub enum RequestId {
    /// An integer.
    Number(i64),
    /// A string; the empty one counts.
    Text(String),
}

impl From<RequestId> for Value {
    fn from(id: RequestId) -> Self {
        match id {
            RequestId::Number(number) => number.into(),
            RequestId::Text(text) => text.into(),
        }
    }
}

/// The token a client chose for the progress of one request; goes back as it came.
///
/// Spec: 2026-07-28, basic/patterns/progress.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "a progress token is a string or an integer")]
pub enum ProgressToken {
    /// An integer.
    Number(i64),
    /// A string; the empty one counts.
    Text(String),
}

/// The keys of a request's `_meta` that the protocol reserves.
///
/// ```json
/// {
///   "io.modelcontextprotocol/protocolVersion": "2026-07-28",
///   "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
///   "io.modelcontextprotocol/clientInfo": {"name": "ExampleClient", "version": "1.0.0"},
///   "progressToken": "oivaizmir"
/// }
/// ```
///
/// A key that is `null` is absent, as many clients write one that they leave out. Whether one is
/// required depends on the era, so all are `Option`s here.
///
/// Spec: 2026-07-28, basic/index, `_meta`. Up to 2025-11-25 only `progressToken` is known.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RequestMeta {
    /// The version under which the request is to be served, as the client wrote it.
    #[serde(
        rename = "io.modelcontextprotocol/protocolVersion",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub protocol_version: Option<String>,
    /// What the client can do for this request.
    #[serde(
        rename = "io.modelcontextprotocol/clientCapabilities",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub client_capabilities: Option<ClientCapabilities>,
    /// Who the client is: for display and logs, never for decisions.
    #[serde(
        rename = "io.modelcontextprotocol/clientInfo",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub client_info: Option<Implementation>,
    /// From which level on log messages are wanted while the request is served.
    #[serde(
        rename = "io.modelcontextprotocol/logLevel",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub log_level: Option<LoggingLevel>,
    /// Under which token progress is wanted.
    #[serde(rename = "progressToken", default, skip_serializing_if = "Option::is_none")]
    pub progress_token: Option<ProgressToken>,
}

/// What the params of every request have in common; other members are skipped.
///
/// Spec: 2026-07-28, schema, `RequestParams`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RequestParams {
    /// The request's `_meta`.
    #[serde(rename = "_meta", default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<RequestMeta>,
}

/// Reads a member that is there, so that `null` is a value of the wrong type (or, where any
/// JSON is allowed, the value `null`) and not an absent member.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a member that has a default, where `null` is a way to leave it out.
pub(super) fn null_is_absent<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn progress_token_is_a_string_or_an_integer() {
        let token = |value| serde_json::from_value::<ProgressToken>(value);
        assert_eq!(token(json!("")).unwrap(), ProgressToken::Text(String::new()));
        assert_eq!(token(json!(-3)).unwrap(), ProgressToken::Number(-3));
        for value in [json!(null), json!(1.5), json!(1.0), json!(true), json!([]), json!({})] {
            let error = token(value).unwrap_err();
            assert_eq!(error.to_string(), "a progress token is a string or an integer");
        }
    }

    /// R11, R12: clients in many languages write `null` for what they leave out.
    #[test]
    fn a_reserved_key_that_is_null_is_absent() {
        for key in [PROTOCOL_VERSION, CLIENT_CAPABILITIES, CLIENT_INFO, LOG_LEVEL, PROGRESS_TOKEN] {
            let meta = serde_json::from_value::<RequestMeta>(json!({ key: null })).unwrap();
            assert_eq!(meta, RequestMeta::default(), "{key}");
            for other in [json!([]), json!(""), json!(0), json!(false)] {
                let is_token = key == PROGRESS_TOKEN && (other == json!("") || other == json!(0));
                let is_text = key == PROTOCOL_VERSION && other == json!("");
                let read = serde_json::from_value::<RequestMeta>(json!({ key: other }));
                assert_eq!(read.is_ok(), is_token || is_text, "{key}: {other}");
            }
        }
    }

    #[test]
    fn unknown_keys_are_ignored() {
        let params = json!({"name": "add", "_meta": {"traceparent": "00-1", "progressToken": 0}});
        let meta = serde_json::from_value::<RequestParams>(params).unwrap().meta.unwrap();
        assert_eq!(meta.progress_token, Some(ProgressToken::Number(0)));
        assert_eq!(meta.protocol_version, None);
    }
}
