//! A tool as a value: its descriptor, and how it is called.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::call::{Call, Running};
use crate::output::Output;
use crate::protocol::{ToolAnnotations, ToolDescriptor};
use crate::returns::Described;
use crate::schema::{self, Generator, Promise};

pub(crate) mod result;

use crate::about::About;
use crate::args::{Arguments, Input, Inputs, Refused, Start};

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
pub(crate) struct ToolEntry {
    /// The name on the wire, shared by the calls that run.
    pub(crate) name: Arc<str>,
    pub(crate) descriptor: ToolDescriptor,
    pub(crate) input: Input,
    pub(crate) at: String,
    /// What its results are held against.
    pub(crate) promise: Option<Arc<Promise>>,
    /// How long a call may take.
    pub(crate) timeout: Option<Duration>,
    pub(crate) start: Start,
}

impl ToolEntry {
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
            start: Start::Declared(declaration.call),
        }
    }

    /// Whether its schemas are data.
    pub(crate) fn is_raw(&self) -> bool {
        matches!(self.start, Start::Raw { .. })
    }

    /// Reads the arguments and makes the future of the call, which has not run yet.
    pub(crate) fn call(&self, arguments: &Arguments<'_>, call: Call) -> Result<Running, Refused> {
        let timeout = self.timeout.map(|limit| (limit, call.open_questions()));
        let running = self.start.call(arguments, call)?;
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

impl fmt::Debug for ToolEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolEntry")
            .field("name", &self.descriptor.name)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
