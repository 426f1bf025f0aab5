//! The runtime under another name, which the author's own macros may hide.

/// As a facade crate would hand it on.
mod facade {
    pub(crate) use mcp_runtime as inner;
}

use facade::inner::{self as runtime, Context, Handlers, data, handlers, prompt, resource, tool};

struct Store;

#[data(crate = runtime)]
#[derive(Default)]
enum Tone {
    #[default]
    Warm,
}

#[tool(read_only, crate = runtime)]
async fn relative(store: &Store, ctx: &Context, #[arg(default)] tone: Tone) {
    let _ = (store, ctx, tone);
}

#[tool(crate = crate::renamed::facade::inner)]
fn absolute(store: &Store, #[cfg(test)] text: String) -> String {
    let _ = store;
    text
}

#[resource("renamed://{id}", crate = runtime)]
async fn family(id: u32) -> Tone {
    let _ = id;
    Tone::Warm
}

#[prompt(crate = runtime)]
async fn write(about: String) -> String {
    about
}

#[test]
fn listed() {
    let handlers: Handlers<Store> = handlers![crate = runtime; relative, absolute, family, write];
    assert_eq!(super::names(&handlers), ["relative", "absolute", "write"]);
}
