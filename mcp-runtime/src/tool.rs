//! A tool as a value: its descriptor, and how it is called.

use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};

use crate::call::{Call, Running};
use crate::output::Output;
use crate::protocol::{Icon, ToolAnnotations, ToolDescriptor};
use crate::returns::{Described, Failure};
use crate::schema::{self, Generator, Promise};

pub(crate) mod result;

use crate::about::About;
use crate::args::{Arguments, Input, Inputs, Mirrored, Refused};
use result::ToolOutput;

/// What the `#[tool]` attribute makes of a function.
#[derive(Debug)]
pub struct ToolDeclaration {
    /// The name on the wire.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What the tool does, for the model.
    pub description: Option<&'static str>,
    /// Hints about what a call does.
    pub annotations: ToolAnnotations,
    /// `file:line` of the declaration.
    pub at: &'static str,
    /// Says what the tool says about itself beyond this.
    pub about: fn(&mut About),
    /// Refuse scalars that were sent as text.
    pub strict: bool,
    /// Describes the arguments, in order.
    pub input: fn(&mut Inputs),
    /// What is published of the return type.
    pub output: fn(&mut Generator) -> Described,
    /// Reads the arguments and starts the function.
    pub call: fn(&Arguments<'_>, Call) -> Result<Running, Refused>,
}

/// A tool: what `tools/list` publishes of it, and what `tools/call` runs.
///
/// Annotated functions become tools by [`handlers!`](crate::handlers). `Tool::raw` makes one whose
/// name and schema are known only at run time.
pub struct Tool {
    /// The name on the wire, shared by the calls that run.
    pub(crate) name: Arc<str>,
    pub(crate) descriptor: ToolDescriptor,
    pub(crate) input: Input,
    pub(crate) at: String,
    /// What its results are held against.
    pub(crate) promise: Option<Arc<Promise>>,
    /// How long a call may take.
    timeout: Option<Duration>,
    call: ToolCall,
}

enum ToolCall {
    Declared(fn(&Arguments<'_>, Call) -> Result<Running, Refused>),
    Raw { start: Arc<RawHandler>, is_checked: bool },
}

type RawHandler = dyn Fn(Map<String, Value>) -> Running + Send + Sync;

impl Tool {
    /// A tool whose name, schema and handler are data.
    ///
    /// `schema` is the `inputSchema`, any JSON Schema of draft 2020-12 whose root says
    /// `"type": "object"`, and published as it is. Arguments are handed over as they came, unless
    /// [`check_arguments`](Self::check_arguments) asks for more.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::{Server, Tool};
    /// use serde_json::json;
    ///
    /// let shout = Tool::raw(
    ///     "shout",
    ///     json!({ "type": "object", "properties": { "text": { "type": "string" } } }),
    ///     async |arguments| match arguments.get("text").and_then(|text| text.as_str()) {
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
        F: Fn(Map<String, Value>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        T: ToolOutput,
        E: Failure,
    {
        let handler = move |arguments| {
            let returned = handler(arguments);
            Running::new(Box::pin(async move {
                match returned.await {
                    Ok(value) => value.into_outcome(),
                    Err(failure) => Err(crate::returns::error(failure)),
                }
            }))
        };
        let name = name.into();
        Self {
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
            call: ToolCall::Raw { start: Arc::new(handler), is_checked: false },
        }
    }

    /// Checks arguments against the schema before the handler runs, as those of an annotated
    /// function are: everything that does not fit is named in one tool error, and numbers,
    /// booleans, lists and objects that were sent as text are taken for what the schema wants.
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
    /// let knock = Tool::raw("knock", schema, async |arguments| {
    ///     Ok::<_, String>(format!("knocked: {}", arguments["times"]))
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
        if let ToolCall::Raw { is_checked, .. } = &mut self.call {
            *is_checked = true;
        }
        let schema = self.descriptor.input_schema.clone();
        self.input.mistakes.extend(schema::unchecked(&schema, &schema));
        self.input.schema = schema;
        self
    }

    /// What the tool does, for the model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.descriptor.description = Some(description.into());
        self
    }

    /// A name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.descriptor.title = Some(title.into());
        self
    }

    /// The schema of the structured content, published as it is; what the handler answers is not
    /// held against it.
    #[must_use]
    pub fn output_schema(mut self, schema: Value) -> Self {
        self.descriptor.output_schema = Some(schema);
        self
    }

    /// Hints about what a call does.
    #[must_use]
    pub fn annotations(mut self, annotations: ToolAnnotations) -> Self {
        self.descriptor.annotations = Some(annotations);
        self
    }

    /// One more icon: an `https:` address, or a `data:` URI with an image.
    #[must_use]
    pub fn icon(mut self, src: impl Into<String>) -> Self {
        self.descriptor.icons.push(Icon::new(src));
        self
    }

    /// One more member of the descriptor's `_meta`.
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.descriptor.meta.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// How long a call may take: one that takes longer is dropped, and answered with a tool error.
    /// A function that blocks cannot be dropped: it runs to its end, and counts as in flight until
    /// then.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    pub(crate) fn declared(declaration: ToolDeclaration) -> Self {
        let mut inputs = Inputs::new();
        (declaration.input)(&mut inputs);
        let mut input = inputs.finish(declaration.strict);
        let mut about = About::of(declaration.about);
        input.mistakes.extend(about.take_mistakes());
        let output_schema = (declaration.output)(&mut Generator::for_output()).schema;
        if let Some(schema) = &output_schema {
            let unchecked = schema::unchecked(schema, schema);
            input
                .mistakes
                .extend(unchecked.into_iter().map(|wrong| format!("its result: {wrong}")));
        }
        let annotations = declaration.annotations;
        let promise = output_schema.as_ref().map(|schema| Arc::new(Promise::new(schema)));
        Self {
            name: declaration.name.into(),
            descriptor: ToolDescriptor {
                title: declaration.title.map(str::to_owned),
                description: declaration.description.map(str::to_owned),
                output_schema,
                annotations: (annotations != ToolAnnotations::default()).then_some(annotations),
                meta: about.take_meta(),
                icons: about.icons,
                ..ToolDescriptor::new(declaration.name, input.schema.clone())
            },
            input,
            at: declaration.at.to_owned(),
            promise,
            timeout: about.timeout,
            call: ToolCall::Declared(declaration.call),
        }
    }

    /// Whether its schemas are data.
    pub(crate) fn is_raw(&self) -> bool {
        matches!(self.call, ToolCall::Raw { .. })
    }

    /// Reads the arguments and makes the future of the call, which has not run yet.
    pub(crate) fn call(&self, arguments: &Arguments<'_>, call: Call) -> Result<Running, Refused> {
        let timeout = self.timeout.map(|limit| (limit, call.open_questions()));
        let running = match &self.call {
            ToolCall::Declared(start) => start(arguments, call)?,
            ToolCall::Raw { start, is_checked } => {
                let object = if *is_checked {
                    arguments.to_checked_object()?
                } else {
                    arguments.to_object()?
                };
                start(object).map(async move |running| {
                    let outcome = running.await;
                    // Its place is taken until here.
                    drop(call);
                    outcome
                })
            }
        };
        Ok(match timeout {
            None => running,
            Some((limit, open)) => within(limit, open, Arc::clone(&self.name), running),
        })
    }
}

/// The call, dropped when its time is over; while the user is asked, time stands still. A function
/// that blocks goes on where it runs, and nobody waits for it.
fn within(limit: Duration, open: Arc<AtomicUsize>, name: Arc<str>, running: Running) -> Running {
    running.map(async move |mut running| {
        let mut time = std::pin::pin!(sleep(limit));
        let mut asked = None;
        let ended = std::future::poll_fn(|cx| {
            if let Poll::Ready(outcome) = Pin::new(&mut running).poll(cx) {
                return Poll::Ready(Some(outcome));
            }
            if open.load(Ordering::Relaxed) > 0 {
                asked.get_or_insert_with(Instant::now);
                return Poll::Pending;
            }
            if let Some(asked) = asked.take() {
                let deadline = time.deadline() + asked.elapsed();
                time.as_mut().reset(deadline);
            }
            time.as_mut().poll(cx).map(|()| None)
        });
        ended.await.unwrap_or_else(|| {
            let words = format!("{name} took longer than {limit:?}, and was given up");
            Ok(Output::tool_error(words))
        })
    })
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.descriptor.name)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
