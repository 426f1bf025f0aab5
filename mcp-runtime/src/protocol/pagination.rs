//! Long lists, page by page.

use serde::{Deserialize, Serialize};

use super::meta::JsonObject;

/// The params of every list method.
///
/// ```json
/// {"cursor": "eyJwYWdlIjogMn0="}
/// ```
///
/// Spec: 2026-07-28, server/utilities/pagination.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PaginatedRequestParams {
    /// Where the page starts, as a previous result said; absent means at the start. The empty
    /// string is a cursor like any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
