//! What a handler returned, told apart by type and never by spelling.
//!
//! Generated code asks in two stages. First a `Result` is split into what it carries, anything else
//! is carried whole:
//!
//! ```text
//! Returns::<R>::new().split()        →  Leaf<T, E>
//! Returns::<R>::new().apart(value)   →  Result<T, E>
//! ```
//!
//! Then the leaf says what `T` is, for a tool, a resource or a prompt: a type that is content by
//! itself, else data that serialises. Both stages use that method calls prefer an inherent method
//! to a trait's, and fewer dereferences to more, so aliases of any type work.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use crate::error::Error;

/// The declared return type `R` of a handler.
pub struct Returns<R>(PhantomData<fn() -> R>);

/// What the return type carries: `T`, or an error `E` in its place.
pub struct Leaf<T, E>(pub(crate) PhantomData<fn() -> (T, E)>);

impl<R> Returns<R> {
    /// The starting point of the two stages.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, E> Returns<Result<T, E>> {
    /// The first stage, for the type.
    pub const fn split(self) -> Leaf<T, E> {
        Leaf(PhantomData)
    }

    /// The first stage, for the value.
    ///
    /// # Errors
    /// The handler's own.
    pub fn apart(self, returned: Result<T, E>) -> Result<T, E> {
        returned
    }
}

/// The first stage for everything that is no `Result`.
pub trait Whole<R>: Sized {
    /// The type carries itself and never fails.
    fn split(self) -> Leaf<R, Infallible> {
        Leaf(PhantomData)
    }

    /// The value carries itself.
    ///
    /// # Errors
    /// Never.
    fn apart(self, returned: R) -> Result<R, Infallible> {
        Ok(returned)
    }
}

impl<R> Whole<R> for Returns<R> {}

impl<R> Clone for Returns<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R> Copy for Returns<R> {}

impl<R> Default for Returns<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> fmt::Debug for Returns<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returns")
    }
}

impl<T, E> Clone for Leaf<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, E> Copy for Leaf<T, E> {}

impl<T, E> fmt::Debug for Leaf<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leaf")
    }
}

/// The error of a handler: anything with words.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a handler",
    label = "an error needs `Display`, and to be `Send` and `'static`",
    note = "implement `std::fmt::Display` for it, derive `thiserror::Error`, or return `mcp_runtime::Error`, which takes `?` from any standard error; a `Box<dyn Error>` needs `+ Send + Sync`"
)]
pub trait Failure: Display + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<E: Display + Send + 'static> Failure for E {}

/// Any handler's error as ours: an [`Error`] stays what it is, another one keeps its words.
pub(crate) fn error<E: Failure>(error: E) -> Error {
    let mut error = Some(error);
    let any: &mut dyn Any = &mut error;
    match any.downcast_mut::<Option<Error>>().and_then(Option::take) {
        Some(ours) => ours,
        None => Error::shown(error.map(|error| error.to_string()).unwrap_or_default()),
    }
}
