//! Handlers that are values: their names and schemas are data, known when the server starts.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::args::{Start, StartRaw};
use crate::call::{Call, Context, Running};
use crate::error::Error;
use crate::output::Outcome;

mod prompt;
mod resource;
mod tool;

pub use prompt::Prompt;
pub use resource::Resource;
pub use tool::Tool;

/// A call of a handler that is a value: its arguments, the server's state, and the context.
///
/// `S` is the type of the server's state. A handler that borrows the state names it:
/// `async |call: RawCall<Store>| …`.
#[non_exhaustive]
pub struct RawCall<S = ()> {
    /// What the client sent: the arguments of a tool or prompt, or the variables of a URI template.
    pub arguments: Map<String, Value>,
    call: Arc<Call>,
    state: PhantomData<fn() -> S>,
}

impl<S: 'static> RawCall<S> {
    /// The server's state.
    pub fn state(&self) -> &S {
        self.call.state()
    }

    /// The context of the call, with which it can ask, report progress and log.
    pub fn context(&self) -> &Context {
        self.call.context()
    }
}

impl<S> fmt::Debug for RawCall<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawCall").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}

/// Why a name that is data cannot be published, if it cannot.
fn unfit_name(name: &str) -> Option<String> {
    let is_unfit = name.is_empty() || name.contains(char::is_control);
    is_unfit.then(|| format!("the name {name:?} is empty or has control characters"))
}

/// How such a handler is started; `finish` says what its value is.
fn start<S, F, R, T, E>(handler: F, finish: fn(T) -> Outcome, is_checked: bool) -> Start
where
    F: Fn(RawCall<S>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<T, E>> + Send + 'static,
    E: Into<Error>,
    S: 'static,
    T: 'static,
{
    let handler = Arc::new(handler);
    let start = move |arguments, call| {
        let call = Arc::new(call);
        let handler = Arc::clone(&handler);
        Running::new(Box::pin(async move {
            // Not before the future: a panic here ends the call as one of the future does.
            let returned =
                handler(RawCall { arguments, call: Arc::clone(&call), state: PhantomData });
            let finish = |returned: Result<T, E>| returned.map_err(Into::into).and_then(finish);
            call.watch(returned, finish).await
        }))
    };
    let start: Arc<StartRaw> = Arc::new(start);
    Start::Raw { start, is_checked }
}
