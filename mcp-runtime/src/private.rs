//! All that expanded code calls, and nothing else. No part of it is a public interface: the macros
//! and the runtime change together, in one version.

// For a function that is handed back with its attribute, when a parameter stands under a `#[cfg]`.
pub use mcp_derive::{completion, methods, prompt, resource, tool};
pub use schemars;
pub use serde;

pub use crate::completion::{
    CompletionDeclaration, CompletionKind, CompletionLeaf, TitledCompletionLeaf,
    UnfitCompletionLeaf, Values,
};
pub use crate::context::Context;
pub use crate::handler::{Completes, Declaration, Declare, Declared, Handlers, collect, declare};
pub use crate::prompt::{Messages, PromptDeclaration, PromptKind, PromptLeaf, UnfitPromptLeaf};
pub use crate::protocol::{Role, ToolAnnotations};
pub use crate::resource::{
    Contents, ResourceDataLeaf, ResourceDeclaration, ResourceKind, ResourceLeaf, UnfitResourceLeaf,
};
pub use crate::returns::{Returns, Whole};
pub use crate::schema::Generator;
pub use crate::state::{Call, FromField, Provide};
pub use crate::tool::about::{About, MetaValue};
pub use crate::tool::args::{
    AlwaysThere, Argument, Arguments, InPath, Inputs, Measured, Property, RangeOf, Ranged,
    ReadSlot, Refused, Slot, Textual,
};
pub use crate::tool::result::{DataLeaf, Outcome, OutputLeaf, ToolKind, UnfitLeaf};
pub use crate::tool::{Running, ToolDeclaration, blocking};
