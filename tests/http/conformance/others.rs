//! The resources and prompts of the fixtures.

use mcp_runtime::prelude::*;

use crate::content::{PNG, embedded, picture};

pub(crate) fn resources_and_prompts() -> Handlers<()> {
    handlers![
        static_text,
        static_binary,
        watched,
        data,
        test_simple_prompt,
        test_prompt_with_arguments,
        test_prompt_with_embedded_resource,
        test_prompt_with_image
    ]
}

/// A text.
#[resource("test://static-text", mime = "text/plain")]
async fn static_text() -> &'static str {
    "This is the content of the static text resource."
}

/// A picture.
#[resource("test://static-binary", mime = "image/png")]
async fn static_binary() -> Vec<u8> {
    PNG.to_vec()
}

/// A text that may change.
#[resource("test://watched-resource", mime = "text/plain", subscribe)]
async fn watched() -> &'static str {
    "This is the content of the watched resource."
}

/// Data about anything.
#[resource("test://template/{id}/data", mime = "application/json")]
async fn data(id: String) -> String {
    let data = format!("Data for ID: {id}");
    json!({ "id": id, "templateTest": true, "data": data }).to_string()
}

/// Ask nothing in particular.
#[prompt]
async fn test_simple_prompt() -> &'static str {
    "This is a simple prompt for testing."
}

/// Ask with two words.
#[prompt]
async fn test_prompt_with_arguments(
    /// The first word.
    #[arg(complete = words)]
    arg1: String,
    /// The second word.
    arg2: String,
) -> String {
    format!("Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")
}

/// The words that are proposed.
#[completion]
async fn words(typed: String) -> Vec<&'static str> {
    ["test", "testing"].into_iter().filter(|word| word.starts_with(&typed)).collect()
}

/// Ask about a resource.
#[prompt]
async fn test_prompt_with_embedded_resource(
    /// Where it is.
    #[arg(name = "resourceUri")]
    resource_uri: String,
) -> Vec<Message> {
    let text = "Embedded resource content for testing.";
    vec![
        Message::user(embedded(&resource_uri, "text/plain", text)),
        Message::user("Please process the embedded resource above."),
    ]
}

/// Ask about a picture.
#[prompt]
async fn test_prompt_with_image() -> Vec<Message> {
    vec![Message::user(picture()), Message::user("Please analyze the image above.")]
}
