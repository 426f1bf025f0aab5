//! The slot of one parameter: reads its value, and drops it if the call is refused.

use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Argument;
use super::scalar::{Missing, Plain, Text, Whole};
use crate::jsonrpc::unescape;

/// One parameter while arguments are read.
///
/// What depends on the type are functions, for a bound on [`ReadSlot`] would be one more place
/// where a type that cannot be an argument is refused, and one mistake is to be one error.
#[derive(Debug)]
pub struct Slot<T> {
    pub(super) name: &'static str,
    pub(super) default: Option<fn() -> T>,
    pub(super) decode: fn(Source<'_>) -> Result<T, serde_json::Error>,
    pub(super) absent: fn() -> Option<T>,
    pub(super) value: Option<T>,
}

impl<T> Slot<T> {
    /// The value, after [`Arguments::read`](super::Arguments::read) succeeded.
    ///
    /// # Panics
    /// If nothing was read: `read` fills every slot or fails.
    pub fn take(mut self) -> T {
        self.value.take().expect("`Arguments::read` has filled every slot")
    }

    /// Drops the value that was read, if there is one.
    fn clear(&mut self) {
        let Some(value) = self.value.take() else { return };
        if needs_drop::<T>() {
            drop_alone(value);
        }
    }
}

/// What a call does not take is dropped here, because other arguments did not fit.
impl<T> Drop for Slot<T> {
    #[inline]
    fn drop(&mut self) {
        if self.value.is_some() {
            self.clear();
        }
    }
}

/// Drops a value whose `Drop` may panic. Slots are dropped one after the other: a second panic
/// while the first one unwinds would abort the process.
#[cold]
fn drop_alone<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        // The panic hook has reported it. The payload is a value of the author's too, and its
        // `Drop` may panic as well.
        if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(another);
        }
    }
}

/// A slot whatever its type: what [`Arguments::read`](super::Arguments::read) works with.
pub trait ReadSlot {
    /// The argument's name on the wire.
    fn name(&self) -> &'static str;
    /// Whether a value is there.
    fn is_filled(&self) -> bool;
    /// Reads a value.
    ///
    /// # Errors
    /// If the value does not fit the type; the slot stays as it was.
    fn read(&mut self, source: Source<'_>) -> Result<(), serde_json::Error>;
    /// Fills the slot with the value it has when nothing was sent; false if there is none.
    fn fill(&mut self) -> bool;
}

/// Where one argument's value comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// JSON, as received.
    Json(&'a str),
    /// What a JSON string without escapes reads, as received.
    Plain(&'a str),
    /// A text, for prompts and templates: their arguments are always strings.
    Text(&'a str),
}

/// Reads one value as its type.
pub(super) fn decode<T: Argument>(source: Source<'_>) -> Result<T, serde_json::Error> {
    match source {
        Source::Json(json) if json.starts_with('"') => match unescape(json) {
            Some(text) => T::deserialize(Plain(text.into())),
            None => serde_json::from_str(json),
        },
        Source::Json(json) => match Whole::of(json) {
            Some(number) => T::deserialize(number).or_else(|_| serde_json::from_str(json)),
            None => serde_json::from_str(json),
        },
        Source::Plain(text) => T::deserialize(Plain(text.into())),
        Source::Text(text) => T::deserialize(Text(text)),
    }
}

/// The value of a type for "absent", as `Option` has one.
pub(super) fn absent<T: Argument>() -> Option<T> {
    T::deserialize(Missing).ok()
}

impl<T> ReadSlot for Slot<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn is_filled(&self) -> bool {
        self.value.is_some()
    }

    fn read(&mut self, source: Source<'_>) -> Result<(), serde_json::Error> {
        let value = (self.decode)(source)?;
        self.clear();
        self.value = Some(value);
        Ok(())
    }

    fn fill(&mut self) -> bool {
        let value = match self.default {
            Some(default) => Some(default()),
            None => (self.absent)(),
        };
        self.clear();
        self.value = value;
        self.value.is_some()
    }
}
