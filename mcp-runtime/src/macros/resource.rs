//! `#[resource]`.

/// Makes a function a resource, or with variables in its URI a family of resources.
///
/// Parameters work as with [`#[tool]`](macro@crate::tool), except that the owned ones are the
/// variables of the URI: each variable needs a parameter of its name, and each owned parameter a
/// variable. Their texts are read as the parameters' types, so `{id}` may be a `u32`.
///
/// | in the URI | matches |
/// |---|---|
/// | `{name}` | text without `/`, `?` and `#` |
/// | `{+name}` | any text |
/// | `{?name,name}` | at the end: parts of the query, in any order; one may be missing if its type is an `Option` or has a default |
///
/// A variable ends where the text behind it begins, so between two there must be some.
///
/// # What it returns
/// Text (`String`, `&'static str`), bytes (`Vec<u8>`),
/// [`ResourceContents`](crate::ResourceContents) with URIs and types of their own (also as a
/// `Vec`), anything with `Serialize` and `JsonSchema` as JSON, or a `Result` of one of these. An
/// error is a JSON-RPC error; [`Error::not_found`](crate::Error::not_found) is the one for a URI
/// behind which there is nothing.
///
/// # Keys
/// The URI stands first, without a key.
///
/// | key | means |
/// |---|---|
/// | `name = "…"` | the name on the wire, else the function's |
/// | `title = "…"` | a name for people |
/// | `description = "…"` | in place of the doc comment |
/// | `mime = "…"` | the MIME type, else the one of the return type |
/// | `listed` | `resources/list` names what a template stands for: see below |
/// | `subscribe` | clients can subscribe to it; [`Notifier::updated`](crate::Notifier::updated) notifies them |
/// | `audience = "user"` | for whom it is: `"user"`, `"assistant"`, or both: `audience("user", "assistant")` |
/// | `priority = 0.8` | how much it matters, from 0 to 1 |
/// | `icon = "…"`, `meta(…)` | as for a [tool](macro@crate::tool) |
/// | `crate = path` | where this crate is, if it has another name |
///
/// Spec: 2026-07-28, server/resources.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Notes(Vec<String>);
///
/// /// How many notes there are.
/// #[resource("notes://count", mime = "text/plain")]
/// async fn count(notes: &Notes) -> String {
///     notes.0.len().to_string()
/// }
///
/// /// One note.
/// #[resource("notes://note/{number}")]
/// async fn note(notes: &Notes, number: usize) -> Result<String, Error> {
///     let uri = format!("notes://note/{number}");
///     notes.0.get(number).cloned().ok_or_else(|| Error::not_found(uri))
/// }
///
/// let handlers: Handlers<Notes> = handlers![count, note];
/// ```
///
/// A template stands in `resources/templates/list`, for clients that can fill it in. With `listed`
/// its resources stand in `resources/list` too, where people pick one: an entry for each value that
/// completes its variable, of which it must have one in front of the query.
///
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Notes(Vec<String>);
///
/// /// One note, by its number.
/// #[resource("notes://note/{number}", listed)]
/// async fn note(notes: &Notes, #[arg(complete = numbers)] number: usize) -> Result<String, Error>
/// { let found = notes.0.get(number).cloned(); found.ok_or_else(||
/// Error::not_found(format!("notes://note/{number}"))) }
///
/// /// Every note that there is: its number, and a title.
/// #[completion]
/// async fn numbers(notes: &Notes, typed: String) -> Vec<(usize, String)> {
///     let numbered = notes.0.iter().cloned().enumerate();
///     numbered.filter(|(number, _)| number.to_string().starts_with(&typed)).collect()
/// }
///
/// # mcp_runtime::testing::block_on(async {
/// let notes = Notes(vec!["Buy milk".to_owned()]);
/// let server = Server::new("notes", "1.0.0").with(handlers![note]).state(notes);
/// let mut client = server.test_client().await;
/// let list = client.request("resources/list", json!({})).await?;
/// assert_eq!(list["resources"][0]["uri"], "notes://note/0");
/// assert_eq!(list["resources"][0]["title"], "Buy milk");
/// # Ok::<(), mcp_runtime::ErrorObject>(()) }).unwrap();
/// ```
///
/// `resources/list` has pages of at most 1000 entries, or about 1 MiB.
pub use mcp_derive::resource;
