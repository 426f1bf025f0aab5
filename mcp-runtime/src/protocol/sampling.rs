//! Asking the client's model: `sampling/createMessage`.
//!
//! The feature is deprecated since 2026-07-28, still in use before.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content::{AudioContent, ContentBlock, ImageContent, Role, TextContent};
use super::meta::{self, JsonObject};
use super::tool::ToolDescriptor;

/// The params of `sampling/createMessage`.
///
/// ```json
/// {
///   "messages": [{"role": "user", "content": {"type": "text", "text": "What is due?"}}],
///   "maxTokens": 100
/// }
/// ```
///
/// Spec: 2026-07-28, client/sampling.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMessageRequestParams {
    /// The conversation so far.
    pub messages: Vec<SamplingMessage>,
    /// Which model is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_preferences: Option<ModelPreferences>,
    /// The system prompt that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// What the client should add to the conversation; absent means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_context: Option<IncludeContext>,
    /// How freely the model may choose its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// How many tokens the answer may have at most.
    pub max_tokens: u64,
    /// Texts at which the model stops.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub stop_sequences: Vec<String>,
    /// What the model's provider wants to know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
    /// Tools the model may ask for; since 2025-11-25.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub tools: Vec<ToolDescriptor>,
    /// Whether it may or must ask for one; since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
}

impl CreateMessageRequestParams {
    /// A conversation of one message by the user.
    pub fn new(text: impl Into<String>, max_tokens: u64) -> Self {
        let text = TextContent { text: text.into(), ..TextContent::default() };
        let content = SamplingContent::One(SamplingMessageContentBlock::Text(text));
        let message = SamplingMessage { role: Role::User, content, meta: None };
        Self { messages: vec![message], max_tokens, ..Self::default() }
    }
}

/// One message of a conversation with a model.
///
/// Spec: 2026-07-28, schema, `SamplingMessage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SamplingMessage {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: SamplingContent,
    /// The message's `_meta`; since 2025-11-25.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// What is said to or by a model: one block, or since 2025-11-25 an array of them.
///
/// Spec: 2026-07-28, schema, `SamplingMessage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "the content of a message is a block or an array of blocks")]
pub enum SamplingContent {
    /// One block, as every revision reads it.
    One(SamplingMessageContentBlock),
    /// Any number of blocks.
    Many(Vec<SamplingMessageContentBlock>),
}

/// One block of what is said to or by a model, told apart by `type`.
///
/// Spec: 2026-07-28, schema, `SamplingMessageContentBlock`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SamplingMessageContentBlock {
    /// `text`
    Text(TextContent),
    /// `image`
    Image(ImageContent),
    /// `audio`; since 2025-03-26.
    Audio(AudioContent),
    /// `tool_use`; since 2025-11-25.
    ToolUse(ToolUseContent),
    /// `tool_result`; since 2025-11-25.
    ToolResult(ToolResultContent),
}

/// The model asks for a tool; `"type": "tool_use"`, since 2025-11-25.
///
/// Spec: 2026-07-28, client/sampling, Sampling with Tools.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ToolUseContent {
    /// The name under which its result is given back.
    pub id: String,
    /// Which tool.
    pub name: String,
    /// The tool's arguments.
    pub input: JsonObject,
    /// The block's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The result of a tool the model asked for; `"type": "tool_result"`, since 2025-11-25.
///
/// Spec: 2026-07-28, client/sampling, Sampling with Tools.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolResultContent {
    /// The `id` of the block that asked.
    pub tool_use_id: String,
    /// What the tool said.
    pub content: Vec<ContentBlock>,
    /// What the tool said as data.
    #[serde(default, deserialize_with = "meta::present", skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<Value>,
    /// Whether it is a tool error; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// The block's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// Which model is wanted; each priority goes from 0 to 1.
///
/// ```json
/// {"hints": [{"name": "claude"}], "costPriority": 0.3, "intelligencePriority": 0.5}
/// ```
///
/// Spec: 2026-07-28, client/sampling, Model Preferences.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelPreferences {
    /// Names, the most wanted first.
    #[serde(
        default,
        deserialize_with = "meta::null_is_absent",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub hints: Vec<ModelHint>,
    /// How much a low price matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_priority: Option<f64>,
    /// How much a quick answer matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed_priority: Option<f64>,
    /// How much a clever answer matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intelligence_priority: Option<f64>,
}

/// A hint at a model.
///
/// Spec: 2026-07-28, schema, `ModelHint`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelHint {
    /// Part of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What the client should add to the conversation.
///
/// Spec: 2026-07-28, schema, `CreateMessageRequestParams`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IncludeContext {
    /// Nothing.
    None,
    /// What it has from this server.
    ThisServer,
    /// What it has from all servers.
    AllServers,
}

/// Whether the model may or must ask for a tool; since 2025-11-25.
///
/// Spec: 2026-07-28, schema, `ToolChoice`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolChoice {
    /// Absent means that it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ToolChoiceMode>,
}

/// Whether the model may or must ask for a tool.
///
/// Spec: 2026-07-28, schema, `ToolChoice`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolChoiceMode {
    /// It may.
    Auto,
    /// It must.
    Required,
    /// It must not.
    None,
}

/// What the model said.
///
/// Spec: 2026-07-28, client/sampling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMessageResult {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: SamplingContent,
    /// The model's name.
    pub model: String,
    /// Why it stopped: `endTurn`, `stopSequence`, `maxTokens`, `toolUse` or another reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}
