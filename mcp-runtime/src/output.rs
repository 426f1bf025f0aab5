//! What a handler came to: one type for tools, resources, prompts and completions, so that
//! whatever lies around a call is written once.

use std::borrow::Cow;

use serde::Serialize;

use crate::error::Error;
use crate::protocol::{
    ContentBlock, JsonObject, ListResourcesResult, PromptMessage, ResourceContents,
};

/// What a handler came to, or why it came to nothing.
pub(crate) type Outcome = Result<Output, Error>;

/// What a handler came to.
#[derive(Debug)]
pub enum Output {
    /// Of a tool.
    Answer(Answer),
    /// Of a resource.
    Body(Body),
    /// Of a prompt.
    Messages(Vec<PromptMessage>),
    /// Of a completion: everything that fits, the best first.
    Values(Vec<Suggestion>),
    /// Of a listing. It is behind a pointer, so that no other call carries its size around.
    Page(Box<ListResourcesResult>),
}

/// The parts of a `CallToolResult`.
#[derive(Debug)]
pub struct Answer {
    pub(crate) content: Content,
    /// The structured content as JSON, serialised once.
    pub(crate) structured: Option<String>,
    pub(crate) is_error: bool,
    /// The author's members of the result's `_meta`. Few have any, and all are moved about.
    pub(crate) meta: Option<Box<JsonObject>>,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// One text block.
    Text(Cow<'static, str>),
    /// Blocks as they are.
    Blocks(Vec<ContentBlock>),
    /// One text block with the JSON of the structured content.
    Mirror,
}

/// What reading a resource came to.
#[derive(Debug)]
pub enum Body {
    /// Text.
    Text(Cow<'static, str>),
    /// Bytes.
    Blob(Vec<u8>),
    /// Several items, or items with URIs and types of their own.
    Items(Vec<ResourceContents>),
}

/// One value, and what it is called in a list of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub(crate) value: String,
    pub(crate) title: Option<String>,
}

impl Answer {
    pub(crate) fn new(content: Content) -> Self {
        Self { content, structured: None, is_error: false, meta: None }
    }

    /// An error of a tool, for the model.
    pub(crate) fn error(text: impl Into<Cow<'static, str>>) -> Self {
        Self { is_error: true, ..Self::new(Content::Text(text.into())) }
    }

    pub(crate) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Content::Text(text.into()))
    }

    /// Data, and the content that is to stand beside it.
    pub(crate) fn data(data: &impl Serialize, content: Content) -> Result<Self, Error> {
        match serde_json::to_string(data) {
            Ok(json) => Ok(Self { structured: Some(json), ..Self::new(content) }),
            Err(error) => {
                Err(Error::hidden(format!("the result cannot be written as JSON: {error}")))
            }
        }
    }
}

impl Output {
    /// An error of a tool, for the model.
    pub(crate) fn tool_error(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Answer(Answer::error(text))
    }

    /// How long the answer is at the least, as far as that is known before it is written: what is
    /// too long by far is not written first.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Answer(answer) => {
                let structured = answer.structured.as_ref().map_or(0, String::len);
                match &answer.content {
                    Content::Text(text) => text.len() + structured,
                    Content::Mirror => 2 * structured,
                    Content::Blocks(blocks) => blocks.iter().map(length_of_block).sum(),
                }
            }
            Self::Body(body) => match body {
                Body::Text(text) => text.len(),
                Body::Blob(bytes) => bytes.len() / 3 * 4,
                Body::Items(items) => items.iter().map(length_of_item).sum(),
            },
            Self::Messages(messages) => {
                messages.iter().map(|message| length_of_block(&message.content)).sum()
            }
            Self::Values(_) | Self::Page(_) => 0,
        }
    }

    /// Bytes that are held until the answer is written.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Values(values) => values.iter().map(|suggestion| suggestion.value.len()).sum(),
            _ => self.length(),
        }
    }
}

fn length_of_block(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Text(text) => text.text.len(),
        ContentBlock::Image(image) => image.data.len(),
        ContentBlock::Audio(audio) => audio.data.len(),
        ContentBlock::ResourceLink(link) => link.uri.len(),
        ContentBlock::Resource(embedded) => length_of_item(&embedded.resource),
    }
}

fn length_of_item(item: &ResourceContents) -> usize {
    match item {
        ResourceContents::Text(text) => text.text.len(),
        ResourceContents::Blob(blob) => blob.blob.len(),
    }
}
