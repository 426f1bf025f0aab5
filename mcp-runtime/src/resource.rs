//! A resource as a value: its descriptor, how its URI is matched, and how it is read.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::about::About;
use crate::args::{Arguments, Input, Inputs, Refused, Start};
use crate::call::{Call, Running};
use crate::error::Error;
use crate::output::{Body, Outcome, Output};
use crate::protocol::{ResourceContents, ResourceDescriptor};
use crate::returns::{self, Described, Leaf, Returned, Takes};
use crate::schema::Generator;
use crate::uri_template::UriTemplate;

/// What the `#[resource]` attribute makes of a function.
#[derive(Debug)]
pub struct ResourceDeclaration {
    /// The URI, or a URI template if the function has arguments.
    pub uri: &'static str,
    /// The name on the wire.
    pub name: &'static str,
    /// A name for people.
    pub title: Option<&'static str>,
    /// What the resource is.
    pub description: Option<&'static str>,
    /// The MIME type, where the return type's own does not fit.
    pub mime: Option<&'static str>,
    /// Whether the values that complete the template's variable are listed as resources.
    pub listed: bool,
    /// Whether clients may subscribe to it.
    pub subscribe: bool,
    /// `file:line` of the declaration.
    pub at: &'static str,
    /// What is published of the return type.
    pub output: fn(&mut Generator) -> Described,
    /// Says what the resource says about itself beyond this.
    pub about: fn(&mut About),
    /// Describes the arguments, which are the template's variables.
    pub input: fn(&mut Inputs),
    /// Reads the arguments and starts the function.
    pub call: fn(&Arguments<'_>, Call) -> Result<Running, Refused>,
}

/// A resource, or a family of resources behind one template.
pub(crate) struct ResourceEntry {
    pub(crate) uri: UriTemplate,
    /// What is published of it; of a template the `uri` is the template.
    pub(crate) descriptor: ResourceDescriptor,
    /// The descriptor's MIME type, for the contents that do not say theirs.
    pub(crate) mime: Option<Cow<'static, str>>,
    /// Whether `resources/list` names what the template stands for.
    pub(crate) listed: bool,
    /// Whether clients may subscribe to it.
    pub(crate) subscribe: bool,
    pub(crate) at: Cow<'static, str>,
    pub(crate) input: Input,
    pub(crate) start: Start,
}

impl ResourceEntry {
    pub(crate) fn declared(declaration: &ResourceDeclaration) -> Self {
        let mut inputs = Inputs::new();
        (declaration.input)(&mut inputs);
        let mut about = About::of(declaration.about);
        let mut input = inputs.finish(false);
        input.mistakes.extend(about.take_mistakes());
        let mime = declaration.mime.or((declaration.output)(&mut Generator::for_output()).mime);
        Self {
            uri: UriTemplate::parse(declaration.uri),
            descriptor: ResourceDescriptor {
                title: declaration.title.map(str::to_owned),
                description: declaration.description.map(str::to_owned),
                mime_type: mime.map(str::to_owned),
                annotations: about.take_annotations(),
                meta: about.take_meta(),
                icons: about.icons,
                ..ResourceDescriptor::new(declaration.uri, declaration.name)
            },
            mime: mime.map(Cow::Borrowed),
            listed: declaration.listed,
            subscribe: declaration.subscribe,
            at: declaration.at.into(),
            input,
            start: Start::Declared(declaration.call),
        }
    }

    pub(crate) fn call(&self, arguments: &Arguments<'_>, call: Call) -> Result<Running, Refused> {
        self.start.call(arguments, call)
    }
}

impl fmt::Debug for ResourceEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceEntry")
            .field("uri", &self.uri)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// A type that is a resource's content by itself: text, bytes, or items with their own URIs.
/// Anything that serialises and has a schema is JSON without this trait.
pub trait ResourceOutput: Send + 'static {
    /// The MIME type that goes with the type.
    const MIME: Option<&'static str>;

    /// The content.
    fn into_body(self) -> Body;
}

impl ResourceOutput for String {
    const MIME: Option<&'static str> = Some("text/plain");

    fn into_body(self) -> Body {
        Body::Text(self.into())
    }
}

impl ResourceOutput for &'static str {
    const MIME: Option<&'static str> = Some("text/plain");

    fn into_body(self) -> Body {
        Body::Text(self.into())
    }
}

impl ResourceOutput for Cow<'static, str> {
    const MIME: Option<&'static str> = Some("text/plain");

    fn into_body(self) -> Body {
        Body::Text(self)
    }
}

impl ResourceOutput for &'static [u8] {
    const MIME: Option<&'static str> = Vec::<u8>::MIME;

    fn into_body(self) -> Body {
        self.to_vec().into_body()
    }
}

impl<const N: usize> ResourceOutput for &'static [u8; N] {
    const MIME: Option<&'static str> = Vec::<u8>::MIME;

    fn into_body(self) -> Body {
        self.to_vec().into_body()
    }
}

impl ResourceOutput for Vec<u8> {
    const MIME: Option<&'static str> = Some("application/octet-stream");

    fn into_body(self) -> Body {
        Body::Blob(self)
    }
}

impl ResourceOutput for ResourceContents {
    const MIME: Option<&'static str> = None;

    fn into_body(self) -> Body {
        Body::Items(vec![self])
    }
}

impl ResourceOutput for Vec<ResourceContents> {
    const MIME: Option<&'static str> = None;

    fn into_body(self) -> Body {
        Body::Items(self)
    }
}

/// The kind of a resource, as it takes what its function returned.
#[derive(Debug)]
pub enum OfResource {}

impl<T: ResourceOutput> Takes<T, returns::Content> for OfResource {
    fn describe(_: &mut Generator) -> Described {
        Described { mime: T::MIME, ..Described::default() }
    }

    fn output(value: T) -> Outcome {
        Ok(Output::Body(value.into_body()))
    }
}

impl<T: Serialize + JsonSchema> Takes<T, returns::Data> for OfResource {
    fn describe(_: &mut Generator) -> Described {
        Described { mime: Some("application/json"), ..Described::default() }
    }

    fn output(value: T) -> Outcome {
        match serde_json::to_string(&value) {
            Ok(json) => Ok(Output::Body(Body::Text(json.into()))),
            Err(error) => {
                Err(Error::hidden(format!("the resource cannot be written as JSON: {error}")))
            }
        }
    }
}

/// What is neither is refused with our words.
pub trait UnfitResource<T, E> {
    /// Refuses the type.
    fn fit(self) -> Returned<T, E>
    where
        T: ResourceReturn;
}

impl<T, E> UnfitResource<T, E> for Leaf<OfResource, T, E> {
    fn fit(self) -> Returned<T, E>
    where
        T: ResourceReturn,
    {
        Returned::unfit()
    }
}

/// Implemented by nothing: it carries the message for a type that cannot be returned.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a `#[resource]` function",
    label = "this is neither content nor data with a schema",
    note = "put `#[data]` on the type (or derive `Serialize` and `JsonSchema`) to send it as JSON",
    note = "or return `String`, `Vec<u8>`, `&'static [u8]`, `Vec<ResourceContents>`, or a `Result` of one of these"
)]
pub trait ResourceReturn {}
