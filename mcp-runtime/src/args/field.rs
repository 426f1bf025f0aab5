//! The keys of `#[arg(…)]` on a field of a form.

use std::fmt;
use std::marker::PhantomData;

use schemars::Schema;
use schemars::transform::Transform;
use serde_json::Value;

use super::property::{Measured, RangeOf, Ranged, Textual, length_keywords, range_keywords};

/// Adds what the keys of one field say to the field's schema; `T` is the field's type.
pub struct FieldKeys<T> {
    keywords: Vec<(&'static str, Value)>,
    field: PhantomData<fn() -> T>,
}

#[expect(clippy::return_self_not_must_use, reason = "each function adds one key")]
impl<T> FieldKeys<T> {
    /// No keys.
    #[expect(clippy::new_without_default, reason = "expanded code is the only caller")]
    pub fn new() -> Self {
        Self { keywords: Vec::new(), field: PhantomData }
    }

    /// The numbers that are accepted.
    pub fn range(mut self, range: impl RangeOf<T::End>) -> Self
    where
        T: Ranged,
    {
        self.keywords.extend(range_keywords::<T>(&range));
        self
    }

    /// How many characters, or entries, are accepted.
    pub fn length(mut self, range: impl RangeOf<usize>) -> Self
    where
        T: Measured,
    {
        self.keywords.extend(length_keywords::<T>(&range));
        self
    }

    /// The format of a string.
    pub fn format(mut self, format: &'static str) -> Self
    where
        T: Textual,
    {
        self.keywords.push(("format", format.into()));
        self
    }
}

impl<T> Transform for FieldKeys<T> {
    fn transform(&mut self, schema: &mut Schema) {
        for (keyword, value) in &self.keywords {
            schema.insert((*keyword).to_owned(), value.clone());
        }
    }
}

impl<T> fmt::Debug for FieldKeys<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldKeys").field(&self.keywords).finish()
    }
}
