//! A prompt as a value: its descriptor, and how its messages are made.

use std::fmt;

use crate::error::Error;
use crate::protocol::{PromptDescriptor, PromptMessage};
use crate::returns::{Failure, Leaf, error};
use crate::state::Call;
use crate::tool::Running;
use crate::tool::about::About;
use crate::tool::args::{Arguments, Input, Inputs, Refused};

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
    pub call: fn(&Arguments<'_>, Call) -> Result<Running<Messages>, Refused>,
}

/// A prompt: what `prompts/list` publishes of it, and what `prompts/get` runs.
pub(crate) struct Prompt {
    pub(crate) descriptor: PromptDescriptor,
    pub(crate) input: Input,
    pub(crate) description: Option<&'static str>,
    pub(crate) at: &'static str,
    call: fn(&Arguments<'_>, Call) -> Result<Running<Messages>, Refused>,
}

/// What a prompt came to.
#[derive(Debug)]
pub struct Messages(pub(crate) Result<Vec<PromptMessage>, Error>);

impl Prompt {
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
            description: declaration.description,
            at: declaration.at,
            call: declaration.call,
        }
    }

    pub(crate) fn call(
        &self,
        arguments: &Arguments<'_>,
        call: Call,
    ) -> Result<Running<Messages>, Refused> {
        (self.call)(arguments, call)
    }
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompt")
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

/// The second stage for a prompt: how its returned value becomes messages.
pub struct PromptKind<T, E> {
    finish: fn(Result<T, E>) -> Messages,
}

impl<T, E> PromptKind<T, E> {
    /// The value, or the error in its place, as messages.
    pub fn finish(self, returned: Result<T, E>) -> Messages {
        (self.finish)(returned)
    }
}

/// A `PromptOutput` is found first.
pub trait PromptLeaf<T, E> {
    /// The kind of the leaf.
    fn prompt(self) -> PromptKind<T, E>
    where
        E: Failure;
}

impl<T: PromptOutput, E> PromptLeaf<T, E> for &Leaf<T, E> {
    fn prompt(self) -> PromptKind<T, E>
    where
        E: Failure,
    {
        PromptKind {
            finish: |returned| match returned {
                Ok(value) => Messages(Ok(value.into_messages())),
                Err(failure) => Messages(Err(error(failure))),
            },
        }
    }
}

/// What is none is refused with our words.
pub trait UnfitPromptLeaf<T, E> {
    /// The kind of the leaf.
    fn prompt(self) -> PromptKind<T, E>
    where
        T: PromptReturn;
}

impl<T, E> UnfitPromptLeaf<T, E> for Leaf<T, E> {
    fn prompt(self) -> PromptKind<T, E>
    where
        T: PromptReturn,
    {
        PromptKind { finish: |_| Messages(Ok(Vec::new())) }
    }
}

/// Implemented by nothing: it carries the message for a type that cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a `#[prompt]` function",
    label = "these are no messages",
    note = "return `String`, `Message`, `Vec<Message>`, or a `Result` of one of these"
)]
pub trait PromptReturn {}

impl<T, E> Clone for PromptKind<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, E> Copy for PromptKind<T, E> {}

impl<T, E> fmt::Debug for PromptKind<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PromptKind")
    }
}
