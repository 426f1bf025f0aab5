//! Work in the background of a server: it runs while the server serves.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::task::AbortHandle;

use super::{Bus, Notifier};
use crate::log;

/// An async function of the state and a [`Notifier`], for
/// [`Server::background`](crate::Server::background).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run in the background of a server",
    label = "expected an `async fn(&S, &Notifier)`, where `S` is the type of the server's state"
)]
pub trait Work<'a, S: 'a>: Send + Sync + 'static {
    #[doc(hidden)]
    type Running: Future<Output = ()> + Send + 'a;

    #[doc(hidden)]
    fn begin(&self, state: &'a S, notifier: &'a Notifier) -> Self::Running;
}

#[diagnostic::do_not_recommend]
impl<'a, S, F, R> Work<'a, S> for F
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

type State = Arc<dyn Any + Send + Sync>;
type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One function in the background, with the type of the state forgotten.
#[derive(Clone)]
pub(crate) struct Task {
    name: &'static str,
    begin: Arc<dyn Fn(State, Notifier) -> Running + Send + Sync>,
}

impl Task {
    pub(crate) fn new<S: Send + Sync + 'static, W: for<'a> Work<'a, S>>(work: W) -> Self {
        let work = Arc::new(work);
        let begin = move |state: State, notifier: Notifier| -> Running {
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

/// What runs in the background of one server.
#[derive(Debug)]
pub(crate) struct Background {
    tasks: Vec<Task>,
    running: Mutex<Holders>,
}

/// Whoever serves, and what runs for them together.
#[derive(Debug, Default)]
struct Holders {
    count: usize,
    tasks: Vec<AbortHandle>,
}

/// Held while something serves; what runs in the background ends with the last one.
#[derive(Debug)]
pub(crate) struct Serving(Arc<Background>);

impl Background {
    pub(crate) fn new(tasks: Vec<Task>) -> Arc<Self> {
        Arc::new(Self { tasks, running: Mutex::default() })
    }

    /// Runs every function, unless they run already.
    pub(crate) fn serve(self: &Arc<Self>, state: &State, bus: &Arc<Bus>) -> Serving {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.count += 1;
        if running.count == 1 {
            let begin = |task: &Task| {
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

/// Runs one function to its end, which is logged: the server goes on without it.
async fn run(Task { name, begin }: Task, state: State, notifier: Notifier) {
    let mut running = Box::pin(async move { begin(state, notifier).await });
    let panicked = std::future::poll_fn(|cx| {
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
            Ok(polled) => polled.map(|()| false),
            Err(_) => Poll::Ready(true),
        }
    });
    if panicked.await {
        log::line(format_args!("`{name}` panicked in the background"));
    } else {
        log::line(format_args!("`{name}` has ended in the background"));
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.name).finish()
    }
}
