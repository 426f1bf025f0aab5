//! What a handler returned, told apart by type and never by spelling.
//!
//! Generated code asks in two stages. First a `Result` is split into what it carries, anything else
//! is carried whole:
//!
//! ```text
//! Returns::<K, R>::new().split()        →  Leaf<K, T, E>
//! Returns::<K, R>::new().apart(value)   →  Result<T, E>
//! ```
//!
//! Then the leaf says what `T` is to a handler of kind `K`: a type that is content by itself, else
//! data. Both stages use that method calls prefer an inherent method to a trait's, and fewer
//! dereferences to more, so aliases of any type work.
//!
//! What is content and what is data is said by the kind, which implements [`Takes`] for the types
//! it takes. What is neither is refused by a trait of the kind, with words of its own.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use serde_json::Value;

use crate::error::{Error, Source};
use crate::output::Outcome;
use crate::schema::Generator;

/// The declared return type `R` of a handler of kind `K`.
pub struct Returns<K, R>(PhantomData<fn(K) -> R>);

/// What the return type carries: `T`, or an error `E` in its place.
pub struct Leaf<K, T, E>(PhantomData<fn(K) -> Result<T, E>>);

/// What is published of a return type.
#[derive(Debug, Default)]
pub struct Described {
    /// The schema of the structured content, if there is one.
    pub(crate) schema: Option<Value>,
    /// The MIME type that goes with the type.
    pub(crate) mime: Option<&'static str>,
}

/// What a returned value is, as two functions, so that every bound is asked for in one place, the
/// `fit` method of a leaf.
pub struct Returned<T, E> {
    describe: fn(&mut Generator) -> Described,
    output: fn(T) -> Outcome,
    error: fn(E) -> Error,
}

/// A kind of handler that takes values of type `T`, in the way `How`: as [`Content`] or as
/// [`Data`].
pub trait Takes<T, How> {
    /// What is published of the type.
    fn describe(_: &mut Generator) -> Described {
        Described::default()
    }

    /// The output.
    ///
    /// # Errors
    /// What makes the value no output.
    fn output(value: T) -> Outcome;
}

/// A value is an output by itself.
#[derive(Debug)]
pub enum Content {}

/// A value is data, which is written as something else.
#[derive(Debug)]
pub enum Data {}

impl<T, E> Returned<T, E> {
    /// What is published of the type.
    pub fn describe(self, generator: &mut Generator) -> Described {
        (self.describe)(generator)
    }

    /// The value, or the error in its place, as the outcome.
    ///
    /// # Errors
    /// The handler's own.
    pub fn finish(self, returned: Result<T, E>) -> Outcome {
        match returned {
            Ok(value) => (self.output)(value),
            Err(failure) => Err((self.error)(failure)),
        }
    }

    /// The same for an error that has causes, which are logged.
    fn with_causes(self, error: fn(E) -> Error) -> Self {
        Self { error, ..self }
    }

    /// A type that cannot be returned: the compiler has said so.
    pub(crate) fn unfit() -> Self {
        Self {
            describe: |_| Described::default(),
            output: |_| Err(Error::shown("")),
            error: |_| Error::shown(""),
        }
    }
}

/// Says what a value is: content is found first, data second.
pub trait Fit<T, E> {
    /// What the value is.
    fn fit(self) -> Returned<T, E>
    where
        E: Failure;
}

impl<K: Takes<T, Content>, T, E> Fit<T, E> for &&Leaf<K, T, E> {
    fn fit(self) -> Returned<T, E>
    where
        E: Failure,
    {
        Returned { describe: K::describe, output: K::output, error }
    }
}

impl<K: Takes<T, Data>, T, E> Fit<T, E> for &Leaf<K, T, E> {
    fn fit(self) -> Returned<T, E>
    where
        E: Failure,
    {
        Returned { describe: K::describe, output: K::output, error }
    }
}

/// Keeps the causes of an error where it has any: found before [`Plain`].
pub trait Causes<T, E> {
    /// The same, with the causes of its error.
    fn causes(self) -> Returned<T, E>;
}

impl<T, E: Failure + Into<Source>> Causes<T, E> for &Returned<T, E> {
    fn causes(self) -> Returned<T, E> {
        self.with_causes(|failure| match ours(failure) {
            Ok(error) => error,
            Err(failure) => {
                let words = failure.to_string();
                Error::caused(words, failure.into())
            }
        })
    }
}

/// An error that is words and nothing more.
pub trait Plain<T, E> {
    /// The same.
    fn causes(self) -> Returned<T, E>;
}

impl<T, E> Plain<T, E> for Returned<T, E> {
    fn causes(self) -> Self {
        self
    }
}

impl<K, R> Returns<K, R> {
    /// The starting point of the two stages.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K, T, E> Returns<K, Result<T, E>> {
    /// The first stage, for the type.
    pub const fn split(self) -> Leaf<K, T, E> {
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
pub trait Whole<K, R>: Sized {
    /// The type carries itself and never fails.
    fn split(self) -> Leaf<K, R, Infallible> {
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

impl<K, R> Whole<K, R> for Returns<K, R> {}

impl<K, R> Clone for Returns<K, R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, R> Copy for Returns<K, R> {}

impl<K, R> Default for Returns<K, R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, R> fmt::Debug for Returns<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returns")
    }
}

impl<K, T, E> Clone for Leaf<K, T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, T, E> Copy for Leaf<K, T, E> {}

impl<K, T, E> fmt::Debug for Leaf<K, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leaf")
    }
}

impl<T, E> Clone for Returned<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, E> Copy for Returned<T, E> {}

impl<T, E> fmt::Debug for Returned<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returned")
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
    ours(error).unwrap_or_else(|error| Error::shown(error.to_string()))
}

/// An error that is ours already.
fn ours<E: Failure>(error: E) -> Result<Error, E> {
    let mut error = Some(error);
    let any: &mut dyn Any = &mut error;
    match any.downcast_mut::<Option<Error>>().and_then(Option::take) {
        Some(ours) => Ok(ours),
        None => Err(error.expect("what was not ours was not taken")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::result::OfTool;

    #[derive(Debug)]
    struct Outer(std::io::Error);

    impl Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the list cannot be read")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    struct Words;

    impl Display for Words {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("words and nothing more")
        }
    }

    /// What a function that fails so comes to, as generated code asks for it.
    macro_rules! failed {
        ($error:ty, $failure:expr) => {{
            let leaf = Returns::<OfTool, Result<String, $error>>::new().split();
            (&(&&leaf).fit()).causes().finish(Err($failure)).unwrap_err()
        }};
    }

    #[test]
    fn an_error_keeps_its_causes_whatever_its_type_is() {
        let outer = || Outer(std::io::Error::other("the disk is gone"));
        let chain = "the list cannot be read; caused by: the disk is gone";
        assert_eq!(failed!(Outer, outer()).chain(), chain);
        assert_eq!(failed!(Source, outer().into()).chain(), chain);
        assert_eq!(failed!(Error, Error::hidden(outer())).chain(), chain);
        assert_eq!(failed!(Error, Error::hidden(outer())).to_string(), "internal error");
        assert_eq!(failed!(Error, outer().into()).chain(), chain);
        assert_eq!(failed!(&'static str, "no").chain(), "no");
        assert_eq!(failed!(Words, Words).to_string(), "words and nothing more");
    }
}
