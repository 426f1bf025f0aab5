//! Requests being answered, by id: the limit on them, cancelling one, draining them at the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use tokio::task::{AbortHandle, Id as TaskId, JoinSet};

use super::call::{Done, Running};
use super::room::{Gated, Place, Room};
use crate::jsonrpc::{ErrorObject, Id, code};
use crate::limits::Limits;
use crate::protocol::ProtocolVersion;
use crate::tool::{self, Blocking};

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
    room: Arc<Room>,
    tasks: JoinSet<(Done, Option<Place>)>,
    calls: HashMap<TaskId, Going>,
    /// Bytes of the lines that the calls came in, and of their ids.
    bytes: usize,
    id_bytes: usize,
    ids: HashMap<Id<'static>, Stage>,
    /// In the order they came.
    waiting: BTreeMap<u64, (Id<'static>, String)>,
    waiting_bytes: usize,
    last_turn: u64,
}

/// What runs. A function that blocks goes on when its call is cancelled: nothing is left of the
/// call then, and the function still counts.
#[derive(Debug)]
struct Going {
    call: Option<Entry>,
    bytes: usize,
    id_bytes: usize,
}

#[derive(Debug)]
struct Entry {
    id: Id<'static>,
    version: ProtocolVersion,
    target: Target,
    /// The answer if the call ends without one.
    failed: Done,
}

/// How far the request with an id has come.
#[derive(Debug)]
enum Stage {
    Waiting(u64),
    Running(AbortHandle),
    /// In a thread of its own, where it can only be stopped before it has begun; afterwards it is
    /// made to say nothing.
    Blocking(TaskId, Blocking),
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
    pub(super) version: ProtocolVersion,
    pub(super) target: Target,
    pub(super) done: Done,
    /// Given back when the answer is written.
    pub(super) place: Option<Place>,
}

impl InFlight {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.in_flight,
            most_bytes: limits.line.saturating_mul(LINES),
            most_waiting_bytes: limits.waiting,
            room: Arc::new(Room::new(limits)),
            tasks: JoinSet::new(),
            calls: HashMap::new(),
            bytes: 0,
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

    pub(super) fn is_full(&self) -> bool {
        self.calls.len() >= self.most || self.bytes >= self.most_bytes
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
    pub(super) fn check_id(&self, id: &Id<'_>) -> Result<(), ErrorObject> {
        // Most requests are answered before the next one is read: then there is nothing to look
        // for.
        if self.is_empty() { Ok(()) } else { self.check_among_others(id) }
    }

    #[cold]
    fn check_among_others(&self, id: &Id<'_>) -> Result<(), ErrorObject> {
        if self.ids.contains_key(&id.clone().into_owned()) {
            return Err(ErrorObject::invalid_request(
                "invalid request: another request with this id is still being answered",
            ));
        }
        if self.calls.is_empty() || self.id_bytes + id.as_json().len() <= IDS {
            return Ok(());
        }
        let what = format!("busy: the ids of running calls are longer than {IDS} bytes");
        Err(ErrorObject::new(code::INTERNAL_ERROR, what))
    }

    /// Lets a call go on by itself, which came in a line of so many bytes. It was polled right
    /// before, by this thread.
    pub(super) fn insert(
        &mut self,
        id: Id<'static>,
        version: ProtocolVersion,
        target: Target,
        running: Running,
        bytes: usize,
    ) {
        let failed = running.failed();
        let function = tool::take_blocking();
        let gated = Gated::new(running, Arc::clone(&self.room), function.is_some());
        let abort = self.tasks.spawn(gated);
        let task = abort.id();
        let stage = match function {
            Some(function) => Stage::Blocking(task, function),
            None => Stage::Running(abort),
        };
        let id_bytes = id.as_json().len();
        self.bytes += bytes;
        self.id_bytes += id_bytes;
        let call = Some(Entry { id: id.clone(), version, target, failed });
        self.calls.insert(task, Going { call, bytes, id_bytes });
        self.ids.insert(id, stage);
    }

    /// Counts a call no more.
    fn remove(&mut self, task: TaskId) -> Option<Entry> {
        let Going { call, bytes, id_bytes } = self.calls.remove(&task)?;
        self.bytes -= bytes;
        self.id_bytes -= id_bytes;
        call
    }

    /// Keeps a line until a call has finished.
    ///
    /// # Errors
    /// If too much waits already, or the line is one of a batch, whose end would wait with it.
    pub(super) fn wait(
        &mut self,
        id: &Id<'_>,
        line: &str,
        target: Target,
    ) -> Result<(), ErrorObject> {
        if target.is_some()
            || self.waiting_bytes + held(id.as_json(), line) > self.most_waiting_bytes
        {
            return Err(ErrorObject::new(
                code::INTERNAL_ERROR,
                format!(
                    "busy: {} calls are running; send this one again when some are answered",
                    self.most
                ),
            ));
        }
        self.waiting_bytes += held(id.as_json(), line);
        self.last_turn += 1;
        let id = id.clone().into_owned();
        self.ids.insert(id.clone(), Stage::Waiting(self.last_turn));
        self.waiting.insert(self.last_turn, (id, line.to_owned()));
        Ok(())
    }

    /// The line that has waited longest, if there is room for its call.
    pub(super) fn next_waiting(&mut self) -> Option<String> {
        if self.waiting.is_empty() || self.is_full() {
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
            Stage::Blocking(task, function) => {
                function.give_up();
                return self.calls.get_mut(&task)?.call.take()?.target;
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
        let Entry { id, version, target, failed } = entry;
        let (done, place) = ended.unwrap_or((failed, None));
        Poll::Ready(Ended::Finished(Finished { id, version, target, done, place }))
    }

    pub(super) fn clear(&mut self) {
        self.tasks.abort_all();
        self.calls.clear();
        self.bytes = 0;
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
