//! Error objects and their codes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::visible::{beginning, one_line};

/// The codes JSON-RPC defines. Codes of the protocol that is spoken over it live with its rules.
pub(crate) mod code {
    /// The line is no JSON.
    pub(crate) const PARSE_ERROR: i64 = -32_700;
    /// JSON, and no message.
    pub(crate) const INVALID_REQUEST: i64 = -32_600;
    /// Nobody answers this method.
    pub(crate) const METHOD_NOT_FOUND: i64 = -32_601;
    /// The params are not those of the method.
    pub(crate) const INVALID_PARAMS: i64 = -32_602;
    /// A failure that is the server's own.
    pub(crate) const INTERNAL_ERROR: i64 = -32_603;
}

/// The `error` of a response: `{"code": -32602, "message": "…", "data": …}`.
///
/// Spec: JSON-RPC 2.0, Error object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// What kind of error it is.
    pub code: i64,
    /// One short sentence.
    pub message: String,
    /// More about it, in any form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl ErrorObject {
    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    pub(crate) fn with_data(code: i64, message: impl Into<String>, data: Value) -> Self {
        Self { code, message: message.into(), data: Some(data) }
    }

    pub(crate) fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(code::INVALID_PARAMS, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(code::INVALID_REQUEST, message)
    }
}

/// Why JSON could not be read as its type, without the place, which means nothing to a client. The
/// message of serde quotes what was sent, whatever its length: it is cut.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    const LONGEST: usize = 200;
    let error = error.to_string();
    let why = error.rsplit_once(" at line ").map_or(&*error, |(why, _)| why);
    let cut = beginning(why, LONGEST);
    let dots = if cut.len() < why.len() { "…" } else { "" };
    format!("{}{dots}", one_line(cut))
}
