//! A resource whose URI and description are data.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use serde_json::{Map, Value, json};

use super::{RawCall, start, unfit_name};
use crate::args::Input;
use crate::error::Error;
use crate::output::Output;
use crate::protocol::{Annotations, Icon, ResourceDescriptor};
use crate::resource::{ResourceEntry, ResourceOutput};
use crate::uri_template::UriTemplate;

/// A resource, or a family of resources behind one URI template, whose URI, description and handler
/// are data, for a server whose state is `S`.
///
/// Annotated functions become resources by [`handlers!`](crate::handlers).
pub struct Resource<S = ()> {
    pub(crate) entry: ResourceEntry,
    state: PhantomData<fn(S)>,
}

impl<S: 'static> Resource<S> {
    /// A resource at a URI, or a template for many: the variables are the call's arguments, which
    /// are strings. A query with other variables is refused. `name` is its name for programs.
    ///
    /// The handler returns text, bytes or [`ResourceContents`](crate::ResourceContents), or an
    /// error that `?` turns into an [`Error`].
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// // As a configuration file may say.
    /// let pages = [("intro", "Welcome."), ("end", "Good bye.")];
    /// let resources: Vec<Resource> = pages
    ///     .map(|(name, text)| {
    ///         let uri = format!("manual://{name}");
    ///         Resource::raw(uri, name, move |_| async move { Ok::<_, Error>(text) })
    ///             .mime_type("text/markdown")
    ///     })
    ///     .into();
    /// let word = Resource::raw("words://{word}", "word", async |call| {
    ///     let word = call.arguments["word"].as_str().unwrap_or_default();
    ///     Ok::<_, Error>(word.to_uppercase())
    /// });
    /// # mcp_runtime::testing::block_on(async {
    /// let server = Server::new("manual", "1.0.0").with(resources).with(word).state(());
    /// let mut client = server.test_client().await;
    /// assert_eq!(client.read("manual://end").await.unwrap(), "Good bye.");
    /// assert_eq!(client.read("words://hello").await.unwrap(), "HELLO");
    /// # });
    /// ```
    #[track_caller]
    pub fn raw<F, R, T, E>(uri: impl Into<String>, name: impl Into<String>, handler: F) -> Self
    where
        F: Fn(RawCall<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        T: ResourceOutput,
        E: Into<Error>,
    {
        let uri = uri.into();
        let template = UriTemplate::parse(&uri);
        let descriptor = ResourceDescriptor {
            mime_type: T::MIME.map(str::to_owned),
            ..ResourceDescriptor::new(uri, name)
        };
        let text = |(name, _): (&str, bool)| (name.to_owned(), json!({ "type": "string" }));
        let properties: Map<String, Value> = template.names().map(text).collect();
        let required: Vec<&str> =
            template.names().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
        let schema = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        let mistakes = template.mistake().into_iter().chain(unfit_name(&descriptor.name)).collect();
        let entry = ResourceEntry {
            uri: template,
            descriptor,
            mime: T::MIME.map(Into::into),
            listed: false,
            subscribe: false,
            at: Location::caller().to_string().into(),
            input: Input { schema, mistakes, ..Input::default() },
            start: start(handler, |value: T| Ok(Output::Body(value.into_body())), true),
        };
        Self { entry, state: PhantomData }
    }

    /// What it is, for the model.
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

    /// Its MIME type, where that of the handler's type does not fit.
    #[must_use]
    pub fn mime_type(mut self, mime: impl Into<String>) -> Self {
        let mime = mime.into();
        self.entry.mime = Some(mime.clone().into());
        self.entry.descriptor.mime_type = Some(mime);
        self
    }

    /// Lets clients subscribe to it; [`Notifier::updated`](crate::Notifier::updated) notifies them.
    #[must_use]
    pub fn subscribe(mut self) -> Self {
        self.entry.subscribe = true;
        self
    }

    /// For whom it is, and how much it matters.
    #[must_use]
    pub fn annotations(mut self, annotations: Annotations) -> Self {
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
}

impl<S> fmt::Debug for Resource<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resource").field(&self.entry).finish()
    }
}
