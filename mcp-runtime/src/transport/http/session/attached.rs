//! What of a session has to live in a process: its calls that wait, its streams, its log level.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::reader::Reader;
use super::stream::Stream;
use crate::dispatch::{Refusal, Session};
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

/// Bytes of messages that all streams keep. With more, those that have ended are forgotten.
const KEPT: usize = 64 * 1024 * 1024;

/// The number of the stream of what belongs to no call.
pub(super) const OWN: u64 = 0;

/// The sessions that something lives of, and those that were ended.
#[derive(Default)]
pub(in crate::transport::http) struct Sessions {
    table: Mutex<Table>,
    /// Bytes of the messages of all streams.
    bytes: Arc<AtomicUsize>,
}

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
    pub(super) session: Session,
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

    /// What lives of a session, and something does from now on; `None` if it was ended meanwhile.
    pub(super) fn attach(&self, uid: Peer, session: &Session) -> Option<Arc<Attached>> {
        let mut table = self.lock();
        if table.ended.contains(&uid) {
            return None;
        }
        table.sweep();
        if !table.attached.contains_key(&uid) {
            table.make_room();
        }
        if self.bytes.load(Ordering::Relaxed) > KEPT {
            table.attached.values().for_each(|attached| attached.forget_streams(0));
        }
        let new = || Arc::new(Attached::new(session.clone(), self.stream()));
        let attached = table.attached.entry(uid).or_insert_with(new);
        attached.lock().used = Instant::now();
        Some(Arc::clone(attached))
    }

    /// A stream for the answers to one POST, or for what is said beside them.
    pub(super) fn stream(&self) -> Arc<Stream> {
        Arc::new(Stream::new(Arc::clone(&self.bytes)))
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
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Forgets what lives of sessions that nobody uses: they go on without it.
    fn sweep(&mut self) {
        let is_due = self.swept.is_none_or(|swept| swept.elapsed() >= SWEEP);
        if is_due {
            self.swept = Some(Instant::now());
            self.attached.retain(|_, attached| attached.is_kept() || !attached.is_idle(IDLE));
        }
    }

    /// The same, whenever they were used, if there are too many.
    fn make_room(&mut self) {
        if self.attached.len() >= SESSIONS {
            self.attached.retain(|_, attached| !attached.is_idle(Duration::ZERO));
        }
    }
}

impl Attached {
    fn new(session: Session, own: Arc<Stream>) -> Self {
        let state = State {
            calls: HashMap::new(),
            streams: BTreeMap::new(),
            last_stream: 0,
            used: Instant::now(),
            is_kept: false,
        };
        Self { session, state: Mutex::new(state), own }
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
        if self.lock().calls.contains_key(id) { Err(taken()) } else { Ok(()) }
    }

    /// Remembers a call that waits.
    ///
    /// # Errors
    /// If another one with this id does.
    pub(super) fn add_call(&self, id: &Id<'static>, stream: &Arc<Stream>) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.calls.contains_key(id) {
            return Err(taken());
        }
        state.calls.insert(id.clone(), Arc::clone(stream));
        Ok(())
    }

    /// Forgets a call that answered on this stream. Its id may belong to another call since it was
    /// cancelled.
    pub(super) fn remove_call(&self, id: &Id<'static>, stream: &Arc<Stream>) {
        let mut state = self.lock();
        if state.calls.get(id).is_some_and(|known| Arc::ptr_eq(known, stream)) {
            state.calls.remove(id);
        }
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
        drop(state);
        self.forget_streams(STREAMS);
        number
    }

    /// Forgets streams that have ended, the oldest first, until so many are left. Those that go on
    /// are bounded with their calls.
    fn forget_streams(&self, left: usize) {
        let mut state = self.lock();
        let surplus = state.streams.len().saturating_sub(left);
        let ended = state.streams.iter().filter(|(_, stream)| stream.is_done());
        let ended: Vec<u64> = ended.map(|(number, _)| *number).take(surplus).collect();
        for number in ended {
            state.streams.remove(&number);
        }
    }

    /// A reader of what is said and belongs to no call; the one before leaves.
    pub(super) fn listen(&self) -> Reader {
        let number = self.session.has_resumption().then_some(OWN);
        Reader::new(Arc::clone(&self.own), number, 0)
    }

    /// A reader of what is said and belongs to no call, which goes on behind an event if that is
    /// kept, perhaps not by this process.
    pub(super) fn listen_from(&self, at: u64) -> Reader {
        if self.own.has(at) {
            return Reader::new(Arc::clone(&self.own), Some(OWN), at);
        }
        self.listen()
    }

    /// A reader that goes on behind an event of a call's stream; `None` if what follows it is not
    /// kept.
    pub(super) fn resume(&self, number: u64, at: u64) -> Option<Reader> {
        let stream = Arc::clone(self.lock().streams.get(&number)?);
        stream.has(at).then(|| Reader::new(stream, Some(number), at))
    }

    fn end(&self) {
        let mut state = self.lock();
        for (_, stream) in state.calls.drain() {
            stream.cancel_all();
        }
        self.own.end();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that panics is done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn taken() -> Refusal {
    Refusal::invalid("invalid request: another request with this id is still being answered")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Id<'static> {
        Id::from_json("1").unwrap()
    }

    fn attached(sessions: &Sessions, uid: Peer) -> Arc<Attached> {
        sessions.attach(uid, &Session::closed()).unwrap()
    }

    /// A request that was on its way when DELETE came does not bring the session back.
    #[test]
    fn what_was_ended_is_not_attached_again() {
        let sessions = Sessions::default();
        let stream = sessions.stream();
        attached(&sessions, 1).add_call(&one(), &stream).unwrap();
        sessions.end(1);
        assert!(sessions.attach(1, &Session::closed()).is_none());
        assert!(sessions.attached(1).is_none());
        assert!(
            stream
                .take_cancelled(&std::task::Context::from_waker(std::task::Waker::noop()))
                .is_none()
        );
    }

    #[test]
    fn an_id_belongs_to_one_call_at_a_time() {
        let sessions = Sessions::default();
        let (first, second) = (sessions.stream(), sessions.stream());
        let attached = attached(&sessions, 1);
        attached.add_call(&one(), &first).unwrap();
        assert!(attached.add_call(&one(), &second).is_err());
        attached.cancel(&one());
        attached.add_call(&one(), &second).unwrap();
        // The first one is dropped at last.
        attached.remove_call(&one(), &first);
        assert!(attached.check_id(&one()).is_err());
        attached.remove_call(&one(), &second);
        assert!(attached.check_id(&one()).is_ok());
    }

    // HTTL-14.
    #[test]
    fn streams_that_nobody_read_are_forgotten_too() {
        let sessions = Sessions::default();
        let attached = attached(&sessions, 1);
        let running = sessions.stream();
        let number = attached.keep_stream(&running);
        for _ in 0..100 {
            let stream = sessions.stream();
            stream.add(b"1\n", 1);
            stream.end();
            attached.keep_stream(&stream);
        }
        assert_eq!(attached.lock().streams.len(), STREAMS);
        assert!(attached.resume(number, 0).is_some());
    }

    #[test]
    fn streams_that_have_ended_are_forgotten_when_all_are_too_long() {
        let sessions = Sessions::default();
        let long = [&vec![b'x'; KEPT / 4][..], b"\n"].concat();
        for uid in 0..8 {
            let attached = attached(&sessions, uid);
            let stream = sessions.stream();
            stream.add(&long, 1);
            stream.end();
            attached.keep_stream(&stream);
        }
        assert!(sessions.bytes.load(Ordering::Relaxed) <= KEPT + long.len());
    }
}
