//! One listener: it takes what changed, round by round.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Poll, Waker, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::{Bus, Change, Filter, List};

/// The time from one round of changes to the next: a person sees no difference, and a resource that
/// changes all the time costs twenty messages a second.
const PAUSE: Duration = Duration::from_millis(50);

/// A listener, until it is dropped.
pub(crate) struct Listener {
    bus: Arc<Bus>,
    index: usize,
    filter: Filter,
    /// Whether anything changed since the last round.
    is_dirty: Arc<AtomicBool>,
    /// Whom the bus wakes.
    waker: Option<Waker>,
    /// No round comes before this.
    next: Option<Instant>,
    /// Made when a round has to wait.
    pause: Option<Pin<Box<Sleep>>>,
    /// The bits of the round that is told.
    round: Vec<u64>,
}

impl Listener {
    pub(super) fn new(
        bus: Arc<Bus>,
        index: usize,
        is_dirty: Arc<AtomicBool>,
        filter: Filter,
    ) -> Self {
        Self {
            bus,
            index,
            filter,
            is_dirty,
            waker: None,
            next: None,
            pause: None,
            round: Vec::new(),
        }
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Listens to one more resource.
    pub(crate) fn add(&mut self, uri: &str) {
        let was_empty = self.filter.is_empty();
        if let Some(at) = self.filter.add(uri) {
            if let Some(uri) = &self.filter.uris[at] {
                self.bus.add(self.index, at, uri);
            }
            self.bus.watch(was_empty);
        }
    }

    /// Listens to a resource no more.
    pub(crate) fn remove(&mut self, uri: &str) {
        if let Some(at) = self.filter.remove(uri) {
            self.bus.remove(self.index, at, uri);
            self.bus.unwatch(self.filter.is_empty());
        }
    }

    /// Tells what changed since the last round, as soon as the next one is due. Of what never
    /// changes this costs a look at one flag.
    pub(crate) fn poll_round(
        &mut self,
        cx: &mut TaskContext<'_>,
        mut tell: impl FnMut(Change<'_>),
    ) -> Poll<()> {
        // The bus has to know whom to wake before it is asked, else a change between is lost.
        if !self.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            self.bus.set_waker(self.index, cx.waker());
            self.waker = Some(cx.waker().clone());
        }
        if !self.is_dirty.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        if let Some(next) = self.next
            && Instant::now() < next
        {
            let pause = self.pause.get_or_insert_with(|| Box::pin(sleep_until(next)));
            if pause.deadline() != next {
                pause.as_mut().reset(next);
            }
            ready!(pause.as_mut().poll(cx));
        }
        self.bus.take(self.index, &mut self.round);
        self.next = Some(Instant::now() + PAUSE);
        let is_set = |bit: usize| self.round[bit / 64] & (1 << (bit % 64)) != 0;
        for list in List::ALL.into_iter().filter(|list| is_set(*list as usize)) {
            tell(Change::List(list));
        }
        for (at, uri) in self.filter.uris.iter().enumerate() {
            if let Some(uri) = uri.as_ref().filter(|_| is_set(List::ALL.len() + at)) {
                tell(Change::Resource(uri));
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.bus.leave(self.index, &self.filter);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("filter", &self.filter).finish_non_exhaustive()
    }
}
