//! The attributes, documented where their examples compile.

mod form;
mod prompt;
mod resource;
mod tool;

pub use self::form::form;
pub use self::prompt::{completion, prompt};
pub use self::resource::resource;
pub use self::tool::tool;

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

/// Puts serialisation and a schema on a type, so that it can be an argument or a result.
///
/// The type gets `Serialize`, `Deserialize` and `JsonSchema`, from the versions this crate
/// re-exports: no other dependency is needed. Variants of an enum are written in `snake_case`,
/// unless the type has a `#[serde(rename_all = …)]` of its own. Attributes of serde and schemars
/// work as ever; they stand below `#[data]`. Plain derives work as well as this attribute, and a
/// derive below it is not repeated.
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
