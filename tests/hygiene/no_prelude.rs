//! Nothing of the standard library is in scope by itself.
#![no_implicit_prelude]

// The derive of schemars calls `into` and `from` as methods, and names `Some` where a field has a
// default; nothing of ours does.
use ::core::convert::{From, Into};
use ::core::option::Option;
use ::core::option::Option::{None, Some};
use ::core::result::Result;
use ::core::result::Result::Ok;
use ::std::string::String;
use ::std::vec::Vec;

struct Store;

/// A note.
#[::mcp_runtime::data]
#[derive(::core::default::Default)]
struct Note {
    text: String,
    more: Option<String>,
}

#[::mcp_runtime::form]
struct Contact {
    #[arg(length = 1..=20, default = "x")]
    name: String,
    #[arg(range = 1..=5, default = 5)]
    number: u8,
    choice: Option<Choice>,
}

#[::mcp_runtime::form]
enum Choice {
    /// The first.
    First,
    Second,
}

#[::mcp_runtime::data]
enum Tone {
    VeryWarm,
    Cold { degrees: i32 },
}

/// Everything at once.
#[::mcp_runtime::tool(title = "All", read_only)]
async fn everything(
    store: &Store,
    ctx: &::mcp_runtime::Context,
    /// The text.
    text: String,
    #[arg(default)] note: Note,
    #[arg(default = "cold")] word: String,
    #[arg(default = 3)] number: u8,
    tone: Option<Tone>,
) -> Result<::mcp_runtime::Reply<Note>, String> {
    let _ = (store, ctx, text, word, number, tone, note.more);
    Ok(::mcp_runtime::Reply::new("done", Note { text: note.text, more: None }))
}

#[::mcp_runtime::tool]
fn plain(store: &Store, contact: Contact) -> u32 {
    let _ = (store, contact.name, contact.number, contact.choice);
    1
}

#[::mcp_runtime::resource("notes://{id}{?page}")]
async fn note(id: u32, page: Option<u32>) -> Result<Note, String> {
    let _ = (id, page);
    Ok(Note { text: String::new(), more: None })
}

#[::mcp_runtime::prompt]
async fn write(about: String) -> Vec<::mcp_runtime::Message> {
    let _ = about;
    Vec::new()
}

#[::mcp_runtime::completion]
async fn words(store: &Store, typed: String, more: Option<String>) -> Result<Vec<String>, String> {
    let _ = (store, typed, more);
    Ok(Vec::new())
}

#[::mcp_runtime::prompt]
async fn noted(
    #[arg(complete = words, length = 1..=3, example = "x")] about: String,
    #[arg(range = ..9, default = 1)] times: u8,
) -> String {
    let _ = times;
    about
}

#[::mcp_runtime::tool(icon = "https://example.com", tags("a"), meta(beta = true), timeout = "9ms")]
async fn rest(#[arg(rest)] more: ::std::collections::BTreeMap<String, u8>, text: String) -> String {
    let _ = more;
    text
}

#[derive(::mcp_runtime::State)]
struct App {
    store: Store,
}

#[::mcp_runtime::methods]
impl Store {
    #[::mcp_runtime::tool]
    async fn method(&self, text: String, #[arg(default = 3)] number: u8) -> String {
        let _ = number;
        text
    }

    #[::mcp_runtime::prompt]
    async fn methodical(&self, #[arg(complete = Self::letters)] about: String) -> String {
        about
    }

    #[::mcp_runtime::completion]
    #[expect(clippy::unused_self, reason = "it is the method that is tried")]
    fn letters(&self, typed: String) -> Vec<String> {
        let _ = typed;
        Vec::new()
    }
}

#[test]
fn listed() {
    let handlers: ::mcp_runtime::Handlers<Store> =
        ::mcp_runtime::handlers![everything, plain, note, write, noted, rest];
    let methods: ::mcp_runtime::Handlers<App> = Store::handlers();
    let _ = App { store: Store }.store;
    ::core::assert_eq!(super::names(&methods), ["method", "methodical"]);
    let _ = (Tone::VeryWarm, Tone::Cold { degrees: 1 });
    ::core::assert_eq!(super::names(&handlers)[..2], ["everything", "plain"]);
}
