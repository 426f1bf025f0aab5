//! Resources: `resources/list`, `resources/templates/list` and `resources/read`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::InputResponses;
use super::content::Annotations;
use super::lifecycle::Icon;
use super::meta::{self, JsonObject};

/// What `resources/list` publishes of a resource, and what a link to one carries; `Resource`
/// in the spec.
///
/// ```json
/// {"uri": "file:///project/README.md", "name": "README.md", "mimeType": "text/markdown"}
/// ```
///
/// Spec: 2026-07-28, server/resources, Resource.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDescriptor {
    /// Its address.
    pub uri: String,
    /// Its name for programs.
    pub name: String,
    /// Its name for people; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is, for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its MIME type, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Hints about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The size of its contents in bytes, before base64, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Its icons; since 2025-11-25.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub icons: Vec<Icon>,
    /// The descriptor's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

impl ResourceDescriptor {
    /// A resource with the two members that every revision requires.
    pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
        Self { uri: uri.into(), name: name.into(), ..Self::default() }
    }
}

/// What `resources/templates/list` publishes of a family of resources; `ResourceTemplate` in
/// the spec.
///
/// ```json
/// {"uriTemplate": "task://{id}", "name": "task"}
/// ```
///
/// Spec: 2026-07-28, server/resources, Resource Templates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceTemplateDescriptor {
    /// Their addresses, as a template of RFC 6570.
    pub uri_template: String,
    /// Their name for programs.
    pub name: String,
    /// Their name for people; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What they are, for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Their MIME type, if all have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Hints about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// Their icons; since 2025-11-25.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub icons: Vec<Icon>,
    /// The descriptor's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

impl ResourceTemplateDescriptor {
    /// A template with the two members that every revision requires.
    pub fn new(uri_template: impl Into<String>, name: impl Into<String>) -> Self {
        Self { uri_template: uri_template.into(), name: name.into(), ..Self::default() }
    }
}

/// The template of a descriptor whose `uri` is one.
impl From<ResourceDescriptor> for ResourceTemplateDescriptor {
    fn from(resource: ResourceDescriptor) -> Self {
        Self {
            uri_template: resource.uri,
            name: resource.name,
            title: resource.title,
            description: resource.description,
            mime_type: resource.mime_type,
            annotations: resource.annotations,
            icons: resource.icons,
            meta: resource.meta,
        }
    }
}

/// The contents of a resource: text or bytes, told apart by their member.
///
/// Spec: 2026-07-28, server/resources, Resource Contents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "the contents of a resource have `uri` and either `text` or `blob`")]
pub enum ResourceContents {
    /// Text, in `text`.
    Text(TextResourceContents),
    /// Bytes, in `blob`.
    Blob(BlobResourceContents),
}

impl ResourceContents {
    /// Text at this address.
    pub fn text(uri: impl Into<String>, text: impl Into<String>) -> Self {
        let (uri, text) = (uri.into(), text.into());
        Self::Text(TextResourceContents { uri, text, ..TextResourceContents::default() })
    }

    /// Bytes at this address, which are sent in base64.
    pub fn blob(uri: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        let (uri, blob) = (uri.into(), STANDARD.encode(bytes));
        Self::Blob(BlobResourceContents { uri, blob, ..BlobResourceContents::default() })
    }

    /// The same contents with this MIME type, instead of the one they had.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        let place = match &mut self {
            Self::Text(text) => &mut text.mime_type,
            Self::Blob(blob) => &mut blob.mime_type,
        };
        *place = Some(mime_type.into());
        self
    }

    /// The same contents with one more member in their `_meta`.
    #[must_use]
    pub fn with_meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let place = match &mut self {
            Self::Text(text) => &mut text.meta,
            Self::Blob(blob) => &mut blob.meta,
        };
        place.get_or_insert_default().insert(name.into(), value.into());
        self
    }
}

/// A resource's contents as text.
///
/// ```json
/// {"uri": "file:///example.txt", "mimeType": "text/plain", "text": "Resource content"}
/// ```
///
/// Spec: 2026-07-28, server/resources, Text Content.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextResourceContents {
    /// Its address; one below the address that was read, if that has several contents.
    pub uri: String,
    /// Its MIME type, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The text.
    pub text: String,
    /// The contents' `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// A resource's contents as bytes.
///
/// ```json
/// {"uri": "file:///example.png", "mimeType": "image/png", "blob": "iVBORw0KGgo="}
/// ```
///
/// Spec: 2026-07-28, server/resources, Binary Content.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobResourceContents {
    /// Its address; one below the address that was read, if that has several contents.
    pub uri: String,
    /// Its MIME type, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The bytes in base64.
    pub blob: String,
    /// The contents' `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `resources/list`.
///
/// Spec: 2026-07-28, server/resources, Listing Resources.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResourcesResult {
    /// One page of resources.
    pub resources: Vec<ResourceDescriptor>,
    /// Where the next page starts; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `resources/templates/list`.
///
/// Spec: 2026-07-28, server/resources, Resource Templates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResourceTemplatesResult {
    /// One page of templates.
    pub resource_templates: Vec<ResourceTemplateDescriptor>,
    /// Where the next page starts; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `resources/read`.
///
/// ```json
/// {"uri": "file:///project/src/main.rs"}
/// ```
///
/// Spec: 2026-07-28, server/resources, Reading Resources.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadResourceRequestParams {
    /// Which resource.
    pub uri: String,
    /// Answers to what the previous result asked for; since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_responses: Option<InputResponses>,
    /// What the previous result gave the client to keep; since 2026-07-28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_state: Option<String>,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of `resources/read`.
///
/// Spec: 2026-07-28, server/resources, Reading Resources.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ReadResourceResult {
    /// The contents, several if the address stands for several, such as a folder.
    pub contents: Vec<ResourceContents>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
