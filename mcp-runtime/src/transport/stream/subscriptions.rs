//! The subscriptions of one stream, by the ids of their requests.

use std::task::{Context as TaskContext, Poll};

use crate::dispatch::{Refusal, Subscription};
use crate::jsonrpc::Id;
use crate::limits::Limits;

/// The `subscriptions/listen` requests that are open on a stream.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    open: Vec<(Id<'static>, Subscription)>,
    /// The one that is polled first: if the output becomes full, the others have their turn next.
    turn: usize,
}

impl Subscriptions {
    /// Fails if a request with this id is open.
    ///
    /// # Errors
    /// If one is.
    #[inline]
    pub(super) fn check_id(&self, id: &Id<'_>) -> Result<(), Refusal> {
        if self.open.iter().any(|(open, _)| open == id) {
            return Err(Refusal::invalid(
                "invalid request: another request with this id is still being answered",
            ));
        }
        Ok(())
    }

    /// Adds one, and acknowledges it.
    ///
    /// # Errors
    /// If its id is too long, or there are as many as may be.
    pub(super) fn insert(
        &mut self,
        id: Id<'static>,
        mut subscription: Subscription,
        cx: &mut TaskContext<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        Subscription::check_id(&id)?;
        if self.open.len() >= Limits::SUBSCRIPTIONS {
            return Err(Refusal::busy(format!(
                "busy: {} subscriptions are open; end one, or name more in one of them",
                Limits::SUBSCRIPTIONS
            )));
        }
        // The acknowledgement is ready at once; polling it wakes the task, which polls again.
        let _ = subscription.poll(cx, &id, out);
        self.open.push((id, subscription));
        Ok(())
    }

    /// Drops the one with this id; it is not answered.
    pub(super) fn cancel(&mut self, id: &Id<'_>) {
        self.open.retain(|(open, _)| open != id);
    }

    /// Writes what is due, until the output has `most` bytes.
    pub(super) fn poll(
        &mut self,
        cx: &mut TaskContext<'_>,
        out: &mut Vec<u8>,
        most: usize,
    ) -> Poll<()> {
        let count = self.open.len();
        let mut found = Poll::Pending;
        for step in 0..count {
            let at = (self.turn + step) % count;
            if out.len() >= most {
                self.turn = at;
                break;
            }
            let (id, subscription) = &mut self.open[at];
            if subscription.poll(cx, id, out).is_ready() {
                found = Poll::Ready(());
            }
        }
        found
    }

    /// Ends all of them with their results.
    pub(super) fn close(&mut self, out: &mut Vec<u8>) {
        for (id, subscription) in self.open.drain(..) {
            subscription.close_on_stream(&id, out);
        }
    }
}
