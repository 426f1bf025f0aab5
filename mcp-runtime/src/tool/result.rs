//! Returned value → what a tool answers.

use std::any::TypeId;
use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Error;
use crate::output::{Answer, Content, Outcome, Output};
use crate::protocol::{ContentBlock, JsonObject};
use crate::returns::{self, Described, Leaf, Returned, Takes};
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

/// The outcome, or an error where the data is not what its schema promises: a client that checks
/// would throw the whole call away.
#[inline]
pub(crate) fn keep(outcome: &mut Outcome, promise: &Promise) {
    if let Ok(Output::Answer(Answer { structured: Some(json), is_error: false, .. })) = outcome
        && let Err(problems) = promise.check(json.as_bytes())
    {
        *outcome = Err(broken_promise(problems.worded()));
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
    ///
    /// # Errors
    /// What makes the value no result.
    fn into_outcome(self) -> Outcome;
}

impl ToolOutput for String {
    fn into_outcome(self) -> Outcome {
        Ok(Output::Answer(Answer::text(self)))
    }
}

impl ToolOutput for &'static str {
    fn into_outcome(self) -> Outcome {
        Ok(Output::Answer(Answer::text(self)))
    }
}

impl ToolOutput for Cow<'static, str> {
    fn into_outcome(self) -> Outcome {
        Ok(Output::Answer(Answer::text(self)))
    }
}

impl ToolOutput for () {
    fn into_outcome(self) -> Outcome {
        Ok(blocks(Vec::new()))
    }
}

impl ToolOutput for ContentBlock {
    fn into_outcome(self) -> Outcome {
        Ok(blocks(vec![self]))
    }
}

impl ToolOutput for Vec<ContentBlock> {
    fn into_outcome(self) -> Outcome {
        Ok(blocks(self))
    }
}

impl ToolOutput for Value {
    fn into_outcome(self) -> Outcome {
        Answer::data(&self, Content::Mirror).map(Output::Answer)
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
        let answer =
            if is_nothing::<T>() { Answer::new(content) } else { Answer::data(&data, content)? };
        Ok(Output::Answer(Answer { meta: meta.map(Box::new), ..answer }))
    }
}

/// Whether a reply has no data: `()` is none, not the value `null`.
fn is_nothing<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<()>()
}

fn blocks(blocks: Vec<ContentBlock>) -> Output {
    Output::Answer(Answer::new(Content::Blocks(blocks)))
}

/// The kind of a tool, as it takes what its function returned.
#[derive(Debug)]
pub enum OfTool {}

impl<T: ToolOutput> Takes<T, returns::Content> for OfTool {
    fn describe(generator: &mut Generator) -> Described {
        Described { schema: T::output_schema(generator), ..Described::default() }
    }

    fn output(value: T) -> Outcome {
        value.into_outcome()
    }
}

impl<T: Serialize + JsonSchema> Takes<T, returns::Data> for OfTool {
    fn describe(generator: &mut Generator) -> Described {
        Described { schema: Some(generator.output::<T>()), ..Described::default() }
    }

    fn output(value: T) -> Outcome {
        Answer::data(&value, Content::Mirror).map(Output::Answer)
    }
}

/// What is neither is refused with our words.
pub trait UnfitTool<T, E> {
    /// Refuses the type.
    fn fit(self) -> Returned<T, E>
    where
        T: ToolReturn;
}

impl<T, E> UnfitTool<T, E> for Leaf<OfTool, T, E> {
    fn fit(self) -> Returned<T, E>
    where
        T: ToolReturn,
    {
        Returned::unfit()
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
