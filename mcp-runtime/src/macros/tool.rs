//! `#[tool]`.

/// Makes a function a tool.
///
/// The function stays what it is, and can be called and tested under its own name. Beside it comes
/// a type of the same name, which [`handlers!`](macro@crate::handlers) lists; one `use` brings
/// both.
///
/// # Parameters
/// - **Owned: an argument from the client**, sent under the parameter's name. Its type needs
///   `Deserialize` and `JsonSchema`, which [`#[data]`](macro@crate::data) derives; an `Option` need
///   not be sent.
/// - **Borrowed: injected by type**, `&Context`, the server's state, or a field of it by
///   [`#[derive(State)]`](macro@crate::State). A server that has no such state does not compile.
///
/// Doc comments are descriptions: the function's for the tool, a parameter's for the argument.
///
/// # What it returns
/// The type decides: text (`String`, `&'static str`), content blocks ([`Content`](crate::Content),
/// `Vec<Content>`), nothing (`()`), anything with `Serialize` and `JsonSchema` as structured
/// content with an `outputSchema`, words and data ([`Reply`](crate::Reply)), or a `Result` of one
/// of these. An error needs `Display` only; the model reads it as a tool error.
/// [`Error`](crate::Error) takes `?` from any standard error.
///
/// A plain `fn` runs where blocking belongs, so it may; an `async fn` must not block.
///
/// # Keys
/// | key | means |
/// |---|---|
/// | `name = "…"` | the name on the wire, else the function's: 1 to 64 of `A-Z a-z 0-9 _ -` |
/// | `title = "…"` | a name for people |
/// | `description = "…"` | in place of the doc comment |
/// | `read_only` | changes nothing: `readOnlyHint: true` |
/// | `additive` | changes, but loses nothing: `destructiveHint: false` |
/// | `destructive` | may lose something: `destructiveHint: true` |
/// | `idempotent` | a second call with the same arguments changes nothing: `idempotentHint: true` |
/// | `closed_world` | reaches nothing outside the server: `openWorldHint: false` |
/// | `strict` | refuses numbers and booleans that were sent as text |
/// | `blocking` | says that a plain `fn` blocks, which is assumed of each |
/// | `timeout = "30s"` | in `ms`, `s`, `m` or `h`: a longer call is dropped, with a tool error |
/// | `tags("…", "…")` | words to find it by, in `_meta` under `io.crates.mcp-runtime/tags` |
/// | `icon = "…"` | an icon: an `https:` address or a `data:` URI; may be written several times |
/// | `meta(name = value, "com.example/name" = value)` | members of its `_meta` |
/// | `meta = value` | the same, of a value that serialises as an object |
/// | `crate = path` | where this crate is, if it has another name |
///
/// And on an argument, as `#[arg(…)]`:
///
/// | key | means |
/// |---|---|
/// | `default` | need not be sent; is the `Default` of its type, which the schema shows |
/// | `default = value` | the same with this value; a text literal becomes the argument's type by `From` |
/// | `name = "…"` | the name on the wire, else the parameter's |
/// | `range = 1..=100` | the numbers it may be |
/// | `length = 1..=50` | how many characters, or entries, it may have |
/// | `pattern = "…"` | a regular expression it must match (feature `pattern`) |
/// | `format = "…"` | what kind of text it is: `date`, `time`, `date-time`, `email`, `hostname`, `ipv4`, `ipv6`, `uri` or `uuid` |
/// | `example = value` | a value that shows what is meant |
/// | `header = "…"` | the HTTP header in which a client mirrors it |
/// | `flatten` | takes a struct whose members are arguments of their own, for structs that several tools share |
/// | `rest` | takes all arguments that are not declared, as a map such as `HashMap<String, T>` |
///
/// What `range`, `length`, `pattern` and `format` say stands in the schema and is checked before
/// the function runs.
///
/// Spec: 2026-07-28, server/tools.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Store {
///     tasks: std::sync::Mutex<Vec<String>>,
/// }
///
/// #[data]
/// #[derive(Default)]
/// enum Priority {
///     #[default]
///     Normal,
///     High,
/// }
///
/// /// Adds a task to the list.
/// #[tool(title = "Add task", additive)]
/// async fn add_task(
///     store: &Store,
///     /// A short title.
///     title: String,
///     /// How urgent it is.
///     #[arg(default)]
///     priority: Priority,
/// ) -> Result<String, Error> {
///     let mark = if matches!(priority, Priority::High) { "!" } else { "" };
///     let mut tasks = store.tasks.lock().map_err(|_| Error::new("the list is broken"))?;
///     tasks.push(format!("{title}{mark}"));
///     Ok(format!("{} tasks", tasks.len()))
/// }
///
/// let handlers: Handlers<Store> = handlers![add_task];
/// ```
///
/// A mistake is a compile error at the word that has to change:
///
/// ```compile_fail
/// use mcp_runtime::prelude::*;
///
/// #[tool]
/// async fn greet(name: &str) -> String {
///     format!("hello, {name}") // an argument comes from the client, and is owned: use `String`
/// }
/// ```
pub use mcp_derive::tool;
