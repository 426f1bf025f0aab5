//! Injection: how a borrowed parameter of a handler finds its value.

use std::sync::Arc;

use crate::call::Context;

/// A state that lends a `&T` to handlers: it is a `T` itself, an `Arc<T>`, or has a field of one of
/// these by [`#[derive(State)]`](macro@crate::State).
///
/// Servers need not name it. It is the bound of a library that offers handlers for every state that
/// has what they borrow. `How` says where the value comes from; it tells the implementations apart
/// and is always inferred. The trait is not meant to be implemented elsewhere.
///
/// # Example
/// ```
/// mod library {
///     use mcp_runtime::prelude::*;
///     use mcp_runtime::Provide;
///
///     pub struct Pool(pub u32);
///
///     /// Show how many connections there are.
///     #[tool(read_only)]
///     async fn connections(pool: &Pool) -> String { pool.0.to_string() }
///
///     pub fn handlers<S, How>() -> Handlers<S>
///     where
///         S: Provide<Pool, How> + Send + Sync + 'static,
///     {
///         handlers![connections]
///     }
/// }
///
/// use mcp_runtime::prelude::*;
///
/// #[derive(State)]
/// struct App { pool: library::Pool, name: String }
///
/// let app = App { pool: library::Pool(3), name: "app".to_owned() };
/// let server = Server::new("app", "1.0.0").with(library::handlers()).state(app);
/// # server.check().unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "this server's state `{Self}` has no `{T}`",
    label = "this handler borrows a `{T}`",
    note = "a borrowed parameter is injected: it is `&Context`, the server's state, which `.state(…)` or `.open(…)` gives the server, a field of a state with `#[derive(State)]`, or what an `Arc` in their place shares; what a client sends is an owned parameter"
)]
pub trait Provide<T: ?Sized, How> {
    /// Borrows the value for the time of one call.
    fn provide<'a>(&'a self, context: &'a Context) -> &'a T;
}

/// The value is the state itself.
#[derive(Debug)]
pub enum FromState {}

/// The value is the call's [`Context`].
#[derive(Debug)]
pub enum FromCall {}

/// The value is what the state shares: the state is an `Arc`.
#[derive(Debug)]
pub enum FromShared {}

/// The value is a field of the state, by `#[derive(State)]`.
#[derive(Debug)]
pub enum FromField {}

#[diagnostic::do_not_recommend]
impl<S> Provide<S, FromState> for S {
    fn provide<'a>(&'a self, _: &'a Context) -> &'a S {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Provide<T, FromShared> for Arc<T> {
    fn provide<'a>(&'a self, _: &'a Context) -> &'a T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<S> Provide<Context, FromCall> for S {
    fn provide<'a>(&'a self, context: &'a Context) -> &'a Context {
        context
    }
}
