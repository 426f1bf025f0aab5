//! What a client and a server can do.
//!
//! A capability is there if its object is there, even an empty one.

use serde::{Deserialize, Serialize};

use super::meta::JsonObject;

/// What a server offers.
///
/// ```json
/// {"tools": {"listChanged": true}, "resources": {}, "completions": {}}
/// ```
///
/// Spec: 2026-07-28, server/discover; up to 2025-11-25, basic/lifecycle.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ServerCapabilities {
    /// What no revision defines, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experimental: Option<JsonObject>,
    /// Extensions with their settings, by identifier; since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<JsonObject>,
    /// It sends log messages; `{}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging: Option<JsonObject>,
    /// It completes arguments; `{}`, since 2025-03-26.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completions: Option<JsonObject>,
    /// It has prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompts: Option<PromptsCapability>,
    /// It has resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourcesCapability>,
    /// It has tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<ToolsCapability>,
}

/// How a server offers prompts.
///
/// Spec: 2026-07-28, server/prompts, Capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PromptsCapability {
    /// It tells when their list changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

/// How a server offers resources.
///
/// Spec: 2026-07-28, server/resources, Capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourcesCapability {
    /// It tells when a single resource changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribe: Option<bool>,
    /// It tells when their list changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

/// How a server offers tools.
///
/// Spec: 2026-07-28, server/tools, Capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolsCapability {
    /// It tells when their list changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

/// What a client can do for a server.
///
/// ```json
/// {"elicitation": {"form": {}, "url": {}}, "sampling": {"tools": {}}}
/// ```
///
/// Spec: 2026-07-28, basic/index, `_meta`: with every request. Up to 2025-11-25,
/// basic/lifecycle: once, with `initialize`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClientCapabilities {
    /// What no revision defines, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experimental: Option<JsonObject>,
    /// Extensions with their settings, by identifier; since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<JsonObject>,
    /// It tells which folders it works on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<RootsCapability>,
    /// It lets a server use its model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SamplingCapability>,
    /// It asks its user for a server; since 2025-06-18. Without a mode inside, by form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elicitation: Option<ElicitationCapability>,
}

/// How a client tells its roots.
///
/// Spec: 2025-11-25, client/roots. `listChanged` is gone in 2026-07-28.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RootsCapability {
    /// It tells when they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_changed: Option<bool>,
}

/// How a client lets a server use its model.
///
/// Spec: 2026-07-28, client/sampling, Capabilities. Up to 2025-06-18 it has no members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SamplingCapability {
    /// It heeds `includeContext`; `{}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<JsonObject>,
    /// It lets the model use tools; `{}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<JsonObject>,
}

/// How a client asks its user.
///
/// Spec: 2026-07-28, client/elicitation, Capabilities. In 2025-06-18 it has no members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ElicitationCapability {
    /// By a form; `{}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<JsonObject>,
    /// By opening an address; `{}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<JsonObject>,
}
