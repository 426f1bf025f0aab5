//! The runtime under another name, which the author's own macros may hide.

/// As a facade crate would hand it on.
mod facade {
    pub(crate) use mcp_runtime as inner;
}

use facade::inner::{
    self, self as runtime, Context, Handlers, completion, data, form, handlers, methods, prompt,
    resource, tool,
};

struct Store;

#[data(crate = runtime)]
#[derive(Default)]
enum Tone {
    #[default]
    Warm,
}

#[form(crate = runtime)]
struct Contact {
    #[arg(length = 1..=20, default = "x")]
    name: String,
    tone: Choice,
}

#[form(crate = runtime)]
enum Choice {
    Warm,
}

#[tool(read_only, crate = runtime)]
async fn relative(store: &Store, ctx: &Context, #[arg(default)] tone: Tone, form: Contact) {
    let _ = (store, ctx, tone, form.name, form.tone);
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

#[completion(crate = runtime)]
fn words(typed: String) -> Vec<String> {
    vec![typed]
}

#[derive(inner::State)]
#[state(crate = runtime)]
struct App {
    store: Store,
}

#[methods(crate = runtime)]
impl Store {
    #[facade::inner::tool]
    async fn method(&self, #[cfg(test)] text: String) -> String {
        text
    }

    #[prompt]
    fn written(#[arg(complete = Store::letters)] about: String) -> String {
        about
    }

    #[completion(crate = crate::renamed::facade::inner)]
    fn letters(typed: String) -> Vec<String> {
        vec![typed]
    }
}

#[prompt(crate = runtime)]
async fn write(#[arg(complete = words)] about: String) -> String {
    about
}

#[test]
fn listed() {
    let handlers: Handlers<Store> = handlers![crate = runtime; relative, absolute, family, write];
    assert_eq!(super::names(&handlers), ["relative", "absolute", "write"]);
    let methods: Handlers<App> = Store::handlers();
    let _ = App { store: Store }.store;
    assert_eq!(super::names(&methods), ["method", "written"]);
}
