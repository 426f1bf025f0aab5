//! The bus: who listens to what, and which of it has changed.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::sync::watch;

use super::{Change, Filter, List, Listener};

/// How changes of one server reach those who listen.
#[derive(Debug)]
pub(crate) struct Bus {
    topics: Mutex<Topics>,
    /// How many listeners there are: a server without any takes no lock to publish.
    count: AtomicUsize,
    /// How many of them listen to anything.
    watching: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Topics {
    /// `None` where a listener has left.
    listeners: Vec<Option<Slot>>,
    lists: [Vec<Place>; List::ALL.len()],
    uris: HashMap<Arc<str>, Vec<Place>>,
}

/// One listener, as publishers see it.
#[derive(Debug)]
struct Slot {
    changed: Vec<u64>,
    /// Whether any bit is set; read by the listener without the lock.
    is_dirty: Arc<AtomicBool>,
    waker: Option<Waker>,
}

/// A bit of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    listener: usize,
    bit: usize,
}

/// As many listeners as may listen already.
#[derive(Debug)]
pub(crate) struct Full;

impl Bus {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            topics: Mutex::default(),
            count: AtomicUsize::new(0),
            watching: watch::Sender::new(0),
        })
    }

    pub(crate) fn notifier(self: &Arc<Self>) -> Notifier {
        Notifier { bus: Arc::clone(self) }
    }

    /// Tells everybody who listens to it of a change, and waits for nobody.
    pub(crate) fn publish(&self, change: Change<'_>) {
        if self.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        let mut wakers = Vec::new();
        {
            let Topics { listeners, lists, uris } = &mut *self.lock();
            let places = match change {
                Change::List(list) => &lists[list as usize],
                Change::Resource(uri) => match uris.get(uri) {
                    Some(places) => places,
                    None => return,
                },
            };
            for Place { listener, bit } in places {
                let Some(slot) = &mut listeners[*listener] else { continue };
                slot.changed[bit / 64] |= 1 << (bit % 64);
                // A listener that has not looked since it was woken needs no second call.
                if !slot.is_dirty.swap(true, Ordering::AcqRel) {
                    wakers.extend(slot.waker.clone());
                }
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Listens to what a filter names.
    ///
    /// # Errors
    /// If `most` listeners listen already.
    pub(crate) fn listen(self: &Arc<Self>, filter: Filter, most: usize) -> Result<Listener, Full> {
        let is_dirty = Arc::new(AtomicBool::new(false));
        let index = {
            let mut topics = self.lock();
            if self.count.load(Ordering::SeqCst) >= most {
                return Err(Full);
            }
            self.count.fetch_add(1, Ordering::SeqCst);
            let slot = Slot {
                changed: vec![0; words(filter.uris.len())],
                is_dirty: Arc::clone(&is_dirty),
                waker: None,
            };
            let index = topics.insert(slot);
            for list in List::ALL.into_iter().filter(|list| filter.has_list(*list)) {
                topics.lists[list as usize].push(Place { listener: index, bit: list as usize });
            }
            for (at, uri) in filter.uris.iter().enumerate() {
                if let Some(uri) = uri {
                    topics.add(index, at, uri);
                }
            }
            index
        };
        self.watch(!filter.is_empty());
        Ok(Listener::new(Arc::clone(self), index, is_dirty, filter))
    }

    /// One more resource of a listener, or one less.
    pub(super) fn add(&self, listener: usize, at: usize, uri: &Arc<str>) {
        self.lock().add(listener, at, uri);
    }

    pub(super) fn remove(&self, listener: usize, at: usize, uri: &str) {
        self.lock().remove(listener, at, uri);
    }

    /// Counts a listener that begins or ceases to listen to anything.
    pub(super) fn watch(&self, begins: bool) {
        if begins {
            self.watching.send_modify(|count| *count += 1);
        }
    }

    pub(super) fn unwatch(&self, ceases: bool) {
        if ceases {
            self.watching.send_modify(|count| *count -= 1);
        }
    }

    /// Whom to wake when something of a listener changes.
    pub(super) fn set_waker(&self, listener: usize, waker: &Waker) {
        if let Some(slot) = &mut self.lock().listeners[listener] {
            slot.waker = Some(waker.clone());
        }
    }

    /// Takes the bits of a listener: what changed since it last asked.
    pub(super) fn take(&self, listener: usize, taken: &mut Vec<u64>) {
        taken.clear();
        if let Some(slot) = &mut self.lock().listeners[listener] {
            taken.extend_from_slice(&slot.changed);
            slot.changed.fill(0);
            slot.is_dirty.store(false, Ordering::Release);
        }
    }

    /// A listener has left.
    pub(super) fn leave(&self, listener: usize, filter: &Filter) {
        let mut topics = self.lock();
        topics.listeners[listener] = None;
        for places in &mut topics.lists {
            places.retain(|place| place.listener != listener);
        }
        for (at, uri) in filter.uris.iter().enumerate() {
            if let Some(uri) = uri {
                topics.remove(listener, at, uri);
            }
        }
        while topics.listeners.pop_if(|last| last.is_none()).is_some() {}
        drop(topics);
        self.count.fetch_sub(1, Ordering::SeqCst);
        self.unwatch(!filter.is_empty());
    }

    fn lock(&self) -> MutexGuard<'_, Topics> {
        // Nothing that panics is done under the lock.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Topics {
    fn insert(&mut self, slot: Slot) -> usize {
        let free = self.listeners.iter().position(Option::is_none);
        match free {
            Some(index) => {
                self.listeners[index] = Some(slot);
                index
            }
            None => {
                self.listeners.push(Some(slot));
                self.listeners.len() - 1
            }
        }
    }

    fn add(&mut self, listener: usize, at: usize, uri: &Arc<str>) {
        let bit = List::ALL.len() + at;
        if let Some(slot) = &mut self.listeners[listener] {
            let words = words(at + 1);
            if slot.changed.len() < words {
                slot.changed.resize(words, 0);
            }
        }
        self.uris.entry(Arc::clone(uri)).or_default().push(Place { listener, bit });
    }

    fn remove(&mut self, listener: usize, at: usize, uri: &str) {
        let bit = List::ALL.len() + at;
        if let Some(slot) = &mut self.listeners[listener] {
            slot.changed[bit / 64] &= !(1 << (bit % 64));
        }
        if let Some(places) = self.uris.get_mut(uri) {
            let place = Place { listener, bit };
            if let Some(at) = places.iter().position(|known| *known == place) {
                places.swap_remove(at);
            }
            if places.is_empty() {
                self.uris.remove(uri);
            }
        }
    }
}

/// How many words hold the bits of the lists and of so many resources.
fn words(uris: usize) -> usize {
    (List::ALL.len() + uris).div_ceil(64)
}

/// Tells clients of changes: resources that hold something else, and lists with other entries.
///
/// A clone tells the same clients. Telling waits for nobody and keeps nothing: who does not listen
/// at that moment does not hear of it, and a client that listens is told of any number of changes
/// of one thing once, at most every 50 ms.
///
/// From [`Context::notifier`](crate::Context::notifier), [`App::notifier`](crate::App::notifier),
/// or as a parameter of [`Server::background`](crate::Server::background).
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
/// /// Write the note anew.
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
    /// The resource with this URI holds something else. Clients that subscribed to it hear of it.
    ///
    /// Spec: 2026-07-28, server/resources, Subscriptions.
    pub fn updated(&self, uri: impl AsRef<str>) {
        self.bus.publish(Change::Resource(uri.as_ref()));
    }

    /// There are other tools than before, or they are described in another way.
    ///
    /// [`Switch`](crate::Switch) tells that by itself. Clients hear of changed lists if the server
    /// has a switch.
    pub fn tools_changed(&self) {
        self.bus.publish(Change::List(List::Tools));
    }

    /// There are other prompts than before, or they are described in another way; as
    /// [`tools_changed`](Self::tools_changed).
    pub fn prompts_changed(&self) {
        self.bus.publish(Change::List(List::Prompts));
    }

    /// There are other resources than before, or they are described in another way.
    ///
    /// Clients hear of it if the server has a switch, or a template that is both `listed` and
    /// `subscribe`.
    pub fn resources_changed(&self) {
        self.bus.publish(Change::List(List::Resources));
    }

    /// Waits until a client listens to anything; ready at once while one does.
    ///
    /// So that whatever looks for changes elsewhere does it for somebody.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn watched(&self) {
        let mut watching = self.bus.watching.subscribe();
        // The sender lives in the bus, which lives as long as this.
        watching.wait_for(|count| *count > 0).await.map(drop).unwrap_or_default();
    }

    /// Whether a client listens to anything.
    pub fn is_watched(&self) -> bool {
        *self.bus.watching.borrow() > 0
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("is_watched", &self.is_watched()).finish()
    }
}
