//! A prompt as a value: its descriptor, and how its messages are made.

use std::borrow::Cow;
use std::fmt;

use crate::about::About;
use crate::args::{Arguments, Input, Inputs, Refused, Start};
use crate::call::{Call, Running};
use crate::output::{Outcome, Output};
use crate::protocol::{PromptDescriptor, PromptMessage};
use crate::returns::{self, Leaf, Returned, Takes};

/// What the `#[prompt]` attribute makes of a function.
#[derive(Debug)]
pub struct PromptDeclaration {
    /// The name on the wire.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What the prompt is for.
    pub description: Option<&'static str>,
    /// `file:line` of the declaration.
    pub at: &'static str,
    /// Says what the prompt says about itself beyond this.
    pub about: fn(&mut About),
    /// Describes the arguments, in order.
    pub input: fn(&mut Inputs),
    /// Reads the arguments and starts the function.
    pub call: fn(&Arguments<'_>, Call) -> Result<Running, Refused>,
}

/// A prompt: what `prompts/list` publishes of it, and what `prompts/get` runs.
pub(crate) struct PromptEntry {
    pub(crate) descriptor: PromptDescriptor,
    pub(crate) input: Input,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) at: Cow<'static, str>,
    pub(crate) start: Start,
}

impl PromptEntry {
    pub(crate) fn declared(declaration: &PromptDeclaration) -> Self {
        let mut inputs = Inputs::new();
        (declaration.input)(&mut inputs);
        let mut about = About::of(declaration.about);
        let arguments = inputs.prompt_arguments();
        let mut input = inputs.finish(false);
        input.mistakes.extend(about.take_mistakes());
        Self {
            descriptor: PromptDescriptor {
                title: declaration.title.map(str::to_owned),
                description: declaration.description.map(str::to_owned),
                arguments,
                meta: about.take_meta(),
                icons: about.icons,
                ..PromptDescriptor::new(declaration.name)
            },
            input,
            description: declaration.description.map(Cow::Borrowed),
            at: declaration.at.into(),
            start: Start::Declared(declaration.call),
        }
    }

    pub(crate) fn call(&self, arguments: &Arguments<'_>, call: Call) -> Result<Running, Refused> {
        self.start.call(arguments, call)
    }
}

impl fmt::Debug for PromptEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptEntry")
            .field("name", &self.descriptor.name)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// A type that is a prompt's messages: a text is one message of the user.
pub trait PromptOutput: Send + 'static {
    /// The messages.
    fn into_messages(self) -> Vec<PromptMessage>;
}

impl PromptOutput for String {
    fn into_messages(self) -> Vec<PromptMessage> {
        vec![PromptMessage::user(self)]
    }
}

impl PromptOutput for &'static str {
    fn into_messages(self) -> Vec<PromptMessage> {
        vec![PromptMessage::user(self)]
    }
}

impl PromptOutput for PromptMessage {
    fn into_messages(self) -> Vec<PromptMessage> {
        vec![self]
    }
}

impl PromptOutput for Vec<PromptMessage> {
    fn into_messages(self) -> Vec<PromptMessage> {
        self
    }
}

/// The kind of a prompt, as it takes what its function returned.
#[derive(Debug)]
pub enum OfPrompt {}

impl<T: PromptOutput> Takes<T, returns::Content> for OfPrompt {
    fn output(value: T) -> Outcome {
        Ok(Output::Messages(value.into_messages()))
    }
}

/// What is neither is refused with our words.
pub trait UnfitPrompt<T, E> {
    /// Refuses the type.
    fn fit(self) -> Returned<T, E>
    where
        T: PromptReturn;
}

impl<T, E> UnfitPrompt<T, E> for Leaf<OfPrompt, T, E> {
    fn fit(self) -> Returned<T, E>
    where
        T: PromptReturn,
    {
        Returned::unfit()
    }
}

/// Implemented by nothing: it carries the message for a type that cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a `#[prompt]` function",
    label = "these are no messages",
    note = "return `String`, `Message`, `Vec<Message>`, or a `Result` of one of these"
)]
pub trait PromptReturn {}
