//! Returned value → what a tool answers.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Error;
use crate::protocol::{ContentBlock, JsonObject};
use crate::returns::{Failure, Leaf, error};
use crate::schema::{Generator, Problem, Promise};

/// Problems of one result that are logged.
const SHOWN: usize = 5;

/// Words for reading and data for the next step, both of one result.
///
/// The words become the text of the result, the data its `structuredContent` with the type's schema
/// as `outputSchema`. More content may follow the words, and members of `_meta` may come with it; a
/// reply whose data is `()` has content only.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// #[data]
/// struct Sum { sum: i64 }
///
/// /// Add two numbers.
/// #[tool(read_only)]
/// async fn add(a: i64, b: i64) -> Reply<Sum> {
///     Reply::new(format!("{a} + {b} = {}", a + b), Sum { sum: a + b })
/// }
///
/// /// Draw a red dot.
/// #[tool(read_only)]
/// async fn dot() -> Reply<()> {
///     Reply::new("A red dot:", ())
///         .with_content(Content::image(b"\x89PNG", "image/png"))
///         .with_meta("com.example/colour", "red")
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reply<T> {
    text: Cow<'static, str>,
    data: T,
    /// What follows the text.
    more: Vec<ContentBlock>,
    meta: Option<JsonObject>,
}

impl<T> Reply<T> {
    /// A reply of `text`, which a person or a model reads, and `data`.
    pub fn new(text: impl Into<Cow<'static, str>>, data: T) -> Self {
        Self { text: text.into(), data, more: Vec::new(), meta: None }
    }

    /// The same reply with one more content block behind what it says already.
    #[must_use]
    pub fn with_content(mut self, block: impl Into<ContentBlock>) -> Self {
        self.more.push(block.into());
        self
    }

    /// The same reply with one more member in the `_meta` of its result.
    ///
    /// Spec: 2026-07-28, basic/index, `_meta`, which says how a name begins.
    #[must_use]
    pub fn with_meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The data.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// The data, without the words.
    pub fn into_data(self) -> T {
        self.data
    }
}

/// What a call came to: the parts of a `CallToolResult`, or an error.
#[derive(Debug)]
pub struct Outcome(pub(crate) Result<Answer, Error>);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) content: Content,
    /// The structured content as JSON, serialised once.
    pub(crate) structured: Option<Vec<u8>>,
    pub(crate) is_error: bool,
    /// The author's members of the result's `_meta`. Few have any, and all are moved about.
    pub(crate) meta: Option<Box<JsonObject>>,
}

impl Answer {
    fn new(content: Content) -> Self {
        Self { content, structured: None, is_error: false, meta: None }
    }
}

#[derive(Debug)]
pub(crate) enum Content {
    /// One text block.
    Text(Cow<'static, str>),
    /// Blocks as they are.
    Blocks(Vec<ContentBlock>),
    /// One text block with the JSON of the structured content.
    Mirror,
}

impl Outcome {
    pub(crate) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::content(Content::Text(text.into()))
    }

    pub(crate) fn tool_error(text: impl Into<Cow<'static, str>>) -> Self {
        Self(Ok(Answer { is_error: true, ..Answer::new(Content::Text(text.into())) }))
    }

    fn content(content: Content) -> Self {
        Self(Ok(Answer::new(content)))
    }

    fn data(data: &impl Serialize, content: Content) -> Self {
        Self(match serde_json::to_vec(data) {
            Ok(json) => Ok(Answer { structured: Some(json), ..Answer::new(content) }),
            Err(error) => {
                Err(Error::hidden(format_args!("the result cannot be written as JSON: {error}")))
            }
        })
    }
}

impl Outcome {
    /// Becomes an error where the data is not what its schema promises: a client that checks would
    /// throw the whole call away.
    #[inline]
    pub(crate) fn keep(&mut self, promise: &Promise) {
        if let Ok(Answer { structured: Some(json), is_error: false, .. }) = &self.0
            && let Err(problems) = promise.check(json)
        {
            *self = Self(Err(broken_promise(problems.worded())));
        }
    }
}

#[cold]
fn broken_promise(problems: &[Problem]) -> Error {
    let mut words = "the result is not what its output schema promises".to_owned();
    for problem in problems.iter().take(SHOWN) {
        words.push_str("; ");
        words.push_str(&problem.to_string());
    }
    if problems.len() > SHOWN {
        words.push_str("; and more");
    }
    if problems.iter().any(|problem| problem.to_string().ends_with("got null")) {
        words.push_str(" (NaN and the infinities are written as null)");
    }
    Error::hidden(words)
}

/// A type that is a tool's result by itself: text, content blocks, nothing, a raw JSON value, or a
/// [`Reply`]. Anything that serialises and has a schema is structured content without this trait.
pub trait ToolOutput: Send + 'static {
    /// The schema of the structured content this type carries, if it has one.
    fn output_schema(_: &mut Generator) -> Option<Value> {
        None
    }

    /// The result.
    fn into_outcome(self) -> Outcome;
}

impl ToolOutput for String {
    fn into_outcome(self) -> Outcome {
        Outcome::text(self)
    }
}

impl ToolOutput for &'static str {
    fn into_outcome(self) -> Outcome {
        Outcome::text(self)
    }
}

impl ToolOutput for Cow<'static, str> {
    fn into_outcome(self) -> Outcome {
        Outcome::text(self)
    }
}

impl ToolOutput for () {
    fn into_outcome(self) -> Outcome {
        Outcome::content(Content::Blocks(Vec::new()))
    }
}

impl ToolOutput for ContentBlock {
    fn into_outcome(self) -> Outcome {
        Outcome::content(Content::Blocks(vec![self]))
    }
}

impl ToolOutput for Vec<ContentBlock> {
    fn into_outcome(self) -> Outcome {
        Outcome::content(Content::Blocks(self))
    }
}

impl ToolOutput for Value {
    fn into_outcome(self) -> Outcome {
        Outcome::data(&self, Content::Mirror)
    }
}

impl<T: Serialize + JsonSchema + Send + 'static> ToolOutput for Reply<T> {
    fn output_schema(generator: &mut Generator) -> Option<Value> {
        let schema = (!is_nothing::<T>()).then(|| generator.output::<T>());
        // A schema that says nothing is none.
        schema.filter(|schema| *schema != json!({}))
    }

    fn into_outcome(self) -> Outcome {
        let Self { text, data, more, meta } = self;
        let content = if more.is_empty() {
            Content::Text(text)
        } else {
            let words = ContentBlock::text(text);
            Content::Blocks(std::iter::once(words).chain(more).collect())
        };
        let outcome = if is_nothing::<T>() {
            Outcome::content(content)
        } else {
            Outcome::data(&data, content)
        };
        let meta = meta.map(Box::new);
        Outcome(outcome.0.map(|answer| Answer { meta, ..answer }))
    }
}

/// Whether a reply has no data: `()` is none, not the value `null`.
fn is_nothing<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<()>()
}

/// The second stage for a tool: what its returned value is, as two functions, so that every bound
/// is asked for in one place, the `tool` method of a leaf.
pub struct ToolKind<T, E> {
    schema: fn(&mut Generator) -> Option<Value>,
    finish: fn(Result<T, E>) -> Outcome,
}

impl<T, E> ToolKind<T, E> {
    /// The schema of the structured content, if there is one.
    pub fn schema(self, generator: &mut Generator) -> Option<Value> {
        (self.schema)(generator)
    }

    /// The value, or the error in its place, as the answer.
    pub fn finish(self, returned: Result<T, E>) -> Outcome {
        (self.finish)(returned)
    }
}

/// A `ToolOutput` is found first.
pub trait OutputLeaf<T, E> {
    /// The kind of the leaf.
    fn tool(self) -> ToolKind<T, E>
    where
        E: Failure;
}

impl<T: ToolOutput, E> OutputLeaf<T, E> for &&Leaf<T, E> {
    fn tool(self) -> ToolKind<T, E>
    where
        E: Failure,
    {
        ToolKind {
            schema: T::output_schema,
            finish: |returned| match returned {
                Ok(value) => value.into_outcome(),
                Err(failure) => Outcome(Err(error(failure))),
            },
        }
    }
}

/// Data is found second.
pub trait DataLeaf<T, E> {
    /// The kind of the leaf.
    fn tool(self) -> ToolKind<T, E>
    where
        E: Failure;
}

impl<T: Serialize + JsonSchema, E> DataLeaf<T, E> for &Leaf<T, E> {
    fn tool(self) -> ToolKind<T, E>
    where
        E: Failure,
    {
        ToolKind {
            schema: |generator| Some(generator.output::<T>()),
            finish: |returned| match returned {
                Ok(value) => Outcome::data(&value, Content::Mirror),
                Err(failure) => Outcome(Err(error(failure))),
            },
        }
    }
}

/// What is neither is refused with our words.
pub trait UnfitLeaf<T, E> {
    /// The kind of the leaf.
    fn tool(self) -> ToolKind<T, E>
    where
        T: ToolReturn;
}

impl<T, E> UnfitLeaf<T, E> for Leaf<T, E> {
    fn tool(self) -> ToolKind<T, E>
    where
        T: ToolReturn,
    {
        ToolKind { schema: |_| None, finish: |_| Outcome::text("") }
    }
}

/// Implemented by nothing: it carries the message for a type that cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a `#[tool]` function",
    label = "this is neither content nor data with a schema",
    note = "put `#[data]` on the type (or derive `Serialize` and `JsonSchema`) to send it as structured content",
    note = "or return `String`, `()`, `Content`, `Vec<Content>`, `Reply<T>`, or a `Result` of one of these"
)]
pub trait ToolReturn {}

impl<T, E> Clone for ToolKind<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, E> Copy for ToolKind<T, E> {}

impl<T, E> fmt::Debug for ToolKind<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToolKind")
    }
}
