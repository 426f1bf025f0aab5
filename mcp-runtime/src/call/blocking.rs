//! Functions that block: each runs in a thread where that belongs, and its call waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::AbortHandle;

use super::{Call, Running};
use crate::output::Outcome;

/// Ends a function for its call, when the call is dropped: it does not begin, or it runs to its
/// end and says nothing more.
struct Stop {
    over: Arc<AtomicBool>,
    handle: AbortHandle,
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.handle.abort();
    }
}

/// Runs a plain function where blocking belongs, so that it never stalls the connection.
pub fn blocking(mut call: Call, run: impl FnOnce(&Call) -> Outcome + Send + 'static) -> Running {
    // Behind a pointer all functions are one type, and what runs them is compiled once.
    let run: Box<dyn FnOnce(&Call) -> Outcome + Send> = Box::new(run);
    let future = async move {
        let over = call.context.can_be_over();
        let function = tokio::task::spawn_blocking(move || run(&call));
        let stop = Stop { over, handle: function.abort_handle() };
        let ended = function.await;
        drop(stop);
        match ended {
            Ok(outcome) => outcome,
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // It was cancelled before it began: nobody waits for this answer. The call has to
                // end all the same, and this way needs no value and tells no panic hook.
                Err(stopped) => std::panic::resume_unwind(Box::new(stopped)),
            },
        }
    };
    Running { future: Box::pin(future), is_blocking: true }
}
