//! One subscriber: it takes what has changed, in rounds.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Poll, Waker, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::{Bus, Interest, ListKind, Topic};

/// The shortest time between two rounds: a person sees no difference, and a resource that changes
/// all the time costs twenty messages a second.
const PAUSE: Duration = Duration::from_millis(50);

/// Receives changes until it is dropped.
pub(crate) struct Subscriber {
    bus: Arc<Bus>,
    index: usize,
    filter: Interest,
    /// Whether anything changed since the last round.
    is_dirty: Arc<AtomicBool>,
    /// The waker that the bus has.
    waker: Option<Waker>,
    /// The earliest time of the next round.
    next: Option<Instant>,
    /// Made when a round has to wait.
    pause: Option<Pin<Box<Sleep>>>,
    /// The bits of the current round.
    round: Vec<u64>,
}

impl Subscriber {
    pub(super) fn new(
        bus: Arc<Bus>,
        index: usize,
        is_dirty: Arc<AtomicBool>,
        filter: Interest,
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

    pub(crate) fn filter(&self) -> &Interest {
        &self.filter
    }

    /// Whether it was never polled: then the bus has no waker of it.
    pub(crate) fn is_new(&self) -> bool {
        self.waker.is_none()
    }

    /// Subscribes to one more resource.
    pub(crate) fn add(&mut self, uri: &str) {
        let was_empty = self.filter.is_empty();
        if let Some(at) = self.filter.add(uri) {
            if let Some(uri) = &self.filter.uris[at] {
                self.bus.add(self.index, at, uri);
            }
            self.bus.watch(was_empty);
        }
    }

    /// Unsubscribes from a resource.
    pub(crate) fn remove(&mut self, uri: &str) {
        if let Some(at) = self.filter.remove(uri) {
            self.bus.remove(self.index, at, uri);
            self.bus.unwatch(self.filter.is_empty());
        }
    }

    /// Passes everything that has changed since the last round to `notify`, as soon as the next
    /// round is due. While nothing changes this reads one flag.
    pub(crate) fn poll_round(
        &mut self,
        cx: &mut TaskContext<'_>,
        mut notify: impl FnMut(Topic<'_>),
    ) -> Poll<()> {
        // The waker is set before the flag is read: a change in between would wake nobody.
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
        for list in ListKind::ALL.into_iter().filter(|list| is_set(*list as usize)) {
            notify(Topic::List(list));
        }
        for (at, uri) in self.filter.uris.iter().enumerate() {
            if let Some(uri) = uri.as_ref().filter(|_| is_set(ListKind::ALL.len() + at)) {
                notify(Topic::Resource(uri));
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.bus.leave(self.index, &self.filter);
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber").field("filter", &self.filter).finish_non_exhaustive()
    }
}
