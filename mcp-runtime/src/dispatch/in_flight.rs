//! Requests being answered, by id: the limit on them, cancelling one, draining them at the end.

use std::collections::{HashMap, VecDeque};
use std::task::{Context as TaskContext, Poll};

use tokio::task::{AbortHandle, Id as TaskId, JoinSet};

use super::call::{Done, Running};
use crate::jsonrpc::{ErrorObject, Id, code};
use crate::protocol::ProtocolVersion;

/// Calls that run at the same time on one connection: more than a client can keep apart, few enough
/// for a laptop. Further ones wait, undecoded.
const RUNNING: usize = 1024;

/// Bytes of lines that wait. What comes on top is refused at once, so that whatever is read, a
/// cancellation or a ping behind it is read too.
const WAITING: usize = 1024 * 1024;

/// Where an answer goes: into a batch, or out by itself.
pub(super) type Target = Option<u64>;

/// The calls that were begun and wait for something, and the lines that wait for them.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    tasks: JoinSet<Done>,
    calls: HashMap<TaskId, Entry>,
    ids: HashMap<Id<'static>, AbortHandle>,
    waiting: VecDeque<(Id<'static>, String)>,
    waiting_bytes: usize,
}

#[derive(Debug)]
struct Entry {
    id: Id<'static>,
    version: ProtocolVersion,
    target: Target,
    /// The answer if the call ends without one.
    failed: Done,
}

/// A call that has come to its end.
pub(super) struct Finished {
    pub(super) id: Id<'static>,
    pub(super) version: ProtocolVersion,
    pub(super) target: Target,
    pub(super) done: Done,
}

impl InFlight {
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.waiting.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.ids.len() >= RUNNING
    }

    pub(super) fn contains(&self, id: &Id<'_>) -> bool {
        // Most requests are answered before the next one is read: then there is nothing to look for.
        !self.is_empty()
            && (self.ids.contains_key(&id.clone().into_owned())
                || self.waiting.iter().any(|(waiting, _)| waiting == id))
    }

    pub(super) fn insert(
        &mut self,
        id: Id<'static>,
        version: ProtocolVersion,
        target: Target,
        running: Running,
    ) {
        let failed = running.failed();
        let abort = self.tasks.spawn(running);
        self.calls.insert(abort.id(), Entry { id: id.clone(), version, target, failed });
        self.ids.insert(id, abort);
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
        if target.is_some() || self.waiting_bytes + line.len() > WAITING {
            return Err(ErrorObject::new(
                code::INTERNAL_ERROR,
                format!(
                    "busy: {RUNNING} calls are running; send this one again when some are answered"
                ),
            ));
        }
        self.waiting_bytes += line.len();
        self.waiting.push_back((id.clone().into_owned(), line.to_owned()));
        Ok(())
    }

    /// The line that has waited longest, if there is room for its call.
    pub(super) fn next_waiting(&mut self) -> Option<String> {
        if self.is_full() {
            return None;
        }
        let (_, line) = self.waiting.pop_front()?;
        self.waiting_bytes -= line.len();
        Some(line)
    }

    /// Drops the call, or the line, with this id; its answer is never written. Gives where the
    /// answer would have gone.
    pub(super) fn cancel(&mut self, id: &Id<'_>) -> Target {
        if let Some(at) = self.waiting.iter().position(|(waiting, _)| waiting == id) {
            let (_, line) = self.waiting.remove(at)?;
            self.waiting_bytes -= line.len();
            return None;
        }
        let abort = self.ids.remove(&id.clone().into_owned())?;
        abort.abort();
        self.calls.remove(&abort.id())?.target
    }

    /// The next call that has finished; `Ready(Some(None))` for one that was cancelled, whose end
    /// makes room all the same.
    pub(super) fn poll_finished(
        &mut self,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Option<Finished>>> {
        if self.tasks.is_empty() {
            return Poll::Ready(None);
        }
        let Poll::Ready(ended) = self.tasks.poll_join_next_with_id(cx) else {
            return Poll::Pending;
        };
        let (task, done) = match ended {
            None => return Poll::Ready(None),
            Some(Ok((task, done))) => (task, Some(done)),
            Some(Err(stopped)) => (stopped.id(), None),
        };
        let finished = self.calls.remove(&task).map(|entry| {
            self.ids.remove(&entry.id);
            // A task that ended without a value panicked as its future was dropped.
            let done = done.unwrap_or(entry.failed);
            Finished { id: entry.id, version: entry.version, target: entry.target, done }
        });
        Poll::Ready(Some(finished))
    }

    pub(super) fn clear(&mut self) {
        self.tasks.abort_all();
        self.calls.clear();
        self.ids.clear();
        self.waiting.clear();
        self.waiting_bytes = 0;
    }
}
