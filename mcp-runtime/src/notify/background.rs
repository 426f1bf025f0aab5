//! Background functions of a server: they run while it serves connections.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::task::AbortHandle;

use super::{Bus, Notifier};
use crate::log::{self, Level};

/// An async function of the state and a [`Notifier`], for
/// [`Server::background`](crate::Server::background).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a background function",
    label = "expected an `async fn(&S, &Notifier)`, where `S` is the type of the server's state"
)]
pub trait BackgroundFn<'a, S: 'a>: Send + Sync + 'static {
    #[doc(hidden)]
    type Running: Future<Output = ()> + Send + 'a;

    #[doc(hidden)]
    fn begin(&self, state: &'a S, notifier: &'a Notifier) -> Self::Running;
}

#[diagnostic::do_not_recommend]
impl<'a, S, F, R> BackgroundFn<'a, S> for F
where
    S: 'a,
    F: Fn(&'a S, &'a Notifier) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'a,
{
    type Running = R;

    fn begin(&self, state: &'a S, notifier: &'a Notifier) -> R {
        self(state, notifier)
    }
}

type SharedState = Arc<dyn Any + Send + Sync>;
type TaskFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A background function, with the type of the state erased.
#[derive(Clone)]
pub(crate) struct BackgroundTask {
    name: &'static str,
    begin: Arc<dyn Fn(SharedState, Notifier) -> TaskFuture + Send + Sync>,
}

impl BackgroundTask {
    pub(crate) fn new<S: Send + Sync + 'static, W: for<'a> BackgroundFn<'a, S>>(work: W) -> Self {
        let work = Arc::new(work);
        let begin = move |state: SharedState, notifier: Notifier| -> TaskFuture {
            let work = Arc::clone(&work);
            Box::pin(async move {
                if let Ok(state) = state.downcast::<S>() {
                    work.begin(&state, &notifier).await;
                }
            })
        };
        Self { name: std::any::type_name::<W>(), begin: Arc::new(begin) }
    }
}

/// The background functions of one server.
#[derive(Debug)]
pub(crate) struct Background {
    tasks: Vec<BackgroundTask>,
    running: Mutex<Holders>,
}

/// How many connections are served, and the tasks that run for all of them.
#[derive(Debug, Default)]
struct Holders {
    count: usize,
    tasks: Vec<AbortHandle>,
}

/// Held by each connection that is served; the tasks are aborted when the last one is dropped.
#[derive(Debug)]
pub(crate) struct Serving(Arc<Background>);

impl Background {
    pub(crate) fn new(tasks: Vec<BackgroundTask>) -> Arc<Self> {
        Arc::new(Self { tasks, running: Mutex::default() })
    }

    /// Starts every function, unless they run already.
    pub(crate) fn serve(self: &Arc<Self>, state: &SharedState, bus: &Arc<Bus>) -> Serving {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.count += 1;
        if running.count == 1 {
            let begin = |task: &BackgroundTask| {
                let work = run(task.clone(), Arc::clone(state), bus.notifier());
                tokio::spawn(work).abort_handle()
            };
            running.tasks = self.tasks.iter().map(begin).collect();
        }
        drop(running);
        Serving(Arc::clone(self))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.count -= 1;
        if running.count == 0 {
            running.tasks.drain(..).for_each(|task| task.abort());
        }
    }
}

/// Runs one function and logs its end; the server goes on without it.
async fn run(
    BackgroundTask { name, begin }: BackgroundTask,
    state: SharedState,
    notifier: Notifier,
) {
    let mut running = Box::pin(async move { begin(state, notifier).await });
    let panicked = std::future::poll_fn(|cx| {
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
            Ok(polled) => polled.map(|()| false),
            Err(_) => Poll::Ready(true),
        }
    });
    if panicked.await {
        log::line(Level::Error, format_args!("the background function `{name}` panicked"));
    } else {
        log::line(Level::Info, format_args!("the background function `{name}` has returned"));
    }
}

impl fmt::Debug for BackgroundTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BackgroundTask").field(&self.name).finish()
    }
}
