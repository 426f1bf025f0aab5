//! Getting to know each other: `initialize` up to 2025-11-25, `server/discover` from 2026-07-28.

use serde::{Deserialize, Serialize};

use super::capability::{ClientCapabilities, ServerCapabilities};
use super::meta::{self, JsonObject};
use super::version::ProtocolVersion;

/// Who a client or a server is.
///
/// ```json
/// {"name": "task-server", "title": "Tasks", "version": "1.0.0"}
/// ```
///
/// Spec: 2026-07-28, schema, `Implementation`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Implementation {
    /// Its name for programs, and for people if there is no title.
    pub name: String,
    /// Its name for people; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its own version, in no particular form.
    pub version: String,
    /// What it is for; since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its home page; since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// Its icons; since 2025-11-25.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub icons: Vec<Icon>,
}

impl Implementation {
    /// An implementation with the two members that every revision requires.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self { name: name.into(), version: version.into(), ..Self::default() }
    }
}

/// An icon of a server, tool, resource or prompt; since 2025-11-25.
///
/// ```json
/// {"src": "https://example.com/icon.png", "mimeType": "image/png", "sizes": ["48x48"]}
/// ```
///
/// Spec: 2026-07-28, basic/index, Icons.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Icon {
    /// An `https:` or `http:` address, or a `data:` URI with base64.
    pub src: String,
    /// Its MIME type, if the one `src` is served with does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The sizes it fits, in pixels: `"48x48"`, or `"any"`.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub sizes: Vec<String>,
    /// The background it was drawn for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<IconTheme>,
}

impl Icon {
    /// An icon at this address.
    pub fn new(src: impl Into<String>) -> Self {
        Self { src: src.into(), ..Self::default() }
    }
}

/// The background an icon was drawn for.
///
/// Spec: 2026-07-28, basic/index, Icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IconTheme {
    /// A light one.
    Light,
    /// A dark one.
    Dark,
}

/// The params of `initialize`.
///
/// ```json
/// {
///   "protocolVersion": "2025-11-25",
///   "capabilities": {"elicitation": {}},
///   "clientInfo": {"name": "ExampleClient", "version": "1.0.0"}
/// }
/// ```
///
/// Spec: 2025-11-25, basic/lifecycle.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeRequestParams {
    /// The newest version the client speaks, as it wrote it.
    pub protocol_version: String,
    /// What the client can do in this session.
    pub capabilities: ClientCapabilities,
    /// Who the client is.
    pub client_info: Implementation,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `initialize`.
///
/// Spec: 2025-11-25, basic/lifecycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeResult {
    /// The version the session speaks.
    pub protocol_version: ProtocolVersion,
    /// What the server offers in this session.
    pub capabilities: ServerCapabilities,
    /// Who the server is.
    pub server_info: Implementation,
    /// How the server is best used, for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `server/discover`.
///
/// ```json
/// {"supportedVersions": ["2026-07-28", "2025-11-25"], "capabilities": {"tools": {}}}
/// ```
///
/// Spec: 2026-07-28, server/discover.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoverResult {
    /// The versions the server speaks, newest first.
    pub supported_versions: Vec<ProtocolVersion>,
    /// What the server offers.
    pub capabilities: ServerCapabilities,
    /// How the server is best used, for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// A result that says no more than that it was done: `{}`.
///
/// Spec: 2026-07-28, schema, `EmptyResult`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EmptyResult {
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
