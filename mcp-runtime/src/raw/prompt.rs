//! A prompt whose name and arguments are data.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use serde_json::{Value, json};

use super::{RawCall, start, unfit_name};
use crate::args::Input;
use crate::error::Error;
use crate::output::Output;
use crate::prompt::{PromptEntry, PromptOutput};
use crate::protocol::{Icon, PromptArgument, PromptDescriptor};

/// A prompt whose name, arguments and handler are data, for a server whose state is `S`.
///
/// Annotated functions become prompts by [`handlers!`](crate::handlers).
pub struct Prompt<S = ()> {
    pub(crate) entry: PromptEntry,
    state: PhantomData<fn(S)>,
}

impl<S: 'static> Prompt<S> {
    /// A prompt without arguments; [`argument`](Self::argument) adds them. Only arguments that were
    /// added reach the handler, as strings, and a required one is always there.
    ///
    /// The handler returns text or [`Message`](crate::Message)s, or an error that `?` turns into an
    /// [`Error`].
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    /// use mcp_runtime::protocol::PromptArgument;
    ///
    /// // As a file of templates may say.
    /// let template = "Explain {topic} to a child.";
    /// let explain = Prompt::raw("explain", move |call| async move {
    ///     let topic = call.arguments["topic"].as_str().unwrap_or_default();
    ///     Ok::<_, Error>(template.replace("{topic}", topic))
    /// })
    /// .argument(PromptArgument::new("topic").required());
    /// # mcp_runtime::testing::block_on(async {
    /// let server = Server::new("prompts", "1.0.0").with(explain).state(());
    /// let mut client = server.test_client().await;
    /// let messages = client.prompt("explain", json!({ "topic": "rain" })).await.unwrap();
    /// assert_eq!(messages, [Message::user("Explain rain to a child.")]);
    /// # });
    /// ```
    #[track_caller]
    pub fn raw<F, R, T, E>(name: impl Into<String>, handler: F) -> Self
    where
        F: Fn(RawCall<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        T: PromptOutput,
        E: Into<Error>,
    {
        let schema = json!({
            "type": "object",
            "properties": {},
            "required": [],
            "additionalProperties": false,
        });
        let entry = PromptEntry {
            descriptor: PromptDescriptor::new(name),
            input: Input { schema, ..Input::default() },
            description: None,
            at: Location::caller().to_string().into(),
            start: start(handler, |value: T| Ok(Output::Messages(value.into_messages())), true),
        };
        Self { entry, state: PhantomData }
    }

    /// One more argument. One that is not required is absent if the client does not send it.
    #[must_use]
    pub fn argument(mut self, argument: PromptArgument) -> Self {
        let Input { schema, mistakes, .. } = &mut self.entry.input;
        let name = &argument.name;
        if let Some(wrong) = unfit_name(name) {
            mistakes.push(format!("argument {name:?}: {wrong}"));
        }
        if !schema["properties"][name].is_null() {
            mistakes.push(format!("argument `{name}`: given twice"));
        }
        schema["properties"][name] = json!({ "type": "string" });
        if let (Some(true), Some(required)) = (argument.required, schema["required"].as_array_mut())
        {
            required.push(name.as_str().into());
        }
        self.entry.descriptor.arguments.push(argument);
        self
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        let description = description.into();
        self.entry.description = Some(description.clone().into());
        self.entry.descriptor.description = Some(description);
        self
    }

    /// A name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.entry.descriptor.title = Some(title.into());
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
}

impl<S> fmt::Debug for Prompt<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prompt").field(&self.entry).finish()
    }
}
