//! JSON as tests look at it: read strictly, compared with a [`Pattern`].

// In reading order; the empty lines keep rustfmt from sorting them.
mod unique;

mod pattern;

pub use self::pattern::{ELLIPSIS, Mismatch, Pattern, PatternError};
pub use self::unique::parse;
