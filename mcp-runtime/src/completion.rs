//! Completion: what may be meant by the beginning of a prompt's or a template's argument.
//!
//! Spec: 2026-07-28, server/utilities/completion.

use std::borrow::Cow;
use std::fmt;

use crate::args::{Arguments, Completion, Input, Refused};
use crate::call::{Call, Running};
use crate::output::{Outcome, Output, Suggestion};
use crate::returns::{self, Leaf, Returned, Takes};

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
    ) -> Result<Running, Refused> {
        match self {
            Self::OneOf(values) => {
                let values = fitting(values, typed).iter().map(Suggestion::plain).collect();
                Ok(Running::ready(Ok(Output::Values(values))))
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

/// The kind of a completion, as it takes what its function returned.
#[derive(Debug)]
pub enum OfCompletion {}

/// A list of texts, or of anything with words.
impl<T: fmt::Display> Takes<Vec<T>, returns::Content> for OfCompletion {
    fn output(list: Vec<T>) -> Outcome {
        Ok(Output::Values(list.iter().map(Suggestion::plain).collect()))
    }
}

/// A list of pairs is values with their titles.
impl<V: fmt::Display, T: fmt::Display> Takes<Vec<(V, T)>, returns::Data> for OfCompletion {
    fn output(list: Vec<(V, T)>) -> Outcome {
        Ok(Output::Values(list.iter().map(Suggestion::titled).collect()))
    }
}

/// What is neither is refused with our words.
pub trait UnfitCompletion<T, E> {
    /// Refuses the type.
    fn fit(self) -> Returned<T, E>
    where
        T: CompletionReturn;
}

impl<T, E> UnfitCompletion<T, E> for Leaf<OfCompletion, T, E> {
    fn fit(self) -> Returned<T, E>
    where
        T: CompletionReturn,
    {
        Returned::unfit()
    }
}

/// Implemented by nothing: it carries the message for a type that cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a `#[completion]` function",
    label = "this is no list of texts",
    note = "return `Vec<String>`, a `Vec` of anything with `Display`, a `Vec` of pairs (value, title), or a `Result` of one of these"
)]
pub trait CompletionReturn {}

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
