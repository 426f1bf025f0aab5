//! The author's own `Result`, `Option`, `Ok`, `Some`, `String`, `Box`, `core` and `std`.
#![expect(dead_code, unused_macros, reason = "most names are only there to be in the way")]
#![allow(non_snake_case, non_camel_case_types, reason = "names of variants and primitives")]

use mcp_runtime::{Context, completion, data, form, handlers, methods, prompt, resource, tool};

type Text = ::std::string::String;
type Maybe<T> = ::core::option::Option<T>;
type Fallible<T> = ::core::result::Result<T, Text>;

struct Result;
struct Option;
struct String;
struct Box;
struct Vec;
struct Default;
struct From;
struct Send;
struct Sync;
struct Some;
struct None;
struct Ok;
struct Err;
struct Provide;
struct Declare;
struct Returns;
struct Whole;
struct ToolDeclaration;
struct __S;
struct S;
struct T;

mod core {}
mod std {}
mod serde {}
mod schemars {}
mod mcp_runtime_private {}

macro_rules! concat {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! line {
    () => {};
}

const RETURNS: u8 = 0;

fn call() {}
fn inputs() {}
fn arguments() {}
fn generator() {}
fn declare() {}
fn collect() {}
fn blocking() {}

struct Store;

// Without defaults, for which the derive of schemars names `Some`.
#[form]
struct Contact {
    #[arg(length = 1..=20)]
    name: Text,
    #[arg(range = 1..=5)]
    number: u8,
    choice: Choice,
}

#[form]
enum Choice {
    /// The first.
    First,
    Second,
}

#[data]
#[derive(Default)]
enum Tone {
    #[default]
    VeryWarm,
}

#[tool(title = "All", idempotent)]
async fn everything(
    store: &Store,
    ctx: &Context,
    text: Text,
    more: Maybe<Text>,
    #[arg(default)] tone: Tone,
    #[arg(default = "x")] word: Text,
) -> Fallible<Text> {
    let _ = (store, ctx, more, tone, word);
    ::core::result::Result::Ok(text)
}

#[tool]
fn plain(number: i32) -> i32 {
    number
}

#[resource("notes://{id}")]
async fn note(id: u32) -> Fallible<Tone> {
    let _ = id;
    ::core::result::Result::Err(Text::new())
}

#[prompt]
async fn write(about: Text) -> Text {
    about
}

#[completion]
async fn words(store: &Store, typed: Text) -> ::std::vec::Vec<Text> {
    let _ = store;
    ::std::vec![typed]
}

#[prompt]
async fn noted(#[arg(complete = words, length = 1.., example = "x")] about: Text) -> Text {
    about
}

#[methods]
impl Store {
    #[tool]
    async fn method(&self, #[arg(default = "x", length = ..9)] text: Text) -> Fallible<Text> {
        ::core::result::Result::Ok(text)
    }
}

#[test]
fn listed() {
    let handlers: ::mcp_runtime::Handlers<Store> = handlers![everything, plain, note, write, noted];
    let methods: ::mcp_runtime::Handlers<Store> = Store::handlers();
    ::core::assert_eq!(super::names(&methods), ["method"]);
    ::core::assert_eq!(super::names(&handlers)[..2], ["everything", "plain"]);
}
