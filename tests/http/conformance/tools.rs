//! The tools of the fixtures. One that takes no arguments has to be the first in the list.

use std::time::Duration;

use mcp_runtime::prelude::*;
use tokio::time::sleep;

use crate::content::{embedded, picture, sound};

/// How far apart what is said on the way is.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) fn tools() -> Handlers<()> {
    handlers![
        test_simple_text,
        test_image_content,
        test_audio_content,
        test_embedded_resource,
        test_multiple_content_types,
        test_error_handling,
        test_tool_with_progress,
        test_tool_with_logging,
        test_logging_tool,
        test_reconnection,
        test_trigger_tool_change,
        test_trigger_prompt_change,
        test_custom_header
    ]
}

/// Answer with a text.
#[tool]
async fn test_simple_text() -> &'static str {
    "This is a simple text response for testing."
}

/// Answer with a picture.
#[tool]
async fn test_image_content() -> Content {
    picture()
}

/// Answer with a sound.
#[tool]
async fn test_audio_content() -> Content {
    sound()
}

/// Answer with a resource.
#[tool]
async fn test_embedded_resource() -> Content {
    let text = "This is an embedded resource content.";
    embedded("test://embedded-resource", "text/plain", text)
}

/// Answer with content of several kinds.
#[tool]
async fn test_multiple_content_types() -> Vec<Content> {
    let json = r#"{"test":"data","value":123}"#;
    vec![
        Content::text("Multiple content types test:"),
        picture(),
        embedded("test://mixed-content-resource", "application/json", json),
    ]
}

/// Fail.
#[tool]
async fn test_error_handling() -> Result<String, &'static str> {
    Err("This tool intentionally returns an error for testing")
}

/// Say how far it is.
#[tool]
async fn test_tool_with_progress(ctx: &Context) -> &'static str {
    for done in [0, 50, 100] {
        ctx.progress(done).of(100).message(format!("{done} of 100"));
        sleep(PAUSE).await;
    }
    "done"
}

/// Log what happens.
#[tool]
async fn test_tool_with_logging(ctx: &Context) -> &'static str {
    for text in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        ctx.log(LoggingLevel::Info, text);
        sleep(PAUSE).await;
    }
    "logged"
}

/// Answer on another connection than the one that asked.
#[tool]
async fn test_reconnection(ctx: &Context) -> &'static str {
    ctx.reconnect_in(PAUSE);
    sleep(4 * PAUSE).await;
    "reconnected"
}

/// Log a message, for those who asked.
#[tool]
async fn test_logging_tool(ctx: &Context) -> &'static str {
    ctx.log(LoggingLevel::Warning, "This is logged");
    "logged"
}

/// Tell that the list of tools has changed.
#[tool]
async fn test_trigger_tool_change(ctx: &Context) -> &'static str {
    ctx.notifier().tools_changed();
    "told"
}

/// Tell that the list of prompts has changed.
#[tool]
async fn test_trigger_prompt_change(ctx: &Context) -> &'static str {
    ctx.notifier().prompts_changed();
    "told"
}

/// Answer with a value that clients repeat in a header.
#[tool]
async fn test_custom_header(
    /// What comes back.
    #[arg(header = "Value")]
    value: String,
) -> String {
    value
}

/// A tool whose schema uses much of the language of schemas.
pub(crate) fn json_schema_2020_12_tool() -> Tool {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": { "street": { "type": "string" }, "city": { "type": "string" } },
            },
        },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" },
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": {
            "properties": { "contactMethod": { "const": "phone" } },
            "required": ["contactMethod"],
        },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false,
    });
    Tool::raw("json_schema_2020_12_tool", schema, async |_| Ok::<_, String>("fits"))
        .description("Take what its schema says.")
}
