//! Nothing of the standard library is in scope by itself.
#![no_implicit_prelude]

// The derive of schemars calls `into` and `from` as methods; nothing of ours does.
use ::core::convert::{From, Into};
use ::core::option::Option;
use ::core::option::Option::None;
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
fn plain(store: &Store) -> u32 {
    let _ = store;
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

#[test]
fn listed() {
    let handlers: ::mcp_runtime::Handlers<Store> =
        ::mcp_runtime::handlers![everything, plain, note, write];
    let _ = (Tone::VeryWarm, Tone::Cold { degrees: 1 });
    ::core::assert_eq!(super::names(&handlers)[..2], ["everything", "plain"]);
}
