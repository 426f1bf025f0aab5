//! What a server asks of a client in the middle of a request, and the client's folders.
//!
//! From 2026-07-28 the questions travel in the result of the request, which the client then
//! sends again with the answers. Up to 2025-11-25 each is a request of the server's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::elicitation::ElicitRequestParams;
use super::meta::JsonObject;
use super::sampling::CreateMessageRequestParams;

/// One question to a client: a request without its id.
///
/// ```json
/// {"method": "roots/list"}
/// ```
///
/// Spec: 2026-07-28, basic/patterns/mrtr.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params")]
#[non_exhaustive]
pub enum InputRequest {
    /// `elicitation/create`: to its user.
    #[serde(rename = "elicitation/create")]
    Elicit(ElicitRequestParams),
    /// `sampling/createMessage`: to its model.
    #[serde(rename = "sampling/createMessage")]
    CreateMessage(CreateMessageRequestParams),
    /// `roots/list`: for its folders.
    #[serde(rename = "roots/list")]
    ListRoots,
}

/// Questions by a key of the server's choice.
///
/// Spec: 2026-07-28, basic/patterns/mrtr.
pub type InputRequests = BTreeMap<String, InputRequest>;

/// Answers by the key of their question, undecoded: nothing in an answer says what it answers,
/// so only who asked can read it.
///
/// Spec: 2026-07-28, basic/patterns/mrtr.
pub type InputResponses = JsonObject;

/// A result that asks instead of answering; `"resultType": "input_required"`.
///
/// At least one of the first two members is there.
///
/// Spec: 2026-07-28, basic/patterns/mrtr.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputRequiredResult {
    /// The questions; absent if the client may just try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_requests: Option<InputRequests>,
    /// What the client is to send along with the answers, unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_state: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `roots/list`: the client's answer.
///
/// ```json
/// {"roots": [{"uri": "file:///home/user/project", "name": "My Project"}]}
/// ```
///
/// Spec: 2026-07-28, client/roots.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListRootsResult {
    /// The folders.
    pub roots: Vec<Root>,
    /// The result's `_meta`; up to 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// A folder the client works on; says where to look, grants nothing.
///
/// Spec: 2026-07-28, client/roots.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Root {
    /// Its address, with the scheme `file`.
    pub uri: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The root's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
