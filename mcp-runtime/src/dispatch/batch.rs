//! Batches of 2025-03-26: several messages in one array, their answers in one array too.
//!
//! Spec: 2025-03-26, basic, Batching.

use std::collections::HashMap;

use super::in_flight::Target;

/// The batches that still wait for answers.
#[derive(Debug, Default)]
pub(super) struct Batches {
    open: HashMap<u64, Batch>,
    last: u64,
}

#[derive(Debug)]
struct Batch {
    /// Messages without an answer so far, and one more while the batch is being read.
    left: usize,
    answers: Vec<u8>,
}

impl Batches {
    pub(super) fn open(&mut self, messages: usize) -> u64 {
        self.last += 1;
        self.open.insert(self.last, Batch { left: messages + 1, answers: Vec::new() });
        self.last
    }

    /// Ends the reading of a batch, and the batch too if everything in it is answered.
    pub(super) fn close(&mut self, batch: u64, out: &mut Vec<u8>) {
        self.count_down(batch, out);
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
            open.answers.push(if open.answers.is_empty() { b'[' } else { b',' });
            answer(&mut open.answers);
            // Each answer ends in the newline of a line of its own.
            open.answers.pop();
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
            out.extend_from_slice(&done.answers);
            out.extend_from_slice(b"]\n");
        }
    }
}
