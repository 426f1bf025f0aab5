//! The bus: which subscriber is interested in what, and what has changed for it.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::sync::watch;

use super::{Interest, ListKind, Subscriber, Topic};

/// Distributes the changes of one server to its subscribers.
#[derive(Debug)]
pub(crate) struct Bus {
    registry: Mutex<Registry>,
    /// How many subscribers there are: without any, publishing takes no lock.
    count: AtomicUsize,
    /// How many of them have a filter that is not empty.
    watching: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Registry {
    /// `None` where a subscriber has left.
    subscribers: Vec<Option<Marks>>,
    lists: [Vec<BitIndex>; ListKind::ALL.len()],
    uris: HashMap<Arc<str>, Vec<BitIndex>>,
}

/// The bits of one subscriber.
#[derive(Debug)]
struct Marks {
    changed: Vec<u64>,
    /// Whether any bit is set; the subscriber reads it without the lock.
    is_dirty: Arc<AtomicBool>,
    waker: Option<Waker>,
}

/// One bit of a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct BitIndex {
    subscriber: usize,
    bit: usize,
}

/// There are as many subscribers as the limit allows.
#[derive(Debug)]
pub(crate) struct TooManySubscribers;

impl Bus {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            registry: Mutex::default(),
            count: AtomicUsize::new(0),
            watching: watch::Sender::new(0),
        })
    }

    pub(crate) fn notifier(self: &Arc<Self>) -> Notifier {
        Notifier { bus: Arc::clone(self) }
    }

    /// Sets the bit of every subscriber to this topic, and wakes those that had none set.
    pub(crate) fn publish(&self, topic: Topic<'_>) {
        if self.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        let mut wakers = Vec::new();
        {
            let Registry { subscribers, lists, uris } = &mut *self.lock();
            let places = match topic {
                Topic::List(list) => &lists[list as usize],
                Topic::Resource(uri) => match uris.get(uri) {
                    Some(places) => places,
                    None => return,
                },
            };
            for BitIndex { subscriber, bit } in places {
                let Some(marks) = &mut subscribers[*subscriber] else { continue };
                marks.changed[bit / 64] |= 1 << (bit % 64);
                // A subscriber that has not taken its bits yet was woken before.
                if !marks.is_dirty.swap(true, Ordering::AcqRel) {
                    wakers.extend(marks.waker.clone());
                }
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Whether there are `most` subscribers.
    #[cfg(feature = "http")]
    pub(crate) fn is_full(&self, most: usize) -> bool {
        self.count.load(Ordering::SeqCst) >= most
    }

    /// Adds a subscriber.
    ///
    /// # Errors
    /// If there are `most` of them.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        filter: Interest,
        most: usize,
    ) -> Result<Subscriber, TooManySubscribers> {
        let is_dirty = Arc::new(AtomicBool::new(false));
        let index = {
            let mut registry = self.lock();
            if self.count.load(Ordering::SeqCst) >= most {
                return Err(TooManySubscribers);
            }
            self.count.fetch_add(1, Ordering::SeqCst);
            let marks = Marks {
                changed: vec![0; words(filter.uris.len())],
                is_dirty: Arc::clone(&is_dirty),
                waker: None,
            };
            let index = registry.insert(marks);
            for list in ListKind::ALL.into_iter().filter(|list| filter.has_list(*list)) {
                registry.lists[list as usize]
                    .push(BitIndex { subscriber: index, bit: list as usize });
            }
            for (at, uri) in filter.uris.iter().enumerate() {
                if let Some(uri) = uri {
                    registry.add(index, at, uri);
                }
            }
            index
        };
        self.watch(!filter.is_empty());
        Ok(Subscriber::new(Arc::clone(self), index, is_dirty, filter))
    }

    /// Adds a resource to the filter of a subscriber.
    pub(super) fn add(&self, subscriber: usize, at: usize, uri: &Arc<str>) {
        self.lock().add(subscriber, at, uri);
    }

    /// Removes a resource from the filter of a subscriber.
    pub(super) fn remove(&self, subscriber: usize, at: usize, uri: &str) {
        self.lock().remove(subscriber, at, uri);
    }

    /// Counts a subscriber whose filter is no longer empty, if that is so.
    pub(super) fn watch(&self, begins: bool) {
        if begins {
            self.watching.send_modify(|count| *count += 1);
        }
    }

    /// Counts a subscriber whose filter has become empty, if that is so.
    pub(super) fn unwatch(&self, ceases: bool) {
        if ceases {
            self.watching.send_modify(|count| *count -= 1);
        }
    }

    /// Sets the waker of a subscriber.
    pub(super) fn set_waker(&self, subscriber: usize, waker: &Waker) {
        if let Some(marks) = &mut self.lock().subscribers[subscriber] {
            marks.waker = Some(waker.clone());
        }
    }

    /// Takes the bits of a subscriber, and clears them.
    pub(super) fn take(&self, subscriber: usize, taken: &mut Vec<u64>) {
        taken.clear();
        if let Some(marks) = &mut self.lock().subscribers[subscriber] {
            taken.extend_from_slice(&marks.changed);
            marks.changed.fill(0);
            marks.is_dirty.store(false, Ordering::Release);
        }
    }

    /// Removes a subscriber.
    pub(super) fn leave(&self, subscriber: usize, filter: &Interest) {
        let mut registry = self.lock();
        registry.subscribers[subscriber] = None;
        for places in &mut registry.lists {
            places.retain(|place| place.subscriber != subscriber);
        }
        for (at, uri) in filter.uris.iter().enumerate() {
            if let Some(uri) = uri {
                registry.remove(subscriber, at, uri);
            }
        }
        while registry.subscribers.pop_if(|last| last.is_none()).is_some() {}
        drop(registry);
        self.count.fetch_sub(1, Ordering::SeqCst);
        self.unwatch(!filter.is_empty());
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        // Nothing that panics is done under the lock.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    fn insert(&mut self, marks: Marks) -> usize {
        let free = self.subscribers.iter().position(Option::is_none);
        match free {
            Some(index) => {
                self.subscribers[index] = Some(marks);
                index
            }
            None => {
                self.subscribers.push(Some(marks));
                self.subscribers.len() - 1
            }
        }
    }

    fn add(&mut self, subscriber: usize, at: usize, uri: &Arc<str>) {
        let bit = ListKind::ALL.len() + at;
        if let Some(marks) = &mut self.subscribers[subscriber] {
            let words = words(at + 1);
            if marks.changed.len() < words {
                marks.changed.resize(words, 0);
            }
        }
        self.uris.entry(Arc::clone(uri)).or_default().push(BitIndex { subscriber, bit });
    }

    fn remove(&mut self, subscriber: usize, at: usize, uri: &str) {
        let bit = ListKind::ALL.len() + at;
        if let Some(marks) = &mut self.subscribers[subscriber] {
            marks.changed[bit / 64] &= !(1 << (bit % 64));
        }
        if let Some(places) = self.uris.get_mut(uri) {
            let place = BitIndex { subscriber, bit };
            if let Some(at) = places.iter().position(|known| *known == place) {
                places.swap_remove(at);
            }
            if places.is_empty() {
                self.uris.remove(uri);
            }
        }
    }
}

/// How many words hold the bits of all lists and of this many resources.
fn words(uris: usize) -> usize {
    (ListKind::ALL.len() + uris).div_ceil(64)
}

/// Notifies clients that a resource or a list has changed.
///
/// Its methods return at once and store nothing: a client that subscribes later is not notified. A
/// subscribed client gets its first notification at once, and then at most one round every 50 ms,
/// with each resource and list in it once, however often it has changed. Clones notify the same
/// clients.
///
/// Get it from [`Context::notifier`](crate::Context::notifier),
/// [`App::notifier`](crate::App::notifier), or as the parameter of a function for
/// [`Server::background`](crate::Server::background).
///
/// # Example
/// ```
/// use std::sync::Mutex;
/// use mcp_runtime::prelude::*;
///
/// struct Note(Mutex<String>);
///
/// /// The note.
/// #[resource("notes://note", subscribe)]
/// async fn note(note: &Note) -> String {
///     note.0.lock().unwrap().clone()
/// }
///
/// /// Replace the note.
/// #[tool(destructive)]
/// async fn write(note: &Note, ctx: &Context, text: String) -> &'static str {
///     *note.0.lock().unwrap() = text;
///     ctx.notifier().updated("notes://note");
///     "written"
/// }
/// # let _: Handlers<Note> = handlers![note, write];
/// ```
#[derive(Clone)]
pub struct Notifier {
    bus: Arc<Bus>,
}

impl Notifier {
    /// Notifies the clients that are subscribed to this resource that its content has changed.
    ///
    /// Spec: 2026-07-28, server/resources, Subscriptions.
    pub fn updated(&self, uri: impl AsRef<str>) {
        self.bus.publish(Topic::Resource(uri.as_ref()));
    }

    /// Notifies clients that the list of tools has changed.
    ///
    /// A [`Switch`](crate::Switch) does that by itself. Only a server that has one declares that
    /// its lists change; without one this does nothing.
    pub fn tools_changed(&self) {
        self.bus.publish(Topic::List(ListKind::Tools));
    }

    /// Notifies clients that the list of prompts has changed; see
    /// [`tools_changed`](Self::tools_changed).
    pub fn prompts_changed(&self) {
        self.bus.publish(Topic::List(ListKind::Prompts));
    }

    /// Notifies clients that the list of resources has changed.
    ///
    /// A server declares that this list changes if it has a switch, or a template that is both
    /// `listed` and `subscribe`; otherwise this does nothing.
    pub fn resources_changed(&self) {
        self.bus.publish(Topic::List(ListKind::Resources));
    }

    /// Waits until at least one client is subscribed to something; ready at once while one is.
    ///
    /// A background function that polls for changes waits here, so that it does not poll for
    /// nobody. A session of a version before 2026-07-28 counts if the server's lists may change,
    /// because it is notified of them without a subscription.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn watched(&self) {
        let mut watching = self.bus.watching.subscribe();
        // It fails only when the sender is dropped, and the bus owns the sender.
        watching.wait_for(|count| *count > 0).await.map(drop).unwrap_or_default();
    }

    /// Whether at least one client is subscribed to something.
    pub fn is_watched(&self) -> bool {
        *self.bus.watching.borrow() > 0
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("is_watched", &self.is_watched()).finish()
    }
}
