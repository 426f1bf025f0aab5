//! What of a session has to live in a process: its calls that wait, its streams, its log level.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context as TaskContext;
use std::time::Duration;

use tokio::time::Instant;

use super::reader::{Reader, position};
use super::stream::Stream;
use crate::dispatch::{Refusal, Served, Session};
use crate::jsonrpc::Id;
use crate::outgoing::Peer;

/// Sessions that something lives of.
const SESSIONS: usize = 10_000;

/// Ended sessions that are remembered; their ids would be good for days.
const ENDED: usize = 65_536;

/// How long something is kept of a session that is not used.
const IDLE: Duration = Duration::from_mins(5);

/// How often such sessions are looked for.
const SWEEP: Duration = Duration::from_secs(30);

/// Streams of a session that are kept after their end, for readers that come back.
const STREAMS: usize = 16;

/// The sessions that something lives of, and those that were ended.
#[derive(Default)]
pub(in crate::transport::http) struct Sessions(Mutex<Table>);

#[derive(Default)]
struct Table {
    attached: HashMap<Peer, Arc<Attached>>,
    ended: HashSet<Peer>,
    /// In the order they ended.
    order: VecDeque<Peer>,
    /// When idle ones were looked for.
    swept: Option<Instant>,
}

/// What lives of one session.
pub(super) struct Attached {
    session: Mutex<Session>,
    state: Mutex<State>,
    /// What is said and belongs to no call.
    own: Arc<Stream>,
}

struct State {
    /// The calls that wait, and where they answer.
    calls: HashMap<Id<'static>, Arc<Stream>>,
    /// The streams that can be picked up again, by their numbers.
    streams: BTreeMap<u64, Arc<Stream>>,
    last_stream: u64,
    used: Instant,
    /// Its client has set a level, and it stays while it is idle.
    is_kept: bool,
}

impl Sessions {
    /// What lives of a session.
    pub(super) fn attached(&self, uid: Peer) -> Option<Arc<Attached>> {
        self.lock().attached.get(&uid).map(Arc::clone)
    }

    /// What lives of a session, and something does from now on.
    pub(super) fn attach(&self, uid: Peer, session: &Session) -> Arc<Attached> {
        let mut table = self.lock();
        if !table.attached.contains_key(&uid) {
            table.make_room();
        }
        let attached = table.attached.entry(uid);
        let attached = attached.or_insert_with(|| Arc::new(Attached::new(session.again())));
        attached.lock().used = Instant::now();
        Arc::clone(attached)
    }

    /// Whether a session was ended.
    pub(super) fn is_ended(&self, uid: Peer) -> bool {
        self.lock().ended.contains(&uid)
    }

    /// Ends a session: its calls are cancelled, its streams end.
    pub(super) fn end(&self, uid: Peer) {
        let mut table = self.lock();
        if table.ended.insert(uid) {
            table.order.push_back(uid);
        }
        if table.order.len() > ENDED
            && let Some(oldest) = table.order.pop_front()
        {
            table.ended.remove(&oldest);
        }
        let attached = table.attached.remove(&uid);
        drop(table);
        if let Some(attached) = attached {
            attached.end();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing that panics is done under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Forgets what lives of sessions that nobody uses: they go on without it.
    fn make_room(&mut self) {
        let is_due = self.swept.is_none_or(|swept| swept.elapsed() >= SWEEP);
        if is_due {
            self.swept = Some(Instant::now());
            self.attached.retain(|_, attached| attached.is_kept() || !attached.is_idle(IDLE));
        }
        if self.attached.len() >= SESSIONS {
            self.attached.retain(|_, attached| !attached.is_idle(Duration::ZERO));
        }
    }
}

impl Attached {
    fn new(session: Session) -> Self {
        let state = State {
            calls: HashMap::new(),
            streams: BTreeMap::new(),
            last_stream: 0,
            used: Instant::now(),
            is_kept: false,
        };
        Self { session: Mutex::new(session), state: Mutex::new(state), own: Arc::default() }
    }

    /// Whether nothing of it is used, and was not for this long.
    fn is_idle(&self, time: Duration) -> bool {
        let state = self.lock();
        // A reader of its own stream holds it too.
        let has_reader = Arc::strong_count(&self.own) > 1;
        state.calls.is_empty() && !has_reader && state.used.elapsed() >= time
    }

    fn is_kept(&self) -> bool {
        self.lock().is_kept
    }

    /// Keeps it while it is idle.
    pub(super) fn keep(&self) {
        self.lock().is_kept = true;
    }

    /// Fails if a call with this id waits.
    ///
    /// # Errors
    /// What a client reads.
    pub(super) fn check_id(&self, id: &Id<'static>) -> Result<(), Refusal> {
        if self.lock().calls.contains_key(id) {
            return Err(Refusal::invalid(
                "invalid request: another request with this id is still being answered",
            ));
        }
        Ok(())
    }

    /// Remembers a call that waits.
    pub(super) fn add_call(&self, id: Id<'static>, stream: &Arc<Stream>) {
        self.lock().calls.insert(id, Arc::clone(stream));
    }

    pub(super) fn remove_call(&self, id: &Id<'static>) {
        let mut state = self.lock();
        state.calls.remove(id);
        state.used = Instant::now();
    }

    /// Cancels a call.
    pub(super) fn cancel(&self, id: &Id<'static>) {
        let stream = self.lock().calls.remove(id);
        if let Some(stream) = stream {
            stream.cancel(id.clone());
        }
    }

    /// Keeps a stream for readers that come back, and gives its number.
    pub(super) fn keep_stream(&self, stream: &Arc<Stream>) -> u64 {
        let mut state = self.lock();
        state.last_stream += 1;
        let number = state.last_stream;
        state.streams.insert(number, Arc::clone(stream));
        while state.streams.len() > STREAMS {
            let read = state.streams.iter().find(|(_, stream)| stream.is_read());
            let Some((&oldest, _)) = read else { break };
            state.streams.remove(&oldest);
        }
        number
    }

    /// A reader of what is said and belongs to no call; the one before leaves.
    pub(super) fn listen(self: &Arc<Self>) -> Reader {
        let number = self.session().has_resumption().then_some(0);
        Reader::new(Arc::clone(&self.own), number, 0).telling(Arc::clone(self))
    }

    /// Its session, as it is lent to one request that changes it.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what has changed since the last time.
    pub(super) fn poll_changes(&self, cx: &mut TaskContext<'_>, served: &Served) {
        let mut lines = Vec::new();
        while self.session().poll_changes(cx, served, &mut lines).is_ready() {}
        if !lines.is_empty() {
            self.own.add(&lines, 0);
        }
    }

    /// A reader that goes on behind an event; `None` if what follows it is not kept.
    pub(super) fn resume(self: &Arc<Self>, last: &[u8]) -> Option<Reader> {
        let (number, at) = position(last)?;
        if number == 0 {
            let own = Arc::clone(&self.own);
            return own.has(at).then(|| Reader::new(own, Some(0), at).telling(Arc::clone(self)));
        }
        let stream = Arc::clone(self.lock().streams.get(&number)?);
        stream.has(at).then(|| Reader::new(stream, Some(number), at))
    }

    fn end(&self) {
        let mut state = self.lock();
        for (_, stream) in state.calls.drain() {
            stream.cancel_all();
        }
        self.own.end();
        drop(state);
        self.session().close();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that panics is done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
