//! The strictest lints: expansions are silent, and so are signatures that our rules ask for.
#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::absolute_paths,
    clippy::min_ident_chars,
    clippy::single_char_lifetime_names,
    clippy::default_numeric_fallback,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::implicit_return,
    clippy::missing_docs_in_private_items,
    clippy::question_mark_used,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::pattern_type_mismatch,
    clippy::single_call_fn,
    clippy::let_underscore_untyped,
    clippy::wildcard_imports,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    single_use_lifetimes,
    let_underscore_drop,
    trivial_casts,
    variant_size_differences
)]
#![expect(
    clippy::implicit_return,
    clippy::single_call_fn,
    reason = "the module's own functions break them"
)]

use std::collections::BTreeMap;

use mcp_runtime::{
    Context, Form, Handlers, Message, State, completion, data, form, handlers, methods, prompt,
    resource, tool,
};

/// The state.
#[derive(Debug, Clone, Copy)]
struct Store;

/// A kind.
#[data]
#[derive(Debug, Clone, Copy, Default)]
enum Kind {
    /// Short.
    #[default]
    Short,
    /// Long.
    VeryLong,
}

/// A note.
#[data]
#[derive(Debug)]
struct Note {
    /// Its text.
    text: String,
}

/// A form.
#[form]
#[derive(Debug)]
struct Contact {
    /// A name.
    #[arg(title = "Name", length = 1..=20, default = "x")]
    name: String,
    /// A number.
    #[arg(range = 1..=5, default = 5_u8)]
    number: u8,
    /// A choice.
    choice: Option<Choice>,
}

/// A choice in it.
#[form]
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// The first.
    First,
    /// The second.
    Second,
}

/// Takes by value what it only looks at, and more than seven parameters.
#[tool(read_only)]
async fn everything(
    store: &Store,
    ctx: &Context,
    one: String,
    two: Option<String>,
    #[arg(default)] three: Kind,
    #[arg(default = "x")] four: String,
    #[arg(default = 5_u8)] five: u8,
    six: Vec<u32>,
    seven: bool,
    eight: f64,
) -> Result<Note, String> {
    Ok(Note {
        text: format!(
            "{store:?} {ctx:?} {one} {two:?} {three:?} {four} {five} {six:?} {seven} {eight}"
        ),
    })
}

/// Takes by value what it only looks at.
#[tool]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the author's word on a lint counts more than ours"
)]
fn plain(text: String) -> usize {
    text.len()
}

/// Takes by value what it only looks at, and nobody says a word.
#[tool]
fn quiet(store: &Store, text: String) -> usize {
    text.len() + usize::from(format!("{store:?}").is_empty())
}

/// Does nothing.
#[tool]
async fn nothing() {}

/// One note.
#[resource("notes://{id}")]
async fn note(store: &Store, id: String) -> Note {
    Note { text: format!("{store:?} {id}") }
}

/// Writes.
#[prompt]
async fn write(about: String) -> Result<Vec<Message>, String> {
    Err(about)
}

/// Completes.
#[completion]
async fn words(store: &Store, typed: String) -> Vec<String> {
    vec![format!("{store:?} {typed}")]
}

/// Writes what is completed, of a length.
#[prompt]
async fn complete(
    #[arg(complete = words, length = 1..=20, example = "x")] about: String,
    #[arg(range = 1..=5)] times: u8,
) -> String {
    format!("{about} {times}")
}

#[methods(name = methods)]
impl Store {
    /// Takes by value what it only looks at.
    #[tool]
    fn method(&self, text: String, #[arg(default, range = ..9)] number: u8) -> usize {
        text.len() + format!("{self:?} {number}").len()
    }

    /// Writes what is completed.
    #[prompt]
    async fn written(#[arg(complete = Self::more)] about: String) -> String {
        about
    }

    /// Completes.
    #[completion]
    async fn more(&self, typed: String) -> Vec<String> {
        vec![format!("{self:?} {typed}")]
    }
}

/// Says much of itself, and takes what is left.
#[tool(
    icon = "https://example.com/48.png",
    tags("one", "two"),
    meta("com.example/cost" = 2_u8),
    timeout = "1m"
)]
async fn rest(#[arg(rest)] more: BTreeMap<String, u8>) -> usize {
    more.len()
}

/// A state with parts.
#[derive(Debug, State)]
struct App {
    /// Borrowed by handlers.
    store: Store,
    /// Not borrowed.
    #[state(skip)]
    other: Store,
}

/// All of them.
fn all() -> Handlers<Store> {
    handlers![everything, plain, quiet, nothing, note, write, complete, rest]
}

#[test]
fn listed() {
    let names = ["everything", "plain", "quiet", "nothing", "write", "complete", "rest"];
    assert_eq!(super::names(&all()), names);
    let methods: Handlers<App> = Store::methods();
    let app = App { store: Store, other: Store };
    assert_eq!(format!("{:?}{:?}", app.store, app.other), "StoreStore");
    assert_eq!(super::names(&methods), ["method", "written"]);
    assert_eq!(format!("{:?}", Kind::VeryLong), "VeryLong");
    let contact = Contact { name: String::new(), number: 1, choice: Some(Choice::Second) };
    assert!(format!("{:?}{:?}", contact, Contact::shape()).contains("Second"));
    assert!(contact.name.len() < contact.number.into() && contact.choice.is_some());
}
