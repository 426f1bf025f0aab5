//! `#[prompt]`, and `#[completion]` of its arguments and a template's.

/// Makes a function a prompt.
///
/// Parameters work as with [`#[tool]`](macro@crate::tool). The protocol sends a prompt's arguments
/// as texts; they are read as the parameters' types, so an argument may be a number or an enum.
///
/// # What it returns
/// A text, which is one message of the user, a [`Message`](crate::Message), a `Vec<Message>`, or a
/// `Result` of one of these. An error is a JSON-RPC error.
///
/// # Keys
/// | key | means |
/// |---|---|
/// | `name = "…"` | the name on the wire, else the function's |
/// | `title = "…"` | a name for people |
/// | `description = "…"` | in place of the doc comment |
/// | `icon = "…"`, `meta(…)` | as for a [tool](macro@crate::tool) |
/// | `crate = path` | where this crate is, if it has another name |
///
/// Spec: 2026-07-28, server/prompts.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// /// Asks for a review of a piece of code.
/// #[prompt(title = "Review code")]
/// async fn review(
///     /// The code.
///     code: String,
///     /// How many points to make.
///     #[arg(default = 3)]
///     points: u32,
/// ) -> String {
///     format!("Name {points} things to improve in:\n\n{code}")
/// }
///
/// let handlers: Handlers<()> = handlers![review];
/// ```
pub use mcp_derive::prompt;

/// Makes a function complete arguments of prompts and resource templates, which name it:
/// `#[arg(complete = function)]`.
///
/// The first owned parameter is what is typed so far, further ones are other arguments by name, as
/// far as the client has filled them in; borrowed ones are injected. It returns a `Vec` of anything
/// with words, the best first, or a `Result` of one; of pairs, the second part is the title that a
/// [listed](macro@crate::resource) resource has. At most 100 values are sent, with `total` and
/// `hasMore`. Arguments whose type is an enum or a `bool` complete themselves.
///
/// Spec: 2026-07-28, server/utilities/completion.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Store(Vec<String>);
///
/// #[completion]
/// async fn names(store: &Store, typed: String) -> Vec<String> {
///     store.0.iter().filter(|name| name.starts_with(&typed)).cloned().collect()
/// }
///
/// /// Plan a project.
/// #[prompt]
/// async fn plan(
///     /// Its name.
///     #[arg(complete = names)]
///     name: String,
/// ) -> String {
///     format!("Plan the project {name}.")
/// }
///
/// let handlers: Handlers<Store> = handlers![plan];
/// ```
pub use mcp_derive::completion;
