//! All that expanded code calls, and nothing else. No part of it is a public interface: the macros
//! and the runtime change together, in one version.

// For a function that is handed back with its attribute, when a parameter stands under a `#[cfg]`.
pub use mcp_derive::{completion, methods, prompt, resource, tool};
pub use schemars;
pub use serde;

pub use crate::about::{About, MetaValue};
pub use crate::args::{
    AlwaysThere, Argument, Arguments, CompletionDeclaration, FieldKeys, InPath, Inputs, Measured,
    Property, RangeOf, Ranged, ReadSlot, Refused, Slot, Textual, from_text,
};
pub use crate::call::{Call, Context, Running, blocking};
pub use crate::completion::{OfCompletion, UnfitCompletion};
pub use crate::form::{Form, FormChoice, FormField, FormShape, KeptShape};
pub use crate::handler::{
    Completes, Declaration, Declare, Declared, Element, Handlers, Listed, collect, declare,
};
pub use crate::prompt::{OfPrompt, PromptDeclaration, UnfitPrompt};
pub use crate::protocol::{Role, ToolAnnotations};
pub use crate::resource::{OfResource, ResourceDeclaration, UnfitResource};
pub use crate::returns::{Causes, Fit, Plain, Returns, Whole};
pub use crate::state::{FromField, Provide};
pub use crate::tool::ToolDeclaration;
pub use crate::tool::result::{OfTool, UnfitTool};
