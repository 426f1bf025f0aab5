//! Registration: handlers as a list of values.

use std::fmt;
use std::marker::PhantomData;

use crate::args::CompletionDeclaration;
use crate::prompt::{PromptDeclaration, PromptEntry};
use crate::raw::{Prompt, Resource, Tool};
use crate::resource::{ResourceDeclaration, ResourceEntry};
use crate::tool::{ToolDeclaration, ToolEntry};

/// Tools, resources and prompts for a server whose state is `S`, in the order they are listed on
/// the wire.
///
/// Made by [`handlers!`](crate::handlers), or from a [`Tool`], [`Resource`] or [`Prompt`], or a
/// list of these.
pub struct Handlers<S> {
    pub(crate) list: Vec<Handler>,
    state: PhantomData<fn(S)>,
}

/// One of the three things a server offers.
#[derive(Debug)]
pub(crate) enum Handler {
    Tool(ToolEntry),
    Resource(ResourceEntry),
    Prompt(PromptEntry),
    /// Listed, and nothing that a server offers by itself.
    Misplaced(&'static str),
}

/// What an attribute makes of a function.
pub enum Declaration {
    /// By `#[tool]`.
    Tool(ToolDeclaration),
    /// By `#[resource]`.
    Resource(ResourceDeclaration),
    /// By `#[prompt]`.
    Prompt(PromptDeclaration),
    /// By `#[completion]`.
    Completion(CompletionDeclaration),
}

impl fmt::Debug for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Declaration")
    }
}

/// The companion type of an annotated function: it can declare the function to a server whose state
/// is `S`. `How` is where each borrowed parameter comes from; registration infers it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tool, resource or prompt",
    label = "nothing declares it",
    note = "`handlers!` lists functions below `#[tool]`, `#[resource]` or `#[prompt]`, by name"
)]
pub trait Declare<S, How> {
    /// The declaration.
    fn declare() -> Declaration;
}

/// The companion type of a function that completes arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` completes nothing",
    label = "this is no completion",
    note = "`complete` names a function below `#[completion]`"
)]
pub trait Completes {
    /// Its declaration for a server whose state is `S`.
    ///
    /// # Panics
    /// Never: only `#[completion]` implements the trait, and it declares a completion.
    fn declared<S, How>() -> CompletionDeclaration
    where
        Self: Declare<S, How> + Sized,
    {
        match Self::declare() {
            Declaration::Completion(completion) => completion,
            _ => unreachable!("`#[completion]` declares a completion"),
        }
    }
}

/// A declaration for a server whose state is `S`.
pub struct Declared<S>(Declaration, PhantomData<fn(S)>);

impl<S> fmt::Debug for Declared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Declared")
    }
}

/// Asks a companion type for its declaration: the one place where the state's type is checked.
pub fn declare<H: Declare<S, How>, S, How>() -> Declared<S> {
    Declared(H::declare(), PhantomData)
}

/// The list behind `handlers![…]`.
pub fn collect<S, const N: usize>(declared: [Declared<S>; N]) -> Handlers<S> {
    let list = declared.into_iter().map(|declared| Handler::from(declared.0)).collect();
    Handlers { list, state: PhantomData }
}

impl Handler {
    /// Puts a prefix in front of the name; a URI stays what it is.
    pub(crate) fn nest(&mut self, prefix: &str) {
        match self {
            Self::Tool(tool) => {
                tool.descriptor.name = format!("{prefix}_{}", tool.descriptor.name);
                tool.name = tool.descriptor.name.as_str().into();
            }
            Self::Prompt(prompt) => {
                prompt.descriptor.name = format!("{prefix}_{}", prompt.descriptor.name);
            }
            Self::Resource(_) | Self::Misplaced(_) => {}
        }
    }
}

impl From<Declaration> for Handler {
    fn from(declaration: Declaration) -> Self {
        match declaration {
            Declaration::Tool(tool) => Self::Tool(ToolEntry::declared(tool)),
            Declaration::Resource(resource) => Self::Resource(ResourceEntry::declared(&resource)),
            Declaration::Prompt(prompt) => Self::Prompt(PromptEntry::declared(&prompt)),
            Declaration::Completion(completion) => Self::Misplaced(completion.at),
        }
    }
}

macro_rules! from_values {
    ($($kind:ident)*) => {$(
        impl<S> From<$kind<S>> for Handlers<S> {
            fn from(handler: $kind<S>) -> Self {
                Self::from(vec![handler])
            }
        }

        impl<S> From<Vec<$kind<S>>> for Handlers<S> {
            fn from(handlers: Vec<$kind<S>>) -> Self {
                let list = handlers.into_iter().map(|it| Handler::$kind(it.entry)).collect();
                Self { list, state: PhantomData }
            }
        }
    )*};
}
from_values!(Tool Resource Prompt);

impl<S> fmt::Debug for Handlers<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}
