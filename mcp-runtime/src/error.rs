//! The error a handler may return: words for the reader, or a protocol error by name.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Value, json};

use crate::ask::Round;

/// What went wrong in a handler.
///
/// `?` turns any standard error into one, with the error's own words. In a tool these are shown to
/// the model as a tool error (`isError: true`); in a resource or a prompt they become a JSON-RPC
/// error. [`Error::protocol`] and [`Error::not_found`] are JSON-RPC errors everywhere,
/// [`Error::hidden`] shows nothing of its cause.
///
/// Spec: 2026-07-28, server/tools, Error Handling.
///
/// # Example
/// ```
/// use mcp_runtime::Error;
///
/// fn parse(text: &str) -> Result<u32, Error> {
///     Ok(text.trim().parse::<u32>()?)
/// }
/// assert_eq!(parse("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
pub struct Error(Box<Kind>);

pub(crate) enum Kind {
    /// Words the model may read.
    Shown { message: Cow<'static, str>, source: Option<Source> },
    /// The words stay in the log.
    Hidden { cause: String, source: Option<Source> },
    /// A JSON-RPC error.
    Protocol { code: i64, message: Cow<'static, str>, data: Option<Value> },
    /// A resource that does not exist; the era decides the code.
    NotFound { uri: String },
    /// The call ends with questions to its client.
    Asked(Round),
    /// The client lacks a capability; the era decides how it is told.
    Lacking { why: String, required: Value },
}

/// The payload of a panic that ends a call which uses the context in a way it cannot: its words
/// are for the author.
pub(crate) struct Misuse(pub(crate) &'static str);

impl Misuse {
    /// Ends the call, without a word of the panic hook.
    pub(crate) fn unwind(self) -> ! {
        std::panic::resume_unwind(Box::new(self))
    }
}

/// An error as it was, for the causes behind it; its own words are the message.
pub(crate) type Source = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// An error whose words are shown.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self::shown(message)
    }

    /// An error that goes to the log only, with all its causes; the client reads "internal error".
    ///
    /// It takes any standard error, a text, and whatever else `?` turns into a `Box<dyn Error>`.
    pub fn hidden(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let source = cause.into();
        Self(Box::new(Kind::Hidden { cause: source.to_string(), source: Some(source) }))
    }

    /// A JSON-RPC error with this code. Codes of your own lie outside -32768…-32000.
    pub fn protocol(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Kind::Protocol { code, message: message.into(), data: None }))
    }

    /// "Resource not found", with the code the client's protocol version has for it.
    pub fn not_found(uri: impl Into<String>) -> Self {
        Self(Box::new(Kind::NotFound { uri: uri.into() }))
    }

    /// Adds `data` to a protocol error; other errors have none and stay as they are.
    #[must_use]
    pub fn with_data(mut self, value: Value) -> Self {
        if let Kind::Protocol { data, .. } = &mut *self.0 {
            *data = Some(value);
        }
        self
    }

    /// The call ends with questions.
    pub(crate) fn asked(round: Round) -> Self {
        Self(Box::new(Kind::Asked(round)))
    }

    /// The client lacks a capability.
    pub(crate) fn lacking(why: String, required: Value) -> Self {
        Self(Box::new(Kind::Lacking { why, required }))
    }

    pub(crate) fn shown(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Kind::Shown { message: message.into(), source: None }))
    }

    /// The words of an error, with the error itself for its causes.
    pub(crate) fn caused(message: String, source: Source) -> Self {
        Self(Box::new(Kind::Shown { message: message.into(), source: Some(source) }))
    }

    /// What went wrong and all that caused it, in one line for the log.
    pub(crate) fn chain(&self) -> String {
        match &*self.0 {
            Kind::Shown { source: Some(source), .. }
            | Kind::Hidden { source: Some(source), .. } => chain(&**source),
            Kind::Hidden { cause, .. } => cause.clone(),
            _ => self.to_string(),
        }
    }

    /// Whether the client lacks a capability.
    #[cfg(feature = "http")]
    pub(crate) fn is_lacking(&self) -> bool {
        matches!(&*self.0, Kind::Lacking { .. })
    }

    /// The questions with which the call ends.
    ///
    /// # Errors
    /// The error itself, if it is another one.
    pub(crate) fn into_asked(self) -> Result<Round, Self> {
        match *self.0 {
            Kind::Asked(round) => Ok(round),
            kind => Err(Self(Box::new(kind))),
        }
    }

    pub(crate) fn into_kind(self) -> Kind {
        *self.0
    }

    /// Bytes of its texts, whether they are sent or logged.
    pub(crate) fn size(&self) -> usize {
        match &*self.0 {
            Kind::Shown { message, .. } | Kind::Protocol { message, .. } => message.len(),
            Kind::Hidden { cause, .. } => cause.len(),
            Kind::NotFound { uri } => uri.len(),
            Kind::Asked(round) => round.size(),
            Kind::Lacking { why, .. } => why.len(),
        }
    }
}

/// An error and all that caused it, in one line for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str("; caused by: ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

impl Kind {
    pub(crate) fn not_found_data(uri: &str) -> Value {
        json!({ "uri": uri })
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let message = Cow::Owned(error.to_string());
        Self(Box::new(Kind::Shown { message, source: Some(Box::new(error)) }))
    }
}

impl From<Error> for Box<dyn std::error::Error + Send + Sync> {
    fn from(error: Error) -> Self {
        match *error.0 {
            // What is hidden from a client is not hidden from whoever runs the server.
            Kind::Shown { source: Some(source), .. }
            | Kind::Hidden { source: Some(source), .. } => source,
            _ => error.to_string().into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Shown { message, .. } | Kind::Protocol { message, .. } => f.write_str(message),
            Kind::Hidden { .. } => f.write_str("internal error"),
            Kind::NotFound { uri } => write!(f, "resource not found: {uri}"),
            Kind::Asked(_) => f.write_str("the client is asked"),
            Kind::Lacking { why, .. } => f.write_str(why),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Shown { message, source } => {
                f.debug_struct("Shown").field("message", message).field("source", source).finish()
            }
            Kind::Hidden { cause, .. } => f.debug_struct("Hidden").field("cause", cause).finish(),
            Kind::Protocol { code, message, data } => f
                .debug_struct("Protocol")
                .field("code", code)
                .field("message", message)
                .field("data", data)
                .finish(),
            Kind::NotFound { uri } => f.debug_struct("NotFound").field("uri", uri).finish(),
            Kind::Asked(round) => f.debug_tuple("Asked").field(round).finish(),
            Kind::Lacking { why, required } => {
                f.debug_struct("Lacking").field("why", why).field("required", required).finish()
            }
        }
    }
}
