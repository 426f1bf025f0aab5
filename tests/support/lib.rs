//! What the tests of this workspace share: a peer that talks to a server over an in-memory pipe,
//! transcripts of what is said on the wire, the official schemas, a comparison of JSON, and what
//! the probes offer.

// In reading order; the empty lines keep rustfmt from sorting them.
pub mod transcript;

pub mod peer;

pub mod schema;

pub mod json;

pub mod probe;

/// The README's server, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
