//! Requests being answered, by id: the limit on them, cancelling one, draining them at the end.

use std::collections::{BTreeMap, HashMap};
use std::task::{Context as TaskContext, Poll};

use tokio::task::{AbortHandle, Id as TaskId, JoinSet};

use super::call::{Done, Running};
use crate::jsonrpc::{ErrorObject, Id, code};
use crate::limits::Limits;
use crate::protocol::ProtocolVersion;
use crate::tool::{self, Blocking};

/// Where an answer goes: into a batch, or out by itself.
pub(super) type Target = Option<u64>;

/// The calls that were begun and wait for something, and the lines that wait for them.
#[derive(Debug)]
pub(super) struct InFlight {
    most: usize,
    most_waiting_bytes: usize,
    tasks: JoinSet<Done>,
    /// What runs. A function that blocks goes on when its call is cancelled: nothing is left of the
    /// call then, and the function still counts.
    calls: HashMap<TaskId, Option<Entry>>,
    ids: HashMap<Id<'static>, Stage>,
    /// In the order they came.
    waiting: BTreeMap<u64, (Id<'static>, String)>,
    waiting_bytes: usize,
    last_turn: u64,
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
}

impl InFlight {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.in_flight,
            most_waiting_bytes: limits.waiting,
            tasks: JoinSet::new(),
            calls: HashMap::new(),
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
        self.calls.len() >= self.most
    }

    pub(super) fn contains(&self, id: &Id<'_>) -> bool {
        // Most requests are answered before the next one is read: then there is nothing to look
        // for.
        !self.is_empty() && self.ids.contains_key(&id.clone().into_owned())
    }

    /// Lets a call go on by itself. It was polled right before, by this thread.
    pub(super) fn insert(
        &mut self,
        id: Id<'static>,
        version: ProtocolVersion,
        target: Target,
        running: Running,
    ) {
        let failed = running.failed();
        let abort = self.tasks.spawn(running);
        let task = abort.id();
        let stage = match tool::take_blocking() {
            Some(function) => Stage::Blocking(task, function),
            None => Stage::Running(abort),
        };
        self.calls.insert(task, Some(Entry { id: id.clone(), version, target, failed }));
        self.ids.insert(id, stage);
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
        if target.is_some() || self.waiting_bytes + line.len() > self.most_waiting_bytes {
            return Err(ErrorObject::new(
                code::INTERNAL_ERROR,
                format!(
                    "busy: {} calls are running; send this one again when some are answered",
                    self.most
                ),
            ));
        }
        self.waiting_bytes += line.len();
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
        self.waiting_bytes -= line.len();
        Some(line)
    }

    /// Drops the call, or the line, with this id; its answer is never written. Gives where the
    /// answer would have gone.
    pub(super) fn cancel(&mut self, id: &Id<'_>) -> Target {
        let task = match self.ids.remove(&id.clone().into_owned())? {
            Stage::Waiting(turn) => {
                let (_, line) = self.waiting.remove(&turn)?;
                self.waiting_bytes -= line.len();
                return None;
            }
            Stage::Running(task) => {
                task.abort();
                task.id()
            }
            Stage::Blocking(task, function) => {
                function.give_up();
                return self.calls.get_mut(&task)?.take()?.target;
            }
        };
        self.calls.remove(&task)??.target
    }

    /// The next call that has ended.
    pub(super) fn poll_ended(&mut self, cx: &mut TaskContext<'_>) -> Poll<Ended> {
        if self.tasks.is_empty() {
            return Poll::Ready(Ended::All);
        }
        let Poll::Ready(ended) = self.tasks.poll_join_next_with_id(cx) else {
            return Poll::Pending;
        };
        let (task, done) = match ended {
            None => return Poll::Ready(Ended::All),
            Some(Ok((task, done))) => (task, Some(done)),
            Some(Err(stopped)) => (stopped.id(), None),
        };
        let Some(entry) = self.calls.remove(&task).flatten() else {
            return Poll::Ready(Ended::Cancelled);
        };
        self.ids.remove(&entry.id);
        // A task that ended without a value panicked as its future was dropped.
        let Entry { id, version, target, failed } = entry;
        let done = done.unwrap_or(failed);
        Poll::Ready(Ended::Finished(Finished { id, version, target, done }))
    }

    pub(super) fn clear(&mut self) {
        self.tasks.abort_all();
        self.calls.clear();
        self.ids.clear();
        self.waiting.clear();
        self.waiting_bytes = 0;
    }
}
