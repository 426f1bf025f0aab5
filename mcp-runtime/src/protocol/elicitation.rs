//! Asking the user: `elicitation/create`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::meta::JsonObject;
use super::version::ProtocolVersion;

/// How the user is asked.
///
/// Spec: 2026-07-28, client/elicitation, Elicitation Modes; since 2025-11-25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElicitMode {
    /// By a form; a question without a mode means this one.
    Form,
    /// By opening an address.
    Url,
}

/// The params of `elicitation/create`, told apart by `mode`.
///
/// Spec: 2026-07-28, client/elicitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a question has `message` and either `url` or `requestedSchema`")]
pub enum ElicitRequestParams {
    /// By opening an address; since 2025-11-25.
    Url(ElicitRequestURLParams),
    /// By a form.
    Form(ElicitRequestFormParams),
}

/// A question by a form.
///
/// ```json
/// {
///   "mode": "form",
///   "message": "Delete 3 files?",
///   "requestedSchema": {"type": "object", "properties": {"ok": {"type": "boolean"}}}
/// }
/// ```
///
/// Spec: 2026-07-28, client/elicitation, Form Mode; since 2025-06-18.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElicitRequestFormParams {
    /// `form`, or absent, which means the same; 2025-06-18 has no such member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ElicitMode>,
    /// What the user is asked.
    pub message: String,
    /// The schema of the answer: an object of plain fields, without nesting.
    pub requested_schema: Value,
}

impl ElicitRequestFormParams {
    /// A question without a mode, as every revision since 2025-06-18 reads it.
    pub fn new(message: impl Into<String>, requested_schema: Value) -> Self {
        Self { mode: None, message: message.into(), requested_schema }
    }
}

/// What the schemas of forms have in a revision.
///
/// Spec: 2025-06-18, client/elicitation, Schema Definition; 2025-11-25, client/elicitation,
/// Requested Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormSchemas {
    /// 2025-06-18: only booleans have a `default`, titles of an enum are its `enumNames`, and no
    /// field is a list.
    Basic,
    /// Since 2025-11-25: every field has a `default`, titles are in `oneOf` and `anyOf`, and a list
    /// of choices is a field.
    Full,
}

impl FormSchemas {
    /// Those of a revision; `None` if it has no forms.
    pub(crate) const fn of(version: ProtocolVersion) -> Option<Self> {
        match version {
            ProtocolVersion::V2024_11_05 | ProtocolVersion::V2025_03_26 => None,
            ProtocolVersion::V2025_06_18 => Some(Self::Basic),
            ProtocolVersion::V2025_11_25 | ProtocolVersion::V2026_07_28 => Some(Self::Full),
        }
    }
}

/// A question by opening an address.
///
/// ```json
/// {"mode": "url", "message": "Please sign in", "url": "https://example.com/sign-in"}
/// ```
///
/// Spec: 2026-07-28, client/elicitation, URL Mode; since 2025-11-25.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElicitRequestURLParams {
    /// `url`
    pub mode: ElicitMode,
    /// Why the user should go there.
    pub message: String,
    /// The address.
    pub url: String,
    /// The question's name in later messages; required in 2025-11-25, gone since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elicitation_id: Option<String>,
}

impl ElicitRequestURLParams {
    /// A question without an `elicitationId`.
    pub fn new(message: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            mode: ElicitMode::Url,
            message: message.into(),
            url: url.into(),
            elicitation_id: None,
        }
    }
}

/// The user's answer.
///
/// ```json
/// {"action": "accept", "content": {"ok": true}}
/// ```
///
/// Spec: 2026-07-28, client/elicitation, Response Actions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElicitResult {
    /// What the user did.
    pub action: ElicitAction,
    /// The fields of the form; only for an accepted form. Not to be trusted to fit the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<JsonObject>,
    /// The result's `_meta`; up to 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// What the user did with a question.
///
/// Spec: 2026-07-28, client/elicitation, Response Actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElicitAction {
    /// Answered it, or agreed to open the address.
    Accept,
    /// Said no.
    Decline,
    /// Closed it without a choice.
    Cancel,
}
