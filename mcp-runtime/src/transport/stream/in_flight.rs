//! Requests being answered, by id: the limit on them, cancelling one, draining them at the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use tokio::task::{AbortHandle, Id as TaskId, JoinSet};

use super::room::{Gated, Held, Room};
use crate::call::Places;
use crate::dispatch::{Done, Exchange, Refusal};
use crate::jsonrpc::Id;
use crate::limits::Limits;

/// Lines of calls in flight, in lines of the longest kind: their arguments are held by the calls.
const LINES: usize = 4;

/// Bytes of ids of calls in flight. An id can be as long as a line, and is kept apart from it.
const IDS: usize = 1024 * 1024;

/// Where an answer goes: into a batch, or out by itself.
pub(super) type Target = Option<u64>;

/// The calls that were begun and wait for something, and the lines that wait for them.
#[derive(Debug)]
pub(super) struct InFlight {
    most: usize,
    most_bytes: usize,
    most_waiting_bytes: usize,
    places: Arc<Places>,
    room: Arc<Room>,
    tasks: JoinSet<(Done, Option<Held>)>,
    calls: HashMap<TaskId, Entry>,
    /// Bytes of the ids of calls.
    id_bytes: usize,
    ids: HashMap<Id<'static>, Stage>,
    /// In the order they came.
    waiting: BTreeMap<u64, (Id<'static>, String)>,
    waiting_bytes: usize,
    last_turn: u64,
}

#[derive(Debug)]
struct Entry {
    id: Id<'static>,
    target: Target,
    /// The answer if the call ends without one.
    failed: Done,
}

/// How far the request with an id has come.
#[derive(Debug)]
enum Stage {
    Waiting(u64),
    Running(AbortHandle),
}

/// How a call ended.
pub(super) enum Ended {
    /// It has an answer.
    Finished(Finished),
    /// It was cancelled, which makes room all the same.
    Cancelled,
    /// No call is left.
    All,
}

/// A call that has come to its end.
pub(super) struct Finished {
    pub(super) id: Id<'static>,
    pub(super) target: Target,
    pub(super) done: Done,
    /// Given back when the answer is written.
    pub(super) held: Option<Held>,
}

impl InFlight {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.in_flight,
            most_bytes: limits.line.saturating_mul(LINES),
            most_waiting_bytes: limits.waiting,
            places: Arc::default(),
            room: Arc::new(Room::new(limits)),
            tasks: JoinSet::new(),
            calls: HashMap::new(),
            id_bytes: 0,
            ids: HashMap::new(),
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            last_turn: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What all calls take together, those that nobody waits for any more too.
    pub(super) fn places(&self) -> &Arc<Places> {
        &self.places
    }

    pub(super) fn is_full(&self) -> bool {
        self.places.calls() >= self.most || self.places.bytes() >= self.most_bytes
    }

    /// Told whether the output has all that it takes.
    pub(super) fn set_full(&self, is_full: bool) {
        if !self.calls.is_empty() {
            self.room.set_full(is_full);
        }
    }

    /// Fails if a request with this id cannot be begun.
    ///
    /// # Errors
    /// If another one is still being answered, or the ids take too much.
    #[inline]
    pub(super) fn check_id(&self, id: &Id<'_>) -> Result<(), Refusal> {
        // Most requests are answered before the next one is read: then there is nothing to look
        // for.
        if self.is_empty() { Ok(()) } else { self.check_among_others(id) }
    }

    #[cold]
    fn check_among_others(&self, id: &Id<'_>) -> Result<(), Refusal> {
        if self.ids.contains_key(&id.clone().into_owned()) {
            return Err(Refusal::invalid(
                "invalid request: another request with this id is still being answered",
            ));
        }
        if self.calls.is_empty() || self.id_bytes + id.as_json().len() <= IDS {
            return Ok(());
        }
        let what = format!("busy: the ids of running calls are longer than {IDS} bytes");
        Err(Refusal::busy(what))
    }

    /// Lets a call go on by itself, which was polled right before.
    pub(super) fn insert(&mut self, id: Id<'static>, target: Target, exchange: Exchange) {
        let failed = exchange.failed("its task was aborted");
        let abort = self.tasks.spawn(Gated::new(exchange, Arc::clone(&self.room)));
        self.id_bytes += id.as_json().len();
        self.calls.insert(abort.id(), Entry { id: id.clone(), target, failed });
        self.ids.insert(id, Stage::Running(abort));
    }

    /// Counts a call no more.
    fn remove(&mut self, task: TaskId) -> Option<Entry> {
        let entry = self.calls.remove(&task)?;
        self.id_bytes -= entry.id.as_json().len();
        Some(entry)
    }

    /// Keeps a line until a call has finished; not if too much waits already, or the line is one of
    /// a batch, whose end would wait with it.
    pub(super) fn wait(
        &mut self,
        id: &Id<'_>,
        line: &str,
        target: Target,
        cx: &TaskContext<'_>,
    ) -> bool {
        if target.is_some()
            || self.waiting_bytes + held(id.as_json(), line) > self.most_waiting_bytes
        {
            return false;
        }
        self.waiting_bytes += held(id.as_json(), line);
        self.last_turn += 1;
        let id = id.clone().into_owned();
        self.ids.insert(id.clone(), Stage::Waiting(self.last_turn));
        self.waiting.insert(self.last_turn, (id, line.to_owned()));
        // A place may be given back by a function whose call has ended long ago, which nobody else
        // is told of.
        self.places.wait(cx.waker());
        if !self.is_full() {
            cx.waker().wake_by_ref();
        }
        true
    }

    /// The line that has waited longest, if there is room for its call.
    pub(super) fn next_waiting(&mut self, cx: &TaskContext<'_>) -> Option<String> {
        if self.waiting.is_empty() {
            return None;
        }
        // A function that blocks gives its place back when it returns, however its call ended.
        self.places.wait(cx.waker());
        if self.is_full() {
            return None;
        }
        let (_, (id, line)) = self.waiting.pop_first()?;
        self.ids.remove(&id);
        self.waiting_bytes -= held(id.as_json(), &line);
        Some(line)
    }

    /// Drops the call, or the line, with this id; its answer is never written. Gives where the
    /// answer would have gone.
    pub(super) fn cancel(&mut self, id: &Id<'_>) -> Target {
        let task = match self.ids.remove(&id.clone().into_owned())? {
            Stage::Waiting(turn) => {
                let (id, line) = self.waiting.remove(&turn)?;
                self.waiting_bytes -= held(id.as_json(), &line);
                return None;
            }
            Stage::Running(task) => {
                task.abort();
                task.id()
            }
        };
        self.remove(task)?.target
    }

    /// The next call that has ended.
    pub(super) fn poll_ended(&mut self, cx: &mut TaskContext<'_>) -> Poll<Ended> {
        if self.tasks.is_empty() {
            return Poll::Ready(Ended::All);
        }
        let Poll::Ready(ended) = self.tasks.poll_join_next_with_id(cx) else {
            return Poll::Pending;
        };
        let (task, ended) = match ended {
            None => return Poll::Ready(Ended::All),
            Some(Ok((task, ended))) => (task, Some(ended)),
            Some(Err(stopped)) => (stopped.id(), None),
        };
        let Some(entry) = self.remove(task) else {
            return Poll::Ready(Ended::Cancelled);
        };
        self.ids.remove(&entry.id);
        // A task that ended without a value panicked as its future was dropped.
        let Entry { id, target, failed } = entry;
        let (done, held) = ended.unwrap_or((failed, None));
        Poll::Ready(Ended::Finished(Finished { id, target, done, held }))
    }

    pub(super) fn clear(&mut self) {
        self.tasks.abort_all();
        self.calls.clear();
        self.id_bytes = 0;
        self.ids.clear();
        self.waiting.clear();
        self.waiting_bytes = 0;
    }
}

/// What a line that waits takes: its id is kept twice beside it.
fn held(id: &str, line: &str) -> usize {
    line.len() + 2 * id.len()
}
