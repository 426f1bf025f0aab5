//! Inside functions, behind `macro_rules`, and beside attributes of other crates and of the
//! compiler.

use mcp_runtime::{
    Context, Handlers, Message, completion, data, handlers, methods, prompt, resource, tool,
};

#[test]
fn in_the_body_of_a_function() {
    struct Store {
        greeting: String,
    }

    #[data]
    #[derive(Default, Clone, Copy)]
    enum Tone {
        #[default]
        Warm,
        VeryCold,
    }

    const TIMES: u8 = 3;

    /// Greets.
    #[tool(read_only)]
    async fn greet(
        store: &Store,
        name: String,
        #[arg(default)] tone: Tone,
        #[arg(default = TIMES)] times: u8,
    ) -> String {
        format!("{} {name} {} {times}", store.greeting, tone as u8)
    }

    #[resource("places://{id}")]
    async fn place(store: &Store, id: u32) -> String {
        format!("{} {id}", store.greeting)
    }

    #[prompt]
    async fn write() -> Vec<Message> {
        Vec::new()
    }

    let handlers: Handlers<Store> = handlers![greet, place, write];
    assert_eq!(super::names(&handlers), ["greet", "write"]);
    let _ = (Store { greeting: String::new() }.greeting, Tone::VeryCold);
}

/// Everything a macro can be given.
macro_rules! declare {
    (
        $name:ident,
        $title:literal,
        $uri:literal,
        $state:ty,
        $argument:ty,
        $default:expr,
        $output:ty,
        $more:path
    ) => {
        #[tool(title = $title, crate = $more)]
        async fn $name(
            state: $state,
            text: $argument,
            #[arg(default = $default)] more: $argument,
        ) -> $output {
            let _ = (state, more);
            text.into()
        }

        mod resources {
            use super::Store;

            #[mcp_runtime::resource($uri)]
            pub(super) async fn family(state: $state, id: u32) -> $output {
                let _ = (state, id);
                <$argument>::new()
            }
        }

        fn listed() -> Handlers<Store> {
            handlers![$name, resources::family]
        }
    };
}

struct Store;

declare!(
    by_macro,
    "By a macro",
    "places://{id}",
    &Store,
    String,
    "more".to_owned(),
    String,
    mcp_runtime
);

macro_rules! list {
    ($($handler:path),*) => { handlers![$($handler),*] };
}

#[test]
fn behind_a_macro() {
    assert_eq!(super::names(&listed()), ["by_macro"]);
    let handlers: Handlers<Store> = list![by_macro, self::resources::family];
    assert_eq!(super::names(&handlers), ["by_macro"]);
}

/// Deprecated, cold, inlined, and to be used.
#[must_use]
#[tool]
#[deprecated = "there is a better one"]
#[cold]
#[inline(never)]
fn attributed(
    #[expect(unused_variables, reason = "an attribute of the author's")] text: String,
) -> u8 {
    1
}

/// Both orders.
#[expect(unused_variables, reason = "attributes above and below are the author's")]
#[tool]
#[expect(clippy::unused_async, reason = "attributes above and below are the author's")]
async fn between(ctx: &Context, text: String) {}

#[test]
fn with_other_attributes() {
    let handlers: Handlers<()> = handlers![attributed, between];
    assert_eq!(super::names(&handlers), ["attributed", "between"]);
    #[expect(deprecated, reason = "the attribute stays on the function")]
    let one = attributed(String::new());
    assert_eq!(one, 1);
}

/// A block behind a macro.
macro_rules! declare_methods {
    ($ty:ty, $word:expr, $completion:path) => {
        #[methods]
        impl $ty {
            #[tool]
            async fn method(&self, #[arg(default = $word)] text: String) -> String {
                text
            }

            #[prompt]
            async fn written(&self, #[arg(complete = $completion)] text: String) -> String {
                text
            }
        }
    };
}

#[completion]
fn words(typed: String) -> Vec<String> {
    vec![typed]
}

struct Notes;

declare_methods!(Notes, "x", words);

#[test]
fn blocks() {
    struct Local;

    #[methods]
    impl Local {
        #[tool]
        async fn inside(local: &Self, r#type: String) -> String {
            let _ = local;
            r#type
        }

        #[tool]
        #[expect(clippy::unused_self, reason = "it is the method that is tried")]
        fn r#move(&self) {}
    }

    let listed: Handlers<Local> = Local::handlers();
    assert_eq!(super::names(&listed), ["inside", "move"]);
    let listed: Handlers<Notes> = Notes::handlers();
    assert_eq!(super::names(&listed), ["method", "written"]);
}

#[test]
fn functions_can_be_called() {
    #[tool]
    fn double(#[arg(default = 2)] number: i64) -> i64 {
        number * 2
    }
    let _: Handlers<()> = handlers![double];
    assert_eq!(double(4), 8);
}
