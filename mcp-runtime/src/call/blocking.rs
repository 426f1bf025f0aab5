//! What blocks: it runs in a thread where that belongs, and its call waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

use super::{Call, Running};
use crate::log::CallSpan;
use crate::output::Outcome;

/// Tells a function that its call is over, when the call is dropped.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Keeps a function from beginning, when its call is dropped.
struct Stop(AbortHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a plain function where blocking belongs, so that it never stalls the connection.
pub fn blocking(mut call: Call, run: impl FnOnce(&Call) -> Outcome + Send + 'static) -> Running {
    // Behind a pointer all functions are one type, and what runs them is compiled once.
    let run: Box<dyn FnOnce(&Call) -> Outcome + Send> = Box::new(run);
    let future = async move {
        let _over = Over(call.context.can_be_over());
        in_thread(move || run(&call)).await
    };
    Running { is_blocking: true, ..Running::new(Box::pin(future)) }
}

/// A call that is begun where blocking belongs, because that takes long, and then runs as any
/// other. `turns` bounds how many are begun at the same time.
pub(crate) fn begun_apart(
    turns: Arc<Semaphore>,
    begin: impl FnOnce() -> Running + Send + 'static,
) -> Running {
    let is_blocking = Arc::new(AtomicBool::new(false));
    let becomes_blocking = Some(Arc::clone(&is_blocking));
    let future = async move {
        // Nobody closes it. The thread takes the turn along: it may go on when the call is dropped.
        let turn = turns.acquire_owned().await;
        let running = in_thread(move || {
            let running = begin();
            drop(turn);
            running
        });
        let running = running.await;
        is_blocking.store(running.is_blocking(), Ordering::Relaxed);
        running.await
    };
    Running { becomes_blocking, ..Running::new(Box::pin(future)) }
}

/// Runs a function in a thread. When this is dropped the function does not begin, or it runs to
/// its end and nobody waits for it.
async fn in_thread<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> T {
    let span = CallSpan::current();
    let function = tokio::task::spawn_blocking(move || span.in_scope(function));
    let stop = Stop(function.abort_handle());
    let ended = function.await;
    drop(stop);
    match ended {
        Ok(value) => value,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // It was cancelled before it began: nobody waits for this answer. The call has to end
            // all the same, and this way needs no value and tells no panic hook.
            Err(stopped) => std::panic::resume_unwind(Box::new(stopped)),
        },
    }
}
