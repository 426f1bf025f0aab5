//! Completion: what may be meant by the beginning of a prompt's or a template's argument.
//!
//! Spec: 2026-07-28, server/utilities/completion.

use std::borrow::Cow;
use std::fmt;

use crate::error::Error;
use crate::returns::{Failure, Leaf, error};
use crate::state::Call;
use crate::tool::Running;
use crate::tool::args::{Arguments, Input, Refused};

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
    pub call: fn(&Arguments<'_>, Call) -> Result<Running<Values>, Refused>,
}

/// How one argument is completed.
pub(crate) enum Completion {
    /// One of these.
    OneOf(Vec<String>),
    /// What a function says.
    Function(CompletionDeclaration),
}

/// What a completion came to: everything that fits, the best first.
#[derive(Debug)]
pub struct Values(pub(crate) Result<Vec<Suggestion>, Error>);

/// One value, and what it is called in a list of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    pub(crate) value: String,
    pub(crate) title: Option<String>,
}

impl Suggestion {
    fn plain(value: &impl ToString) -> Self {
        Self { value: value.to_string(), title: None }
    }

    fn titled((value, title): &(impl ToString, impl ToString)) -> Self {
        Self { title: Some(title.to_string()), ..Self::plain(value) }
    }
}

impl Completion {
    /// Completes what is typed; `others` are the arguments that are filled in already.
    pub(crate) fn begin(
        &self,
        typed: &str,
        others: &[(String, String)],
        call: Call,
    ) -> Result<Running<Values>, Refused> {
        match self {
            Self::OneOf(values) => {
                let values = fitting(values, typed).iter().map(Suggestion::plain).collect();
                let values = Values(Ok(values));
                Ok(Box::pin(std::future::ready(values)))
            }
            Self::Function(function) => {
                let known = |name: &String| function.others.contains(&name.as_str());
                let others = others.iter().filter(|(name, _)| known(name));
                let mut texts = vec![(Cow::Borrowed(function.typed), Cow::Borrowed(typed))];
                texts.extend(
                    others.map(|(name, text)| (name.as_str().into(), text.as_str().into())),
                );
                let input = Input::default();
                let refused = match (function.call)(&Arguments::text(&texts, &input), call.again())
                {
                    Ok(running) => return Ok(running),
                    Err(refused) => refused,
                };
                // Another argument that is half typed, or wrong, is one that is not filled in.
                texts.retain(|(name, _)| name == function.typed || !refused.names(name));
                (function.call)(&Arguments::text(&texts, &input), call)
            }
        }
    }
}

/// The values that begin with what is typed, then those that contain it, whatever their case.
fn fitting(values: &[String], typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    let (mut begin, rest): (Vec<&String>, Vec<&String>) =
        values.iter().partition(|value| value.to_lowercase().starts_with(&typed));
    begin.extend(rest.into_iter().filter(|value| value.to_lowercase().contains(&typed)));
    begin.into_iter().cloned().collect()
}

/// The second stage for a completion: how its returned list becomes values.
pub struct CompletionKind<T, E> {
    finish: fn(Result<T, E>) -> Values,
}

impl<T, E> CompletionKind<T, E> {
    /// The list, or the error in its place, as values.
    pub fn finish(self, returned: Result<T, E>) -> Values {
        (self.finish)(returned)
    }
}

/// A list of texts, or of anything with words, is found first.
pub trait CompletionLeaf<T, E> {
    /// The kind of the leaf.
    fn completion(self) -> CompletionKind<Vec<T>, E>
    where
        E: Failure;
}

impl<T: fmt::Display, E> CompletionLeaf<T, E> for &Leaf<Vec<T>, E> {
    fn completion(self) -> CompletionKind<Vec<T>, E>
    where
        E: Failure,
    {
        CompletionKind {
            finish: |returned| match returned {
                Ok(list) => Values(Ok(list.iter().map(Suggestion::plain).collect())),
                Err(failure) => Values(Err(error(failure))),
            },
        }
    }
}

/// A list of pairs is values with their titles.
pub trait TitledCompletionLeaf<V, T, E> {
    /// The kind of the leaf.
    fn completion(self) -> CompletionKind<Vec<(V, T)>, E>
    where
        E: Failure;
}

impl<V: fmt::Display, T: fmt::Display, E> TitledCompletionLeaf<V, T, E> for &Leaf<Vec<(V, T)>, E> {
    fn completion(self) -> CompletionKind<Vec<(V, T)>, E>
    where
        E: Failure,
    {
        CompletionKind {
            finish: |returned| match returned {
                Ok(list) => Values(Ok(list.iter().map(Suggestion::titled).collect())),
                Err(failure) => Values(Err(error(failure))),
            },
        }
    }
}

/// What is no list of texts is refused with our words.
pub trait UnfitCompletionLeaf<T, E> {
    /// The kind of the leaf.
    fn completion(self) -> CompletionKind<T, E>
    where
        T: CompletionReturn;
}

impl<T, E> UnfitCompletionLeaf<T, E> for Leaf<T, E> {
    fn completion(self) -> CompletionKind<T, E>
    where
        T: CompletionReturn,
    {
        CompletionKind { finish: |_| Values(Ok(Vec::new())) }
    }
}

/// Implemented by nothing: it carries the message for a type that cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a `#[completion]` function",
    label = "this is no list of texts",
    note = "return `Vec<String>`, a `Vec` of anything with `Display`, a `Vec` of pairs (value, title), or a `Result` of one of these"
)]
pub trait CompletionReturn {}

impl<T, E> Clone for CompletionKind<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, E> Copy for CompletionKind<T, E> {}

impl<T, E> fmt::Debug for CompletionKind<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompletionKind")
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(values) => f.debug_tuple("OneOf").field(values).finish(),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_begin_with_what_is_typed_come_first() {
        let values = ["in_progress", "Pending", "prior"].map(str::to_owned);
        assert_eq!(fitting(&values, "pr"), ["prior", "in_progress"]);
        assert_eq!(fitting(&values, "p"), ["Pending", "prior", "in_progress"]);
        assert_eq!(fitting(&values, ""), values);
    }
}
