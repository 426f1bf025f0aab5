//! The part of a session that lives in memory: its calls in flight, its streams, its log level.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Context as TaskContext;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::VALID;
use super::reader::Reader;
use super::stream::Stream;
use crate::dispatch::{Refusal, Served, Session};
use crate::jsonrpc::Id;
use crate::outgoing::Peer;

/// How many sessions may have state in memory.
const SESSIONS: usize = 10_000;

/// How many ended sessions are remembered: their ids would otherwise stay valid for days.
const ENDED: usize = 65_536;

/// How long the state of an idle session is kept, unless its client has set something: that is
/// kept as long as the id is valid.
const IDLE: Duration = Duration::from_secs(5 * 60);

/// How often idle sessions are removed.
const SWEEP: Duration = Duration::from_secs(30);

/// How many finished streams of a session are kept for resumption.
const STREAMS: usize = 16;

/// How many bytes of messages all streams may hold. Beyond it, finished streams are dropped.
const KEPT: usize = 64 * 1024 * 1024;

/// The number of the session's own stream, which GET opens.
pub(super) const OWN: u64 = 0;

/// The sessions with state in memory, and the ended ones.
#[derive(Default)]
pub(in crate::transport::http) struct Sessions {
    table: Arc<Mutex<Table>>,
    /// Bytes of the messages of all streams.
    bytes: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Table {
    attached: HashMap<Peer, Arc<Attached>>,
    ended: HashSet<Peer>,
    /// In the order they ended.
    order: VecDeque<Peer>,
    /// Removes idle ones, from the first session on.
    sweeper: JoinSet<()>,
}

/// The state of one session in memory.
pub(super) struct Attached {
    /// Lent to requests that change it.
    session: Mutex<Session>,
    state: Mutex<State>,
    /// Messages that belong to no call.
    own: Arc<Stream>,
}

struct State {
    /// The calls in flight, and the streams of their answers.
    calls: HashMap<Id<'static>, Arc<Stream>>,
    /// The streams that can be resumed, by number.
    streams: BTreeMap<u64, Arc<Stream>>,
    last_stream: u64,
    used: Instant,
    /// Whether the client has set a log level, or subscribed to something.
    is_kept: bool,
}

impl Sessions {
    /// The state of a session, if it has any.
    pub(super) fn attached(&self, uid: Peer) -> Option<Arc<Attached>> {
        self.lock().attached.get(&uid).map(Arc::clone)
    }

    /// The state of a session, created if necessary; `None` if the session has ended.
    pub(super) fn attach(&self, uid: Peer, session: &Session) -> Option<Arc<Attached>> {
        let mut table = self.lock();
        if table.ended.contains(&uid) {
            return None;
        }
        // A sweeper ends early with its event loop.
        table.sweeper.try_join_next();
        if table.sweeper.is_empty() {
            table.sweeper.spawn(sweep(Arc::downgrade(&self.table)));
        }
        if !table.attached.contains_key(&uid) && table.attached.len() >= SESSIONS {
            table.make_room();
        }
        if self.bytes.load(Ordering::Relaxed) > KEPT {
            table.attached.values().for_each(|attached| attached.forget_streams(0));
        }
        let new = || Arc::new(Attached::new(session.again(), self.stream()));
        let attached = table.attached.entry(uid).or_insert_with(new);
        attached.touch();
        Some(Arc::clone(attached))
    }

    /// Drops the state of all unused sessions, and with it their subscriptions.
    pub(super) fn make_room(&self) {
        self.lock().make_room();
    }

    /// A stream for one POST, or for the messages that belong to no call.
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
        lock(&self.table)
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    // Nothing that panics is done under the lock.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drops the state of idle sessions from time to time. The sessions stay valid.
async fn sweep(table: Weak<Mutex<Table>>) {
    loop {
        sleep(SWEEP).await;
        let Some(table) = table.upgrade() else { return };
        lock(&table).attached.retain(|_, attached| !attached.is_outdated());
    }
}

impl Table {
    /// Drops the state of all unused sessions.
    fn make_room(&mut self) {
        self.attached.retain(|_, attached| !attached.is_idle(Duration::ZERO));
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
        Self { session: Mutex::new(session), state: Mutex::new(state), own }
    }

    /// Whether it has been unused for this long.
    fn is_idle(self: &Arc<Self>, time: Duration) -> bool {
        // Requests, calls in flight and the reader of its stream hold it as well.
        Arc::strong_count(self) == 1 && self.lock().used.elapsed() >= time
    }

    /// Notes that it is in use.
    pub(super) fn touch(&self) {
        self.lock().used = Instant::now();
    }

    fn is_outdated(self: &Arc<Self>) -> bool {
        let is_kept = self.lock().is_kept;
        self.is_idle(if is_kept { VALID } else { IDLE })
    }

    /// Keeps it longer while it is idle.
    pub(super) fn keep(&self) {
        self.lock().is_kept = true;
    }

    /// Checks that no call with this id is in flight.
    ///
    /// # Errors
    /// If there is one.
    pub(super) fn check_id(&self, id: &Id<'static>) -> Result<(), Refusal> {
        if self.lock().calls.contains_key(id) { Err(taken()) } else { Ok(()) }
    }

    /// Registers a call in flight.
    ///
    /// # Errors
    /// If another call with this id is in flight.
    pub(super) fn add_call(&self, id: &Id<'static>, stream: &Arc<Stream>) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.calls.contains_key(id) {
            return Err(taken());
        }
        state.calls.insert(id.clone(), Arc::clone(stream));
        Ok(())
    }

    /// Removes a call of this stream. After a cancellation, a call of another stream may have
    /// the same id.
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

    /// Keeps a stream for resumption, and returns its number.
    pub(super) fn keep_stream(&self, stream: &Arc<Stream>) -> u64 {
        let mut state = self.lock();
        state.last_stream += 1;
        let number = state.last_stream;
        state.streams.insert(number, Arc::clone(stream));
        drop(state);
        self.forget_streams(STREAMS);
        number
    }

    /// Drops finished streams, the oldest first, until this many are left. The number of running
    /// streams is bounded by the number of calls.
    fn forget_streams(&self, left: usize) {
        let mut state = self.lock();
        let surplus = state.streams.len().saturating_sub(left);
        let ended = state.streams.iter().filter(|(_, stream)| stream.is_done());
        let ended: Vec<u64> = ended.map(|(number, _)| *number).take(surplus).collect();
        for number in ended {
            state.streams.remove(&number);
        }
    }

    /// A reader of the session's own stream from this message on, or from the first message that
    /// no reader has sent, if none is named or it is not kept, for example after a restart. It
    /// replaces the previous reader.
    pub(super) fn listen_from(self: &Arc<Self>, at: Option<u64>) -> Reader {
        let at = at.filter(|at| self.own.has(*at)).unwrap_or_else(|| self.own.unsent());
        let number = self.session().has_resumption().then_some(OWN);
        Reader::new(Arc::clone(&self.own), number, at).notifying_of(Arc::clone(self))
    }

    /// A reader of a call's stream from this message on; `None` if the message is not kept.
    pub(super) fn resume(&self, number: u64, at: u64) -> Option<Reader> {
        let stream = Arc::clone(self.lock().streams.get(&number)?);
        stream.has(at).then(|| Reader::new(stream, Some(number), at))
    }

    /// The session, for one request that changes it.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the reader of the session's own stream look for changes that the session is subscribed
    /// to since it looked last.
    pub(super) fn wake_reader(&self) {
        self.own.wake();
    }

    /// Adds the notifications of changes to the session's own stream.
    pub(super) fn poll_changes(&self, cx: &mut TaskContext<'_>, served: &Served) {
        let mut lines = Vec::new();
        while self.session().poll_changes(cx, served, &mut lines).is_ready() {}
        if !lines.is_empty() {
            self.own.add(&lines, 0);
        }
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

fn taken() -> Refusal {
    Refusal::invalid("invalid request: another request with this id is still being answered")
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    /// Runs on a clock that jumps ahead whenever there is nothing to do.
    fn run(test: impl Future<Output = ()>) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap().block_on(test);
    }

    fn one() -> Id<'static> {
        Id::from_json("1").unwrap()
    }

    fn attached(sessions: &Sessions, uid: Peer) -> Arc<Attached> {
        sessions.attach(uid, &Session::closed()).unwrap()
    }

    /// A request that was on its way when DELETE came does not bring the session back.
    #[test]
    fn what_was_ended_is_not_attached_again() {
        run(async {
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
        });
    }

    #[test]
    fn an_id_belongs_to_one_call_at_a_time() {
        run(async {
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
        });
    }

    /// HTTL-14: also if its first messages are no longer kept.
    #[test]
    fn a_new_reader_of_the_sessions_own_stream_begins_where_the_last_one_ended() {
        run(async {
            let sessions = Sessions::default();
            let attached = attached(&sessions, 1);
            let cx = &mut TaskContext::from_waker(std::task::Waker::noop());
            let kibibyte = [&[b'x'; 1024][..], b"\n"].concat();
            let mut reader = attached.listen_from(None);
            for message in 0..=1000 {
                assert!(reader.poll_next(cx).is_ready());
                if message < 1000 {
                    attached.own.add(&kibibyte, 0);
                }
            }
            assert!(!attached.own.has(0));
            for (number, at) in (1001..).zip([None, Some(0), Some(5000)]) {
                attached.own.add(b"next\n", 0);
                let mut reader = attached.listen_from(at);
                assert!(reader.poll_next(cx).is_ready());
                let Poll::Ready(Some(event)) = reader.poll_next(cx) else { panic!("{at:?}") };
                let expected = format!("id: 0-{number}\ndata: next\n\n");
                assert_eq!(event.as_ref(), expected.as_bytes(), "{at:?}");
            }
        });
    }

    // HTTL-14.
    #[test]
    fn streams_that_nobody_read_are_forgotten_too() {
        run(async {
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
        });
    }

    #[test]
    fn streams_that_have_ended_are_forgotten_when_all_are_too_long() {
        run(async {
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
        });
    }

    /// Nothing has to come in for this.
    #[test]
    fn idle_sessions_are_dropped() {
        run(async {
            let sessions = Sessions::default();
            let [running, kept, read] = [1, 2, 3].map(|uid| attached(&sessions, uid));
            running.add_call(&one(), &sessions.stream()).unwrap();
            kept.keep();
            let reader = read.listen_from(None);
            drop((kept, attached(&sessions, 4)));
            let are_left = || [1, 2, 3, 4].map(|uid| sessions.attached(uid).is_some());
            sleep(IDLE / 2).await;
            assert_eq!(are_left(), [true; 4]);
            sleep(IDLE).await;
            assert_eq!(are_left(), [true, true, true, false]);
            // Whoever read it has used it until now.
            drop((reader, read));
            sleep(IDLE / 2).await;
            assert_eq!(are_left(), [true, true, true, false]);
            sleep(IDLE).await;
            assert_eq!(are_left(), [true, true, false, false]);
            sleep(VALID).await;
            assert_eq!(are_left(), [true, false, false, false]);
        });
    }

    #[test]
    fn the_sweeper_ends_with_the_sessions() {
        run(async {
            let sessions = Sessions::default();
            attached(&sessions, 1);
            drop(sessions);
            tokio::task::yield_now().await;
            assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
        });
    }
}
