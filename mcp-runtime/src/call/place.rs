//! How much runs at the same time: each call holds its place until nothing of it runs any more.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use tokio::sync::Semaphore;

/// What all calls of one origin take together.
#[derive(Debug)]
pub(crate) struct Places {
    calls: AtomicUsize,
    /// Bytes of the requests they came in.
    bytes: AtomicUsize,
    /// Of calls whose arguments are read apart: what reads them takes several times their memory.
    turns: Arc<Semaphore>,
    /// Whoever waits for a place, and whether there is anybody: most calls end unwaited for.
    waiting: Mutex<Option<Waker>>,
    is_waited_for: AtomicBool,
}

/// What one call takes.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    bytes: usize,
}

impl Places {
    /// So many calls are begun apart at the same time.
    pub(crate) fn new(turns: usize) -> Self {
        Self {
            calls: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            turns: Arc::new(Semaphore::new(turns)),
            waiting: Mutex::default(),
            is_waited_for: AtomicBool::new(false),
        }
    }

    /// What a call waits for before it is begun apart.
    pub(crate) fn turns(&self) -> Arc<Semaphore> {
        Arc::clone(&self.turns)
    }

    /// Takes a place for a call whose request has so many bytes.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize) -> Place {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.bytes.fetch_add(bytes, Ordering::SeqCst);
        Place { places: Arc::clone(self), bytes }
    }

    /// How many calls run.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// How many bytes their requests have.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::SeqCst)
    }

    /// Asks to be woken when a place is given back. One that was given back before is to be looked
    /// for afterwards.
    pub(crate) fn wait(&self, waker: &Waker) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
        self.is_waited_for.store(true, Ordering::SeqCst);
    }
}

impl Default for Places {
    /// Of one client: its long calls are begun in the order they came.
    fn default() -> Self {
        Self::new(1)
    }
}

impl Place {
    /// A place for one more call of the same request.
    pub(crate) fn again(&self) -> Self {
        self.places.take(0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let places = &self.places;
        places.bytes.fetch_sub(self.bytes, Ordering::SeqCst);
        places.calls.fetch_sub(1, Ordering::SeqCst);
        if places.is_waited_for.load(Ordering::SeqCst) {
            places.is_waited_for.store(false, Ordering::SeqCst);
            let waker = places.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            waker.map(Waker::wake).unwrap_or_default();
        }
    }
}
