//! Expansions in hostile places: every module compiles, or a macro counted on something that is the
//! author's to change.

mod conditions;
mod lints;
mod names;
mod no_prelude;
mod places;
mod renamed;
mod shadowed;

use mcp_runtime::Handlers;

/// The names of the tools and prompts in a list, in order.
fn names<S>(handlers: &Handlers<S>) -> Vec<String> {
    let text = format!("{handlers:?}");
    let quoted = |part: &str| part.split('"').next().unwrap_or_default().to_owned();
    text.split("name: \"").skip(1).map(quoted).collect()
}
