//! One argument while it is described: what `#[arg(…)]` says beyond the type.

#![expect(clippy::return_self_not_must_use, reason = "a description may end after any word")]

use std::ops::{Bound, RangeBounds};

use serde::Serialize;
use serde_json::Value;

use super::completion::{Completion, CompletionDeclaration};
use super::inputs::Inputs;
use crate::schema;

/// An argument that was just described; each function says more of it.
#[derive(Debug)]
pub struct Property<'a, T> {
    inputs: &'a mut Inputs,
    name: &'static str,
    /// Writes a value into the schema, if values of the type can be written.
    write: fn(T) -> Option<Value>,
}

/// A number, for `#[arg(range = …)]`.
#[diagnostic::on_unimplemented(
    message = "`range` is for numbers, and `{Self}` is not one",
    label = "this argument is not a number",
    note = "for strings and lists there is `length = 1..=20`",
    note = "the range of a type of your own is written on its field: `#[schemars(range(min = 1, max = 20))]`"
)]
pub trait Ranged {
    /// The type of the ends of the range.
    type End: Serialize;
}

/// A text or a list, for `#[arg(length = …)]`.
#[diagnostic::on_unimplemented(
    message = "`length` is for strings and lists, and `{Self}` is neither",
    label = "this argument has no length",
    note = "for numbers there is `range = 1..=20`",
    note = "the length of a type of your own is written on its field: `#[schemars(length(min = 1, max = 20))]`"
)]
pub trait Measured {
    /// The schema's words for the least and the greatest length.
    const KEYWORDS: [&'static str; 2];
}

/// A text, for `#[arg(pattern = "…")]` and `#[arg(format = "…")]`.
#[diagnostic::on_unimplemented(
    message = "`pattern` and `format` are for strings, and `{Self}` is not one",
    label = "this argument is not a string",
    note = "the format of a type of your own is written on its field: `#[schemars(extend(\"format\" = \"email\"))]`, and its pattern `#[schemars(regex(pattern = \"…\"))]`"
)]
pub trait Textual {}

/// A variable in the path of a template: there whenever the URI matches.
pub trait InPath: Sized {
    /// Accepts the argument.
    fn in_path(self) -> Self {
        self
    }
}

impl<T> InPath for Property<'_, T> {}

/// Implemented by nothing: it carries the message for a type that has a value for "absent".
#[diagnostic::on_unimplemented(
    message = "a variable in the path of a URI is always there, and `{Self}` says that it may be missing",
    label = "this is never `None`",
    note = "take the value without `Option`, or put the variable into the query: `{{?name}}`"
)]
pub trait AlwaysThere {}

impl<T> Property<'_, Option<T>> {
    /// Found before the trait's method, and refused.
    pub fn in_path(self) -> Self
    where
        Option<T>: AlwaysThere,
    {
        self
    }
}

/// A range whose ends are of type `End`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no range of `{End}`",
    label = "the ends of this range are not `{End}`",
    note = "write numbers of this type, as in `1..=20`; one end may be left out"
)]
pub trait RangeOf<End>: RangeBounds<End> {}

#[diagnostic::do_not_recommend]
impl<End, R: RangeBounds<End>> RangeOf<End> for R {}

macro_rules! ranged {
    ($($type:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Ranged for $type {
            type End = $type;
        }
    )*};
}
ranged!(i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64);

#[diagnostic::do_not_recommend]
impl<T: Ranged> Ranged for Option<T> {
    type End = T::End;
}

const TEXT: [&str; 2] = ["minLength", "maxLength"];
const LIST: [&str; 2] = ["minItems", "maxItems"];

#[diagnostic::do_not_recommend]
impl Measured for String {
    const KEYWORDS: [&'static str; 2] = TEXT;
}

#[diagnostic::do_not_recommend]
impl<T> Measured for Vec<T> {
    const KEYWORDS: [&'static str; 2] = LIST;
}

#[diagnostic::do_not_recommend]
impl<T: Measured> Measured for Option<T> {
    const KEYWORDS: [&'static str; 2] = T::KEYWORDS;
}

#[diagnostic::do_not_recommend]
impl Textual for String {}
#[diagnostic::do_not_recommend]
impl<T: Textual> Textual for Option<T> {}

impl<'a, T> Property<'a, T> {
    pub(super) fn new(
        inputs: &'a mut Inputs,
        name: &'static str,
        write: fn(T) -> Option<Value>,
    ) -> Self {
        Self { inputs, name, write }
    }

    /// It need not be sent: `default()` is its value then, and the schema says so.
    pub fn or(self, default: fn() -> T) -> Self {
        self.inputs.required.retain(|required| required != self.name);
        match (self.write)(default()) {
            // Nothing is what an optional argument is anyway. One that cannot be written as JSON is
            // left out of the schema; it holds all the same.
            None | Some(Value::Null) => self,
            Some(default) => self.says("default", default),
        }
    }

    /// The numbers it may be; checked before the function runs.
    pub fn range(self, range: impl RangeOf<T::End>) -> Self
    where
        T: Ranged,
    {
        let keywords = range_keywords::<T>(&range);
        keywords.into_iter().fold(self, |it, (keyword, end)| it.promises(keyword, end))
    }

    /// How many characters, or entries, it may have; checked before the function runs.
    pub fn length(self, range: impl RangeOf<usize>) -> Self
    where
        T: Measured,
    {
        let keywords = length_keywords::<T>(&range);
        keywords.into_iter().fold(self, |it, (keyword, end)| it.promises(keyword, end))
    }

    /// A regular expression it must match; checked before the function runs, with the feature
    /// `pattern`.
    pub fn pattern(self, pattern: &'static str) -> Self
    where
        T: Textual,
    {
        if let Err(why) = schema::readable_pattern(pattern) {
            self.inputs.mistake(self.name, format_args!("the pattern `{pattern}` {why}"));
        }
        self.promises("pattern", pattern.into())
    }

    /// The schema's `format`: what kind of text it is; checked before the function runs.
    pub fn format(self, format: &'static str) -> Self
    where
        T: Textual,
    {
        self.promises("format", format.into())
    }

    /// A value that shows what is meant.
    pub fn example(self, example: T) -> Self {
        match (self.write)(example) {
            Some(example) => self.says("examples", Value::Array(vec![example])),
            None => self,
        }
    }

    /// The HTTP header `Mcp-Param-…` in which a client mirrors it.
    ///
    /// Spec: 2026-07-28, server/tools, `x-mcp-header`.
    pub fn header(self, header: &'static str) -> Self {
        self.says("x-mcp-header", header.into())
    }

    /// The function that completes it.
    pub fn complete(self, function: CompletionDeclaration) -> Self {
        self.inputs.completions.push((self.name.to_owned(), Completion::Function(function)));
        self
    }

    fn says(self, keyword: &str, value: Value) -> Self {
        self.inputs.schema_of(self.name).insert(keyword.to_owned(), value);
        self
    }

    /// Says what the type does not keep by itself: it is checked on every call.
    fn promises(self, keyword: &str, value: Value) -> Self {
        if !self.inputs.enforced.iter().any(|enforced| enforced == self.name) {
            self.inputs.enforced.push(self.name.to_owned());
        }
        self.says(keyword, value)
    }
}

/// The schema's keywords for a range of numbers.
pub(super) fn range_keywords<T: Ranged>(
    range: &impl RangeOf<T::End>,
) -> Vec<(&'static str, Value)> {
    let json = |end: &T::End| serde_json::to_value(end).unwrap_or_default();
    let least = match range.start_bound() {
        Bound::Included(end) => Some(("minimum", json(end))),
        Bound::Excluded(end) => Some(("exclusiveMinimum", json(end))),
        Bound::Unbounded => None,
    };
    let most = match range.end_bound() {
        Bound::Included(end) => Some(("maximum", json(end))),
        Bound::Excluded(end) => Some(below(json(end))),
        Bound::Unbounded => None,
    };
    [least, most].into_iter().flatten().collect()
}

/// The schema's keywords for a number of characters or entries.
pub(super) fn length_keywords<T: Measured>(
    range: &impl RangeOf<usize>,
) -> Vec<(&'static str, Value)> {
    let [min, max] = T::KEYWORDS;
    let least = match range.start_bound() {
        Bound::Included(&least) => Some((min, least)),
        Bound::Excluded(&least) => Some((min, least + 1)),
        Bound::Unbounded => None,
    };
    let most = match range.end_bound() {
        Bound::Included(&most) => Some((max, most)),
        Bound::Excluded(&most) => Some((max, most.saturating_sub(1))),
        Bound::Unbounded => None,
    };
    [least, most].into_iter().flatten().map(|(keyword, end)| (keyword, end.into())).collect()
}

/// Below an integer is at most the one before it: hosts read that more often than the keyword.
fn below(end: Value) -> (&'static str, Value) {
    match (end.as_i64(), end.as_u64()) {
        (Some(end), _) => ("maximum", (end - 1).into()),
        (None, Some(end)) => ("maximum", (end - 1).into()),
        (None, None) => ("exclusiveMaximum", end),
    }
}
