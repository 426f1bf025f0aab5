//! The fixtures that ask their client.

use std::fmt::Debug;

use mcp_runtime::prelude::*;
use mcp_runtime::protocol::{
    CreateMessageRequestParams, CreateMessageResult, JsonObject, Root, SamplingContent,
    SamplingMessageContentBlock,
};
use mcp_runtime::{Answer, Question};

pub(crate) fn handlers() -> Handlers<()> {
    handlers![
        test_missing_capability,
        test_streaming_elicitation,
        test_sampling,
        test_elicitation,
        test_elicitation_sep1034_defaults,
        test_elicitation_sep1330_enums,
        test_input_required_result_elicitation,
        test_input_required_result_sampling,
        test_input_required_result_list_roots,
        test_input_required_result_request_state,
        test_input_required_result_multiple_inputs,
        test_input_required_result_multi_round,
        test_input_required_result_tampered_state,
        test_input_required_result_capabilities,
        test_input_required_result_prompt
    ]
}

/// Need a client that lets a server use its model.
#[tool]
async fn test_missing_capability(ctx: &Context) -> String {
    ctx.ask(sample("Is there a model?", 10)).await;
    "there is a model".to_owned()
}

/// Ask by a form.
#[tool]
async fn test_streaming_elicitation(ctx: &Context) -> String {
    said(ctx.ask(text_form("What is your name?", "name")).await)
}

/// Ask the model.
#[tool]
async fn test_sampling(
    ctx: &Context,
    /// What the model is asked.
    prompt: String,
) -> String {
    match ctx.ask(sample(&prompt, 100)).await {
        Answer::Accepted(result) => format!("LLM response: {}", text_of(&result)),
        Answer::Declined | Answer::Cancelled => "no response".to_owned(),
    }
}

/// Ask by a form.
#[tool]
async fn test_elicitation(
    ctx: &Context,
    /// What the user reads.
    message: String,
) -> String {
    let form = Question::form(message).schema(json!({
        "type": "object",
        "properties": {
            "username": { "type": "string", "description": "User's response" },
            "email": { "type": "string", "description": "User's email address" },
        },
        "required": ["username", "email"],
    }));
    format!("User response: {}", said(ctx.ask(form).await))
}

/// Ask by a form with a default for each field.
#[tool]
async fn test_elicitation_sep1034_defaults(ctx: &Context) -> String {
    let form = Question::form("Please check these values").schema(json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "default": "John Doe" },
            "age": { "type": "integer", "default": 30 },
            "score": { "type": "number", "default": 95.5 },
            "status": {
                "type": "string",
                "enum": ["active", "inactive", "pending"],
                "default": "active",
            },
            "verified": { "type": "boolean", "default": true },
        },
    }));
    format!("Elicitation completed: {}", said(ctx.ask(form).await))
}

/// Ask by a form with every kind of choice.
#[tool]
async fn test_elicitation_sep1330_enums(ctx: &Context) -> String {
    let titled = |names: [(&str, &str); 3]| {
        names.map(|(value, title)| json!({ "const": value, "title": title }))
    };
    let options =
        [("value1", "First Option"), ("value2", "Second Option"), ("value3", "Third Option")];
    let choices =
        [("value1", "First Choice"), ("value2", "Second Choice"), ("value3", "Third Choice")];
    let plain = ["option1", "option2", "option3"];
    let form = Question::form("Please choose").schema(json!({
        "type": "object",
        "properties": {
            "untitledSingle": { "type": "string", "enum": plain },
            "titledSingle": { "type": "string", "oneOf": titled(options) },
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": { "type": "array", "items": { "type": "string", "enum": plain } },
            "titledMulti": { "type": "array", "items": { "anyOf": titled(choices) } },
        },
    }));
    format!("Elicitation completed: {}", said(ctx.ask(form).await))
}

/// Ask for a name.
#[tool]
async fn test_input_required_result_elicitation(ctx: &Context) -> String {
    let form = text_form("What is your name?", "name").key("user_name");
    match ctx.ask(form).await {
        Answer::Accepted(fields) => format!("Hello, {}!", field(&fields, "name")),
        Answer::Declined | Answer::Cancelled => "Hello!".to_owned(),
    }
}

/// Ask the model.
#[tool]
async fn test_input_required_result_sampling(ctx: &Context) -> String {
    let question = sample("What is the capital of France?", 100).key("capital_question");
    match ctx.ask(question).await {
        Answer::Accepted(result) => text_of(&result).to_owned(),
        Answer::Declined | Answer::Cancelled => "no answer".to_owned(),
    }
}

/// Ask for the client's folders.
#[tool]
async fn test_input_required_result_list_roots(ctx: &Context) -> String {
    uris(ctx.ask(Question::roots().key("client_roots")).await)
}

/// Ask for a confirmation.
#[tool]
async fn test_input_required_result_request_state(ctx: &Context) -> String {
    format!("state-ok, {}", said(ctx.ask(please_confirm()).await))
}

/// Ask for a confirmation.
#[tool]
async fn test_input_required_result_tampered_state(ctx: &Context) -> String {
    said(ctx.ask(please_confirm()).await)
}

/// Ask three questions at once.
#[tool]
async fn test_input_required_result_multiple_inputs(ctx: &Context) -> String {
    let (name, greeting, roots) = tokio::join!(
        ctx.ask(text_form("What is your name?", "name").key("user_name")),
        ctx.ask(sample("Generate a greeting", 50).key("greeting")),
        ctx.ask(Question::roots().key("client_roots")),
    );
    let greeting = greeting.accepted().map(|result| text_of(&result).to_owned());
    format!("{}, {greeting:?}, {}", said(name), uris(roots))
}

/// Ask one question after the other.
#[tool]
async fn test_input_required_result_multi_round(ctx: &Context) -> String {
    let name = ctx.ask(text_form("Step 1: What is your name?", "name").key("step1")).await;
    let color = ctx.ask(text_form("Step 2: What is your color?", "color").key("step2")).await;
    format!("{}, {}", said(name), said(color))
}

/// Ask what the client can be asked.
#[tool]
async fn test_input_required_result_capabilities(ctx: &Context) -> String {
    let (name, greeting, roots) = tokio::join!(
        ctx.try_ask(text_form("What is your name?", "name").key("user_name")),
        ctx.try_ask(sample("Generate a greeting", 50).key("greeting")),
        ctx.try_ask(Question::roots().key("client_roots")),
    );
    format!("{}, {}, {}", name.is_ok(), greeting.is_ok(), roots.is_ok())
}

/// Ask what the prompt is about.
#[prompt]
async fn test_input_required_result_prompt(ctx: &Context) -> String {
    let form = text_form("What context should the prompt use?", "context").key("user_context");
    match ctx.ask(form).await {
        Answer::Accepted(fields) => format!("Use this context: {}", field(&fields, "context")),
        Answer::Declined | Answer::Cancelled => "Use no context.".to_owned(),
    }
}

fn please_confirm() -> Question<JsonObject> {
    Question::form("Please confirm").key("confirm").schema(json!({
        "type": "object",
        "properties": { "ok": { "type": "boolean" } },
        "required": ["ok"],
    }))
}

/// A form with one field for a text.
fn text_form(message: &str, name: &str) -> Question<JsonObject> {
    Question::form(message).schema(json!({
        "type": "object",
        "properties": { name: { "type": "string" } },
        "required": [name],
    }))
}

fn sample(text: &str, max_tokens: u64) -> Question<CreateMessageResult> {
    Question::sample(CreateMessageRequestParams::new(text, max_tokens))
}

fn text_of(result: &CreateMessageResult) -> &str {
    match &result.content {
        SamplingContent::One(SamplingMessageContentBlock::Text(text)) => &text.text,
        _ => "no text",
    }
}

fn field(fields: &JsonObject, name: &str) -> String {
    fields.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

fn uris(answer: Answer<Vec<Root>>) -> String {
    let roots = answer.accepted().unwrap_or_default();
    roots.into_iter().map(|root| root.uri).collect::<Vec<_>>().join(" ")
}

fn said(answer: Answer<impl Debug>) -> String {
    match answer {
        Answer::Accepted(content) => format!("action=accept, content={content:?}"),
        Answer::Declined => "action=decline".to_owned(),
        Answer::Cancelled => "action=cancel".to_owned(),
    }
}
