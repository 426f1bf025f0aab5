#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    let_underscore_drop,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    unused_lifetimes,
    non_ascii_idents,
    absolute_paths_not_starting_with_crate,
    private_bounds,
    private_interfaces
)]
#![forbid(unsafe_code)]
//! A server under the strictest lints.

use mcp_runtime::prelude::*;

/// A note.
#[data]
#[derive(Debug)]
pub struct Note {
    /// Its text.
    pub text: String,
}

/// A kind of note.
#[data]
#[derive(Debug, Clone, Copy, Default)]
pub enum Kind {
    /// Short.
    #[default]
    Short,
    /// Long.
    VeryLong,
}

/// Adds a note.
#[tool(additive)]
pub async fn add(ctx: &Context, text: String, #[arg(default)] kind: Kind) -> Result<Note, Error> {
    let _ = (ctx, kind);
    Ok(Note { text })
}

/// Pings.
#[tool]
pub fn ping() {}

/// All notes.
#[resource("notes://all")]
pub async fn notes() -> Vec<Note> {
    Vec::new()
}

/// One note.
#[resource("notes://{id}{?kind}")]
pub async fn note(id: u32, kind: Option<Kind>) -> String {
    format!("{id} {kind:?}")
}

/// Writes a note.
#[prompt]
pub async fn write(about: String) -> String {
    about
}

/// All of it.
pub fn handlers() -> Handlers<()> {
    handlers![add, ping, notes, note, write]
}

fn main() {
    drop(handlers());
}
