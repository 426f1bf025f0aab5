//! Tools: `tools/list` and `tools/call`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::InputResponses;
use super::content::ContentBlock;
use super::lifecycle::Icon;
use super::meta::{self, JsonObject};

/// What `tools/list` publishes of a tool; `Tool` in the spec.
///
/// ```json
/// {
///   "name": "add_task",
///   "description": "Adds a task",
///   "inputSchema": {"type": "object", "properties": {"title": {"type": "string"}}}
/// }
/// ```
///
/// Spec: 2026-07-28, server/tools, Tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolDescriptor {
    /// Its name for programs.
    pub name: String,
    /// Its name for people; since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it does, for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The schema of its arguments, whose root has `"type": "object"`.
    pub input_schema: Value,
    /// The schema of its structured content; since 2025-06-18, up to 2025-11-25 of an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
    /// Hints about what it does to the world; since 2025-03-26.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<ToolAnnotations>,
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

impl ToolDescriptor {
    /// A tool with the two members that every revision requires.
    pub fn new(name: impl Into<String>, input_schema: Value) -> Self {
        Self {
            name: name.into(),
            title: None,
            description: None,
            input_schema,
            output_schema: None,
            annotations: None,
            icons: Vec::new(),
            meta: None,
        }
    }
}

/// Hints about what a tool does to the world; clients need not believe them.
///
/// ```json
/// {"readOnlyHint": false, "destructiveHint": true}
/// ```
///
/// Spec: 2026-07-28, schema, `ToolAnnotations`; since 2025-03-26.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolAnnotations {
    /// Its name for people, from before tools had a `title` of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// It changes nothing; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    /// What it changes may be lost, if it is not read-only; absent means `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// Calling it again with the same arguments changes nothing more; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// It deals with things outside, such as the web; absent means `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
}

/// The result of `tools/list`.
///
/// Spec: 2026-07-28, server/tools, Listing Tools.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListToolsResult {
    /// One page of tools.
    pub tools: Vec<ToolDescriptor>,
    /// Where the next page starts; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

/// The params of `tools/call`.
///
/// ```json
/// {"name": "add_task", "arguments": {"title": "Water the plants"}}
/// ```
///
/// Spec: 2026-07-28, server/tools, Calling Tools.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallToolRequestParams {
    /// Which tool.
    pub name: String,
    /// Its arguments; absent means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<JsonObject>,
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

/// The result of `tools/call`, a tool error included.
///
/// ```json
/// {"content": [{"type": "text", "text": "{\"sum\":3}"}], "structuredContent": {"sum": 3}}
/// ```
///
/// Spec: 2026-07-28, server/tools, Tool Result.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallToolResult {
    /// What it says, for the model.
    pub content: Vec<ContentBlock>,
    /// What it says as data, for programs; since 2025-06-18, up to 2025-11-25 an object.
    /// `Some(Value::Null)` is the value `null`, `None` leaves it out.
    #[serde(default, deserialize_with = "meta::present", skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<Value>,
    /// Whether it is a tool error; absent means `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// The result's `_meta`.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<JsonObject>,
}

impl CallToolResult {
    /// A result of these content blocks.
    pub fn new(content: Vec<ContentBlock>) -> Self {
        Self { content, ..Self::default() }
    }

    /// A result of one text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(vec![ContentBlock::text(text)])
    }

    /// A tool error of one text.
    pub fn error(text: impl Into<String>) -> Self {
        Self { is_error: Some(true), ..Self::text(text) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn structured_content_null_is_not_absent() {
        let result = CallToolResult { structured_content: Some(Value::Null), ..Default::default() };
        let written = json!({"content": [], "structuredContent": null});
        assert_eq!(json!(result), written);
        assert_eq!(serde_json::from_value::<CallToolResult>(written).unwrap(), result);
        assert_eq!(json!(CallToolResult::default()), json!({"content": []}));
    }
}
