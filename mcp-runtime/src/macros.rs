//! The attributes, documented where their examples compile.

/// Makes a function a tool.
///
/// The function stays what it is, and can be called and tested under its own name. Beside it comes
/// a type of the same name, which [`handlers!`](macro@crate::handlers) lists; one `use` brings
/// both.
///
/// # Parameters
/// - **Owned: an argument from the client**, sent under the parameter's name. Its type needs
///   `Deserialize` and `JsonSchema`, which [`#[data]`](macro@data) derives; an `Option` need not be
///   sent.
/// - **Borrowed: injected by type**, `&Context` or the server's state. A server that has no such
///   state does not compile.
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
/// | `timeout = "30s"` | how long a call may take (`ms`, `s`, `m`, `h`): longer ones are dropped and answered with a tool error |
/// | `tags("…", "…")` | words to find it by, in `_meta` under `io.crates.mcp-runtime/tags` |
/// | `icon = "…"` | an icon: an `https:` address or a `data:` URI; may be written several times |
/// | `meta(name = value, "com.example/name" = value)` | members of its `_meta`; `meta = value` takes them from a value that serialises as an object |
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
/// | `format = "…"` | the schema's `format`: published, not checked |
/// | `example = value` | a value that shows what is meant |
/// | `header = "…"` | the HTTP header in which a client mirrors it |
/// | `rest` | takes all arguments that are not declared, as a map such as `HashMap<String, T>` |
///
/// What `range`, `length` and `pattern` say stands in the schema and is checked before the function
/// runs.
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

/// Makes a function a resource, or with variables in its URI a family of resources.
///
/// Parameters work as with [`#[tool]`](macro@tool), except that the owned ones are the variables of
/// the URI: each variable needs a parameter of its name, and each owned parameter a variable. Their
/// texts are read as the parameters' types, so `{id}` may be a `u32`.
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
/// | `listed` | `resources/list` names what a template with one variable stands for: an entry for each value that completes the variable |
/// | `audience = "user"` | for whom it is: `"user"`, `"assistant"`, or both: `audience("user", "assistant")` |
/// | `priority = 0.8` | how much it matters, from 0 to 1 |
/// | `icon = "…"`, `meta(…)` | as for a [tool](macro@tool) |
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
/// its resources stand in `resources/list` too, where people pick one:
///
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Notes(Vec<String>);
///
/// /// One note, by its number.
/// #[resource("notes://note/{number}", listed)]
/// async fn note(notes: &Notes, #[arg(complete = numbers)] number: usize) -> Result<String, Error> {
///     let found = notes.0.get(number).cloned();
///     found.ok_or_else(|| Error::not_found(format!("notes://note/{number}")))
/// }
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
/// `resources/list` has pages of 1000 entries.
pub use mcp_derive::resource;

/// Makes a function a prompt.
///
/// Parameters work as with [`#[tool]`](macro@tool). The protocol sends a prompt's arguments as
/// texts; they are read as the parameters' types, so an argument may be a number or an enum.
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
/// | `icon = "…"`, `meta(…)` | as for a [tool](macro@tool) |
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

/// Lists annotated functions for a server, in the order in which clients see them.
///
/// An element is the path of a function below [`#[tool]`](macro@tool),
/// [`#[resource]`](macro@resource) or [`#[prompt]`](macro@prompt); a `#[cfg]` may stand in front of
/// it. The list is a [`Handlers`](crate::Handlers) of the state that the functions borrow; a state
/// they do not find is a compile error at their name. A function that is listed nowhere is dead
/// code, and the compiler says so.
///
/// `handlers![crate = path; …]` says where this crate is, if it has another name.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// mod tools {
///     use mcp_runtime::prelude::*;
///
///     /// Add two numbers.
///     #[tool(read_only)]
///     pub async fn add(a: i64, b: i64) -> i64 {
///         a + b
///     }
/// }
///
/// /// How to use the calculator.
/// #[resource("calculator://help")]
/// async fn help() -> &'static str {
///     "Call `add`."
/// }
///
/// let server: Server<()> =
///     Server::new("calculator", "1.0.0").with(handlers![tools::add, help]);
/// ```
pub use mcp_derive::handlers;

/// Puts serialisation and a schema on a type, so that it can be an argument or a result.
///
/// The type gets `Serialize`, `Deserialize` and `JsonSchema`, from the versions this crate
/// re-exports: no other dependency is needed. Variants of an enum are written in `snake_case`,
/// unless the type has a `#[serde(rename_all = …)]` of its own. Attributes of serde and schemars
/// work as ever; they stand below `#[data]`. Plain derives work as well as this attribute.
///
/// Doc comments on fields and variants are descriptions in the schema.
///
/// # Keys
/// | key | means |
/// |---|---|
/// | `crate = path` | where this crate is, if it has another name |
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// /// A task.
/// #[data]
/// #[derive(Debug, Clone)]
/// struct Task {
///     /// What is to be done.
///     title: String,
///     status: Status,
/// }
///
/// #[data]
/// #[derive(Debug, Clone)]
/// enum Status {
///     InProgress, // "in_progress"
///     Done,
/// }
///
/// /// The first task.
/// #[tool(read_only)]
/// async fn first() -> Task {
///     Task { title: "write docs".to_owned(), status: Status::InProgress }
/// }
///
/// let handlers: Handlers<()> = handlers![first];
/// ```
pub use mcp_derive::data;

/// Makes a function complete arguments of prompts and resource templates, which name it:
/// `#[arg(complete = function)]`.
///
/// The first owned parameter is what is typed so far, further ones are other arguments by name, as
/// far as the client has filled them in; borrowed ones are injected. It returns a `Vec` of anything
/// with words, the best first, or a `Result` of one; of pairs, the second part is the title that a
/// [listed](macro@resource) resource has. At most 100 values are sent, with `total` and `hasMore`.
/// Arguments whose type is an enum or a `bool` complete themselves.
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

/// Collects the annotated methods of an `impl` block: `handlers()` lists them, in the order they
/// are written in.
///
/// `&self` is one more borrowed parameter: the server's state. The methods stay ordinary methods.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Counter(std::sync::atomic::AtomicU64);
///
/// #[methods]
/// impl Counter {
///     /// Count one more.
///     #[tool(additive)]
///     async fn count(&self) -> String {
///         let before = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         format!("{}", before + 1)
///     }
/// }
///
/// let server = Server::new("counter", "1.0.0")
///     .with(Counter::handlers())
///     .state(Counter(Default::default()));
/// ```
pub use mcp_derive::methods;

/// Lends the fields of a server's state to handlers: one that borrows `&Store` gets the field whose
/// type is `Store`.
///
/// The struct itself can be borrowed as well. Two fields of one type could not be told apart; one
/// of them is left out with `#[state(skip)]`.
///
/// # Keys
/// | key | means |
/// |---|---|
/// | `#[state(skip)]` on a field | it is not lent |
/// | `#[state(crate = path)]` on the struct | where this crate is, if it has another name |
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// struct Store(Vec<String>);
/// struct Clock;
///
/// impl Clock {
///     fn now(&self) -> &'static str {
///         "noon"
///     }
/// }
///
/// #[derive(State)]
/// struct App {
///     store: Store,
///     clock: Clock,
/// }
///
/// /// What there is, and when.
/// #[tool(read_only)]
/// async fn show(store: &Store, clock: &Clock) -> String {
///     format!("{} notes at {}", store.0.len(), clock.now())
/// }
///
/// let server = Server::new("notes", "1.0.0")
///     .with(handlers![show])
///     .state(App { store: Store(Vec::new()), clock: Clock });
/// ```
pub use mcp_derive::State;
