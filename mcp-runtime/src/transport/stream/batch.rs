//! Batches of 2025-03-26: several messages in one array, their answers in one array too.
//!
//! Spec: 2025-03-26, basic, Batching.

use std::collections::HashMap;

use super::in_flight::Target;
use crate::dispatch::Refusal;
use crate::limits::Limits;

/// About the length of an error: a batch with more messages than errors fit into a result is
/// refused, for each of them may be answered with one.
const ERROR: usize = 256;

/// About the length of the shortest request. A batch of shorter messages asks for errors, each of
/// which has several times the length of its message; a few may be in it all the same.
const SHORTEST: usize = 32;
const FEW: usize = 4096;

/// Bytes of answers beyond which a batch gets no more lists. A request for a list is short, its
/// answer may have some hundred times as many bytes, and nobody needs one list many times.
pub(in crate::transport) const LISTS: usize = 512 * 1024;

/// Fails if so many bytes of answers of a batch leave no room for one more.
///
/// # Errors
/// Busy, with advice.
pub(in crate::transport) fn check_room(held: usize, most: usize) -> Result<(), Refusal> {
    if held < most {
        return Ok(());
    }
    let what = format!(
        "busy: the answers of batches are longer than {most} bytes; send fewer requests at a time"
    );
    Err(Refusal::busy(what))
}

/// The batches that still wait for answers.
#[derive(Debug)]
pub(super) struct Batches {
    open: HashMap<u64, Batch>,
    last: u64,
    /// Bytes of answers that wait for the last one of their batch, and how many may: one line of
    /// requests can ask for far more than it is long.
    held: usize,
    most: usize,
}

#[derive(Debug)]
struct Batch {
    /// Messages without an answer so far, and one more while the batch is being read.
    left: usize,
    answers: Vec<u8>,
}

impl Batches {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { open: HashMap::new(), last: 0, held: 0, most: limits.result }
    }

    /// How many messages a batch of so many bytes may have: 65,536 at most with the default limits.
    pub(super) fn most_messages(&self, bytes: usize) -> usize {
        (self.most / ERROR).max(1).min((bytes / SHORTEST).max(FEW))
    }

    pub(super) fn open(&mut self, messages: usize) -> u64 {
        self.last += 1;
        self.open.insert(self.last, Batch { left: messages + 1, answers: Vec::new() });
        self.last
    }

    /// Ends the reading of a batch, and the batch too if everything in it is answered.
    pub(super) fn close(&mut self, batch: u64, out: &mut Vec<u8>) {
        self.count_down(batch, out);
    }

    /// Fails if the answer belongs to a batch and there is no room for it.
    ///
    /// # Errors
    /// Busy, with advice.
    pub(super) fn check_room(&self, target: Target) -> Result<(), Refusal> {
        self.check(target, self.most)
    }

    /// Fails if the answer is a list that belongs to a batch, and there is no room for it.
    ///
    /// # Errors
    /// Busy, with advice.
    pub(super) fn check_list(&self, target: Target) -> Result<(), Refusal> {
        self.check(target, self.most.min(LISTS))
    }

    fn check(&self, target: Target, most: usize) -> Result<(), Refusal> {
        if target.is_none() { Ok(()) } else { check_room(self.held, most) }
    }

    /// Writes an answer where it belongs: into its batch, or straight into the output.
    pub(super) fn write(
        &mut self,
        target: Target,
        out: &mut Vec<u8>,
        answer: impl FnOnce(&mut Vec<u8>),
    ) {
        let Some(batch) = target else { return answer(out) };
        if let Some(open) = self.open.get_mut(&batch) {
            let before = open.answers.len();
            open.answers.push(if open.answers.is_empty() { b'[' } else { b',' });
            answer(&mut open.answers);
            // Each answer ends in the newline of a line of its own.
            open.answers.pop();
            self.held += open.answers.len() - before;
        }
        self.count_down(batch, out);
    }

    /// Counts a message that gets no answer.
    pub(super) fn skip(&mut self, target: Target, out: &mut Vec<u8>) {
        if let Some(batch) = target {
            self.count_down(batch, out);
        }
    }

    fn count_down(&mut self, batch: u64, out: &mut Vec<u8>) {
        let Some(open) = self.open.get_mut(&batch) else { return };
        open.left -= 1;
        if open.left > 0 {
            return;
        }
        if let Some(done) = self.open.remove(&batch)
            && !done.answers.is_empty()
        {
            self.held -= done.answers.len();
            if out.is_empty() {
                // Not twice in memory.
                *out = done.answers;
            } else {
                out.extend_from_slice(&done.answers);
            }
            out.extend_from_slice(b"]\n");
        }
    }
}
