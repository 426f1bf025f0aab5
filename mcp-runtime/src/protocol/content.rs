//! What tools and prompts say: content blocks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::meta::{self, JsonObject};
use super::resource::{ResourceContents, ResourceDescriptor};

/// Who speaks, or is spoken to.
///
/// Spec: 2026-07-28, schema, `Role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// Hints about a content block or a resource: for whom it is and how much it matters.
///
/// ```json
/// {"audience": ["user"], "priority": 0.8, "lastModified": "2025-01-12T15:00:58Z"}
/// ```
///
/// Spec: 2026-07-28, server/resources, Annotations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// For whom it is; empty says nothing about it and is left out.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub audience: Vec<Role>,
    /// How much it matters, from 0 (entirely optional) to 1 (effectively required).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<f64>,
    /// When it was last changed, in ISO 8601; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// One entry of a result's `content`, told apart by `type`.
///
/// ```json
/// {"type": "text", "text": "3 tasks are due today"}
/// ```
///
/// Spec: 2026-07-28, schema, `ContentBlock`. `audio` since 2025-03-26, `resource_link` since
/// 2025-06-18.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContentBlock {
    /// `text`
    Text(TextContent),
    /// `image`
    Image(ImageContent),
    /// `audio`
    Audio(AudioContent),
    /// `resource_link`: a resource that the client can read if it wants to.
    ResourceLink(ResourceDescriptor),
    /// `resource`: a resource with its contents.
    Resource(EmbeddedResource),
}

impl ContentBlock {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextContent { text: text.into(), ..TextContent::default() })
    }

    /// An image: its bytes, which are sent in base64, and their MIME type.
    pub fn image(bytes: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
        let (data, mime_type) = (STANDARD.encode(bytes), mime_type.into());
        Self::Image(ImageContent { data, mime_type, ..ImageContent::default() })
    }

    /// A sound: its bytes, which are sent in base64, and their MIME type.
    pub fn audio(bytes: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
        let (data, mime_type) = (STANDARD.encode(bytes), mime_type.into());
        Self::Audio(AudioContent { data, mime_type, ..AudioContent::default() })
    }

    /// A resource with its contents.
    pub fn resource(resource: ResourceContents) -> Self {
        Self::Resource(EmbeddedResource { resource, annotations: None, meta: None })
    }

    /// A link to a resource.
    pub fn resource_link(resource: ResourceDescriptor) -> Self {
        Self::ResourceLink(resource)
    }

    /// The same block with these hints, instead of those it had.
    #[must_use]
    pub fn with_annotations(mut self, annotations: Annotations) -> Self {
        let place = match &mut self {
            Self::Text(text) => &mut text.annotations,
            Self::Image(image) => &mut image.annotations,
            Self::Audio(audio) => &mut audio.annotations,
            Self::ResourceLink(resource) => &mut resource.annotations,
            Self::Resource(resource) => &mut resource.annotations,
        };
        *place = Some(annotations);
        self
    }

    /// The same block with one more member in its `_meta`.
    #[must_use]
    pub fn with_meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let place = match &mut self {
            Self::Text(text) => &mut text.meta,
            Self::Image(image) => &mut image.meta,
            Self::Audio(audio) => &mut audio.meta,
            Self::ResourceLink(resource) => &mut resource.meta,
            Self::Resource(resource) => &mut resource.meta,
        };
        place.get_or_insert_default().insert(name.into(), value.into());
        self
    }
}

impl From<String> for ContentBlock {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&str> for ContentBlock {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// A text; `"type": "text"`.
///
/// Spec: 2026-07-28, server/tools, Text Content.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TextContent {
    /// The text.
    pub text: String,
    /// Hints about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The block's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// An image; `"type": "image"`.
///
/// Spec: 2026-07-28, server/tools, Image Content.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageContent {
    /// Its bytes in base64.
    pub data: String,
    /// Its MIME type.
    pub mime_type: String,
    /// Hints about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The block's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// A sound; `"type": "audio"`, since 2025-03-26.
///
/// Spec: 2026-07-28, server/tools, Audio Content.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioContent {
    /// Its bytes in base64.
    pub data: String,
    /// Its MIME type.
    pub mime_type: String,
    /// Hints about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The block's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// A resource with its contents; `"type": "resource"`.
///
/// Spec: 2026-07-28, server/tools, Embedded Resources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmbeddedResource {
    /// The contents.
    pub resource: ResourceContents,
    /// Hints about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The block's `_meta`; since 2025-06-18.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
