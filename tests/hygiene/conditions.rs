//! `#[cfg]` on functions, on parameters and in lists.

use mcp_runtime::{Context, Handlers, data, handlers, prompt, resource, tool};

struct Store;

#[tool]
async fn parameters(
    #[cfg(test)] store: &Store,
    #[cfg(any())] clock: &Clock,
    /// Documented, with a condition and a key.
    #[cfg(test)]
    #[cfg(not(any()))]
    #[arg(default = "x")]
    text: String,
    #[cfg(any())] number: Number,
    ctx: &Context,
) -> String {
    let _ = (store, ctx);
    text
}

#[cfg(test)]
#[tool]
async fn before() {}

#[tool]
#[cfg(test)]
async fn behind() {}

#[tool(unknown)]
#[cfg(any())]
async fn never(self, missing: Missing) {}

#[cfg_attr(test, tool(name = "conditional"))]
async fn conditionally() {}

#[resource("conditions://{id}")]
async fn family(id: u32, #[cfg(any())] page: u32) -> String {
    format!("{id}")
}

#[prompt]
fn write(#[cfg(test)] about: String, #[cfg(any())] more: String) -> String {
    about
}

#[data]
struct Note {
    #[cfg(test)]
    text: String,
    #[cfg(any())]
    missing: Missing,
}

#[test]
fn listed() {
    let handlers: Handlers<Store> = handlers![
        parameters,
        #[cfg(any())]
        never,
        #[cfg(test)]
        before,
        behind,
        conditionally,
        family,
        write,
    ];
    let names = super::names(&handlers);
    assert_eq!(names, ["parameters", "before", "behind", "conditional", "write"]);
    assert_eq!(Note { text: "x".to_owned() }.text, "x");
}
