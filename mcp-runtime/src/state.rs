//! Injection: how a borrowed parameter of a handler finds its value.

use std::sync::Arc;

use crate::call::Context;

/// Where a borrowed parameter of type `&T` comes from in a server whose state is `Self`.
///
/// `How` only tells the implementations apart, so that `&Context` and `&State` never overlap;
/// registration infers it.
#[diagnostic::on_unimplemented(
    message = "this server's state `{Self}` has no `{T}`",
    label = "this handler borrows a `{T}`",
    note = "a borrowed parameter is injected: `&Context`, `&{Self}`, a field of it with `#[derive(State)]`, or what an `Arc` in their place shares",
    note = "`.state(…)` or `.open(…)` gives the server another state; an argument, which a client sends, is written without `&`"
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
