//! How long an answer is, before it is written.

use super::call::Done;
use super::listing::Listing;
use crate::completion::Values;
use crate::prompt::Messages;
use crate::protocol::{ContentBlock, ResourceContents};
use crate::resource::{Body, Contents};
use crate::tool::result::{Content, Outcome};

impl Done {
    /// How long the answer is at the least, as far as that is known before it is written: what is
    /// too long by far is not written first.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Tool(Outcome(Ok(answer))) => {
                let structured = answer.structured.as_ref().map_or(0, Vec::len);
                match &answer.content {
                    Content::Text(text) => text.len() + structured,
                    Content::Mirror => 2 * structured,
                    Content::Blocks(blocks) => blocks.iter().map(length_of_block).sum(),
                }
            }
            Self::Resource(Contents(Ok(body)), _) => match body {
                Body::Text(text) => text.len(),
                Body::Blob(bytes) => bytes.len() / 3 * 4,
                Body::Items(items) => items.iter().map(length_of_item).sum(),
            },
            Self::Prompt(Messages(Ok(messages)), _) => {
                messages.iter().map(|message| length_of_block(&message.content)).sum()
            }
            _ => 0,
        }
    }

    /// Bytes that are held until the answer is written: those of an error too.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Tool(Outcome(Err(error)))
            | Self::Resource(Contents(Err(error)), _)
            | Self::Prompt(Messages(Err(error)), _)
            | Self::Completion(Values(Err(error)))
            | Self::Listing(Listing(Err(error))) => error.size(),
            Self::Completion(Values(Ok(values))) => {
                values.iter().map(|suggestion| suggestion.value.len()).sum()
            }
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
