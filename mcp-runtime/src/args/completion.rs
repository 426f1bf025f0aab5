//! How an argument is completed.

use std::fmt;

use super::{Arguments, Refused};
use crate::call::{Call, Running};

/// What the `#[completion]` attribute makes of a function.
#[derive(Debug)]
pub struct CompletionDeclaration {
    /// `file:line` of the declaration.
    pub at: &'static str,
    /// The parameter that takes what is typed: the first owned one.
    pub typed: &'static str,
    /// Its other owned parameters: arguments the client has filled in already, by name.
    pub others: &'static [&'static str],
    /// Reads what is typed and starts the function.
    pub call: fn(&Arguments<'_>, Call) -> Result<Running, Refused>,
}

/// How one argument is completed.
pub(crate) enum Completion {
    /// One of these.
    OneOf(Vec<String>),
    /// What a function says.
    Function(CompletionDeclaration),
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(values) => f.debug_tuple("OneOf").field(values).finish(),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}
