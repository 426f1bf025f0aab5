//! A tool whose name and schema are data.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::time::Duration;

use serde_json::Value;

use super::{RawCall, start};
use crate::args::{Input, Mirrored, Start};
use crate::error::Error;
use crate::protocol::{Icon, ToolAnnotations, ToolDescriptor};
use crate::schema;
use crate::tool::ToolEntry;
use crate::tool::result::ToolOutput;

/// A tool whose name, schema and handler are data, for a server whose state is `S`.
///
/// Annotated functions become tools by [`handlers!`](crate::handlers).
///
/// # Example
/// A tool with the server's state:
/// ```
/// use mcp_runtime::prelude::*;
/// use mcp_runtime::RawCall;
///
/// struct Units(Vec<(String, f64)>);
///
/// let schema = json!({
///     "type": "object",
///     "properties": { "unit": { "type": "string" } },
///     "required": ["unit"],
/// });
/// let metres = Tool::raw("metres", schema, async |call: RawCall<Units>| {
///     let unit = call.arguments["unit"].as_str().unwrap_or_default();
///     let known = call.state().0.iter().find(|(name, _)| name == unit);
///     known.map(|(_, metres)| metres.to_string()).ok_or_else(|| format!("unknown unit `{unit}`"))
/// })
/// .check_arguments();
/// # mcp_runtime::testing::block_on(async {
/// let state = Units(vec![("mile".to_owned(), 1609.344)]);
/// let mut client = Server::new("units", "1.0.0").with(metres).state(state).test_client().await;
/// assert_eq!(client.text("metres", json!({ "unit": "mile" })).await.unwrap(), "1609.344");
/// # });
/// ```
pub struct Tool<S = ()> {
    pub(crate) entry: ToolEntry,
    state: PhantomData<fn(S)>,
}

impl<S: 'static> Tool<S> {
    /// A tool whose name, schema and handler are data.
    ///
    /// `schema` is the `inputSchema`, any JSON Schema of draft 2020-12 whose root says
    /// `"type": "object"`, and published as it is. Arguments are handed over as they came, unless
    /// [`check_arguments`](Self::check_arguments) asks for more. The handler's error is anything
    /// that `?` turns into an [`Error`].
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::{Server, Tool};
    /// use serde_json::json;
    ///
    /// let shout = Tool::raw(
    ///     "shout",
    ///     json!({ "type": "object", "properties": { "text": { "type": "string" } } }),
    ///     async |call| match call.arguments.get("text").and_then(|text| text.as_str()) {
    ///         Some(text) => Ok(text.to_uppercase()),
    ///         None => Err("`text`: missing"),
    ///     },
    /// )
    /// .description("Say it loud.");
    /// let server: Server<()> = Server::new("shouting", "1.0.0").with(shout);
    /// ```
    #[track_caller]
    pub fn raw<F, R, T, E>(name: impl Into<String>, schema: Value, handler: F) -> Self
    where
        F: Fn(RawCall<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        T: ToolOutput,
        E: Into<Error>,
    {
        let name = name.into();
        let entry = ToolEntry {
            name: name.as_str().into(),
            input: Input {
                mirrored: Mirrored::of(&schema),
                mistakes: Mirrored::mistakes(&schema),
                ..Input::default()
            },
            descriptor: ToolDescriptor::new(name, schema),
            at: Location::caller().to_string(),
            promise: None,
            timeout: None,
            start: start(handler, T::into_outcome, false),
        };
        Self { entry, state: PhantomData }
    }

    /// Checks arguments against the schema before the handler runs, as those of an annotated
    /// function are: everything that does not fit is named in one tool error, and numbers,
    /// booleans, lists and objects that were sent as text are taken for what the schema wants. An
    /// optional argument that is `null`, or an empty text where the schema has no text, is absent.
    /// A `default` of the schema is not filled in.
    ///
    /// A server with a keyword that is not checked is refused then; the
    /// [guide](crate::guide::schemas) has the list.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    /// # mcp_runtime::testing::block_on(async {
    /// let schema = json!({
    ///     "type": "object",
    ///     "properties": { "times": { "type": "integer", "maximum": 3 } },
    ///     "required": ["times"],
    /// });
    /// let knock = Tool::raw("knock", schema, async |call| {
    ///     Ok::<_, String>(format!("knocked: {}", call.arguments["times"]))
    /// });
    /// let server: Server = Server::new("door", "1.0.0").with(knock.check_arguments());
    /// let mut client = server.state(()).test_client().await;
    /// assert_eq!(client.text("knock", json!({ "times": "2" })).await.unwrap(), "knocked: 2");
    /// let error = client.text("knock", json!({ "times": 4 })).await.unwrap_err().to_string();
    /// assert!(error.contains("`times`: expected an integer of 3 or less; got 4"), "{error}");
    /// # });
    /// ```
    #[must_use]
    pub fn check_arguments(mut self) -> Self {
        if let Start::Raw { is_checked, .. } = &mut self.entry.start {
            *is_checked = true;
        }
        let schema = self.entry.descriptor.input_schema.clone();
        self.entry.input.mistakes.extend(schema::unchecked(&schema, &schema));
        self.entry.input.schema = schema;
        self
    }

    /// What the tool does, for the model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.entry.descriptor.description = Some(description.into());
        self
    }

    /// A name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.entry.descriptor.title = Some(title.into());
        self
    }

    /// The schema of the structured content, published as it is; what the handler answers is not
    /// held against it.
    #[must_use]
    pub fn output_schema(mut self, schema: Value) -> Self {
        self.entry.descriptor.output_schema = Some(schema);
        self
    }

    /// Hints about what a call does.
    #[must_use]
    pub fn annotations(mut self, annotations: ToolAnnotations) -> Self {
        self.entry.descriptor.annotations = Some(annotations);
        self
    }

    /// One more icon: an `https:` address, or a `data:` URI with an image.
    #[must_use]
    pub fn icon(mut self, src: impl Into<String>) -> Self {
        self.entry.descriptor.icons.push(Icon::new(src));
        self
    }

    /// One more member of the descriptor's `_meta`.
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.entry.descriptor.meta.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// How long a call may take: one that takes longer is dropped, and answered with a tool error.
    ///
    /// The limit is noticed only where the handler waits. One that blocks holds up its connection
    /// and runs to its end: use `tokio::task::spawn_blocking`, and wait for that.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.entry.timeout = Some(limit);
        self
    }
}

impl<S> fmt::Debug for Tool<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tool").field(&self.entry).finish()
    }
}
