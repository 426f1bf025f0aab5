//! Suggestions for arguments: `completion/complete`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::meta::JsonObject;

/// The params of `completion/complete`.
///
/// ```json
/// {
///   "ref": {"type": "ref/prompt", "name": "code_review"},
///   "argument": {"name": "framework", "value": "fla"},
///   "context": {"arguments": {"language": "python"}}
/// }
/// ```
///
/// Spec: 2026-07-28, server/utilities/completion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompleteRequestParams {
    /// Whose argument; `ref` on the wire.
    #[serde(rename = "ref")]
    pub reference: CompletionReference,
    /// Which argument, and how far it is written.
    pub argument: CompletionArgument,
    /// What is known besides; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<CompletionContext>,
    /// The request's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// Whose argument is to be completed, told apart by `type`.
///
/// Spec: 2026-07-28, server/utilities/completion, Reference Types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum CompletionReference {
    /// `ref/prompt`
    #[serde(rename = "ref/prompt")]
    Prompt(PromptReference),
    /// `ref/resource`
    #[serde(rename = "ref/resource")]
    Resource(ResourceTemplateReference),
}

/// A prompt, by name.
///
/// Spec: 2026-07-28, schema, `PromptReference`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PromptReference {
    /// Its name for programs.
    pub name: String,
    /// Its name for people; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A resource or a family of them, by address.
///
/// Spec: 2026-07-28, schema, `ResourceTemplateReference`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResourceTemplateReference {
    /// The address, or the template of addresses.
    pub uri: String,
}

/// An argument that is being written.
///
/// Spec: 2026-07-28, server/utilities/completion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CompletionArgument {
    /// Its name.
    pub name: String,
    /// What there is of its value.
    pub value: String,
}

/// What is known besides the argument to be completed; since 2025-06-18.
///
/// Spec: 2026-07-28, server/utilities/completion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CompletionContext {
    /// The arguments that are already written, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<BTreeMap<String, String>>,
}

/// The result of `completion/complete`.
///
/// ```json
/// {"completion": {"values": ["python", "pytorch"], "total": 10, "hasMore": true}}
/// ```
///
/// Spec: 2026-07-28, server/utilities/completion, Completion Results.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CompleteResult {
    /// The suggestions.
    pub completion: Completion,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// Suggestions for an argument.
///
/// Spec: 2026-07-28, server/utilities/completion, Completion Results.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// At most [`Self::MAX_VALUES`] of them, the best first.
    pub values: Vec<String>,
    /// How many there are in all, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether there are more than these; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
}

impl Completion {
    /// How many suggestions one result may carry.
    pub const MAX_VALUES: usize = 100;
}
