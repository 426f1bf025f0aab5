//! The error a handler may return: words for the reader, or a protocol error by name.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use serde_json::{Value, json};

use crate::ask::Round;

/// What went wrong in a handler.
///
/// `?` turns everything into one that it turns into a `Box<dyn Error + Send + Sync>`: any standard
/// error, `anyhow::Error`, such a box itself, and a text. The message is the error's own. In a tool
/// it is shown to the model as a tool error (`isError: true`); in a resource or a prompt it becomes
/// a JSON-RPC error. [`Error::protocol`] and [`Error::not_found`] are JSON-RPC errors everywhere,
/// [`Error::hidden`] shows nothing of its cause.
///
/// `Error` does not implement [`std::error::Error`], because the conversion from every error would
/// then include its own; [`into_boxed`](Self::into_boxed) makes it one.
///
/// Spec: 2026-07-28, server/tools, Error Handling.
///
/// # Example
/// ```
/// use mcp_runtime::Error;
///
/// fn parse(text: &str) -> Result<u32, Error> {
///     if text.is_empty() {
///         Err("expected a number")?;
///     }
///     Ok(text.trim().parse::<u32>()?)
/// }
/// assert_eq!(parse("").unwrap_err().to_string(), "expected a number");
/// assert_eq!(parse("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
pub struct Error(Box<Kind>);

pub(crate) enum Kind {
    /// Words the model may read.
    Shown { message: Cow<'static, str>, source: Option<Source> },
    /// The words stay in the log.
    Hidden { cause: String, source: Option<Source> },
    /// The handler panicked, or its call ended without a result; why.
    Panicked(Cow<'static, str>),
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

/// All that a client reads of an error that is hidden from it.
const INTERNAL: &str = "internal error";

/// An error as it was, for the causes behind it; its own words are the message.
pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// The error of a function that starts a server: [`Error`], or anything that `?` turns into one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a function that starts a server",
    label = "expected an error",
    note = "implement `std::error::Error` for it, or return a `String`, `anyhow::Error`, `mcp_runtime::Error` or `Box<dyn Error + Send + Sync>`"
)]
pub trait IntoBoxedError {
    /// The error in a box, with its causes.
    #[doc(hidden)]
    fn into_boxed(self) -> Box<dyn StdError + Send + Sync>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn StdError + Send + Sync>>> IntoBoxedError for E {
    fn into_boxed(self) -> Box<dyn StdError + Send + Sync> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoBoxedError for Error {
    fn into_boxed(self) -> Box<dyn StdError + Send + Sync> {
        // Whoever starts the server reads it, and no client does.
        match *self.0 {
            Kind::Hidden { source: Some(source), .. } => source,
            _ => Self::into_boxed(self),
        }
    }
}

/// A hidden error as a standard one.
#[derive(Debug)]
struct Internal(Source);

impl fmt::Display for Internal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(INTERNAL)
    }
}

impl StdError for Internal {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

impl Error {
    /// An error whose words are shown.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self::shown(message)
    }

    /// An error that goes to the log only, with all its causes; the client reads "internal error".
    ///
    /// It takes whatever `?` turns into a `Box<dyn Error + Send + Sync>`: any standard error,
    /// `anyhow::Error`, a text.
    pub fn hidden(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
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

    /// The error as a standard one, for functions that return another type of error.
    ///
    /// A [hidden](Self::hidden) error has the message "internal error", and what was hidden is its
    /// source: whatever type it passes through, a client does not read it, and the log does. A
    /// protocol error keeps only its message.
    ///
    /// # Example
    /// ```
    /// fn first_line(text: &str) -> mcp_runtime::Result<&str> {
    ///     Ok(text.lines().next().ok_or("no line")?)
    /// }
    ///
    /// fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    ///     println!("{}", first_line("one\ntwo").map_err(mcp_runtime::Error::into_boxed)?);
    ///     Ok(())
    /// }
    /// ```
    pub fn into_boxed(self) -> Box<dyn StdError + Send + Sync> {
        match *self.0 {
            Kind::Shown { source: Some(source), .. } => source,
            Kind::Hidden { source: Some(source), .. } => Box::new(Internal(source)),
            _ => self.to_string().into(),
        }
    }

    /// The call ends with questions.
    pub(crate) fn asked(round: Round) -> Self {
        Self(Box::new(Kind::Asked(round)))
    }

    /// The client lacks a capability.
    pub(crate) fn lacking(why: String, required: Value) -> Self {
        Self(Box::new(Kind::Lacking { why, required }))
    }

    /// The handler panicked; what it said.
    pub(crate) fn panicked(why: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Kind::Panicked(why.into())))
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
            Kind::Panicked(why) => why.clone().into_owned(),
            _ => self.to_string(),
        }
    }

    /// Whether the client is not told what went wrong.
    pub(crate) fn is_internal(&self) -> bool {
        matches!(&*self.0, Kind::Hidden { .. } | Kind::Panicked(_))
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
            Kind::Panicked(why) => why.len(),
            Kind::NotFound { uri } => uri.len(),
            Kind::Asked(round) => round.size(),
            Kind::Lacking { why, .. } => why.len(),
        }
    }
}

/// An error and all that caused it, in one line for the log.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
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

// Not `E: std::error::Error`: `anyhow::Error` and a box of an error are none.
impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for Error {
    fn from(error: E) -> Self {
        let source = error.into();
        Self::caused(source.to_string(), source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Shown { message, .. } | Kind::Protocol { message, .. } => f.write_str(message),
            Kind::Hidden { .. } | Kind::Panicked(_) => f.write_str(INTERNAL),
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
            Kind::Panicked(why) => f.debug_tuple("Panicked").field(why).finish(),
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

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    /// An error with a cause, as several libraries make them.
    fn unreadable() -> anyhow::Error {
        std::fs::read("/no/such/file").context("the list cannot be read").unwrap_err()
    }

    #[test]
    fn errors_that_are_not_standard_ones_are_taken_with_their_causes() {
        let anyhow = || -> Result<(), Error> { Err(unreadable())? };
        let boxed = || -> Result<(), Error> { Err(Source::from(unreadable()))? };
        for error in [anyhow().unwrap_err(), boxed().unwrap_err(), Error::hidden(unreadable())] {
            let chain = error.chain();
            assert!(
                chain.starts_with("the list cannot be read; caused by: No such file"),
                "{chain}"
            );
        }
        assert_eq!(anyhow().unwrap_err().to_string(), "the list cannot be read");
        let text = || -> Result<(), Error> { Err("no list")? };
        assert_eq!(text().unwrap_err().to_string(), "no list");
    }

    #[test]
    fn a_box_of_an_error_hides_what_was_hidden_and_has_it_as_its_source() {
        let hidden = Error::hidden(unreadable()).into_boxed();
        assert_eq!(hidden.to_string(), "internal error");
        assert_eq!(hidden.source().unwrap().to_string(), "the list cannot be read");
        // Through the error type of somebody else, and back.
        let error = Error::from(anyhow::Error::from_boxed(hidden));
        assert_eq!(error.to_string(), "internal error");
        let chain = error.chain();
        assert!(chain.contains("caused by: the list cannot be read; caused by: No"), "{chain}");
        let started = IntoBoxedError::into_boxed(Error::hidden(unreadable()));
        assert_eq!(started.to_string(), "the list cannot be read");
        assert_eq!(Error::not_found("a:b").into_boxed().to_string(), "resource not found: a:b");
    }
}
