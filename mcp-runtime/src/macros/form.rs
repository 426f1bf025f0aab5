//! `#[form]`.

/// Makes a struct a form that a user fills in, or an enum a choice in a form.
///
/// The type gets what [`#[data]`](macro@crate::data) puts on it, and a struct implements
/// [`Form`](crate::Form). Attributes of serde and schemars work as there.
///
/// # Fields
/// A form is flat, so a field is one of these:
///
/// | type | is shown as |
/// |---|---|
/// | `String` | text |
/// | integers up to 64 bits, `f32`, `f64` | a number |
/// | `bool` | yes or no |
/// | an enum below `#[form]` | a choice of one |
/// | `Vec` of such an enum | a choice of several |
/// | `jiff::civil::Date`, `jiff::Timestamp` (feature `jiff`) | a date, a time |
/// | `Option` of one of these | a field that may stay empty |
///
/// The doc comment of a field is its description. The first line of a variant's doc comment is the
/// title that the user picks; if no variant has one, the user picks from the values on the wire,
/// which are the variants' names in `snake_case`.
///
/// # Keys
/// | key of `#[form]` | means |
/// |---|---|
/// | `crate = path` | where this crate is, if it has another name |
///
/// | key of `#[arg]` on a field | means |
/// |---|---|
/// | `name = "…"` | the name on the wire, else the field's |
/// | `title = "…"` | the label that the user sees |
/// | `default`, `default = value` | the value of a field that is left empty; shown in the form |
/// | `range = 1..=9` | the numbers that are accepted |
/// | `length = 1..=50` | how many characters, or choices, are accepted |
/// | `format = "…"` | `email`, `uri`, `date` or `date-time`, for a `String` |
///
/// An answer is checked against all of these. The other constraints of schemas, `pattern` among
/// them, do not exist in forms.
///
/// # Protocol versions
/// 2024-11-05 and 2025-03-26 have no forms. 2025-06-18 has no choice of several, so a form with one
/// cannot be shown there, and no defaults but those of a `bool`: they are used and not shown.
///
/// A form is no place for secrets: the answer passes through the client.
///
/// Spec: 2026-07-28, client/elicitation, Form Mode.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// #[form]
/// struct Subscription {
///     /// Where the newsletter is sent.
///     #[arg(title = "E-mail", format = "email")]
///     email: String,
///     #[arg(range = 1..=12, default = 3)]
///     months: u32,
///     plan: Plan,
///     topics: Vec<Topic>,
///     /// How you heard of us.
///     source: Option<String>,
/// }
///
/// #[form]
/// #[derive(Debug, PartialEq)]
/// enum Plan {
///     /// Free of charge
///     Basic,
///     /// 5 € a month
///     Full,
/// }
///
/// #[form]
/// enum Topic {
///     Rust,
///     Protocols,
/// }
///
/// // The answer of a user.
/// let answer = json!({ "email": "ada@example.com", "plan": "full", "topics": ["rust"] });
/// let answer: Subscription = mcp_runtime::serde_json::from_value(answer)?;
/// assert_eq!((answer.months, answer.plan), (3, Plan::Full));
/// # Ok::<(), mcp_runtime::serde_json::Error>(())
/// ```
pub use mcp_derive::form;
