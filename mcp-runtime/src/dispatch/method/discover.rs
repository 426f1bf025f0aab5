//! `server/discover`.
//!
//! Spec: 2026-07-28, server/discover.

use super::Row;
use crate::dispatch::Begun;
use crate::dispatch::offer::List;

pub(super) const ROW: Row = Row {
    begin: |asked| Ok(Begun::Answer(asked.served.offer.list(List::Discover, asked.caller.version))),
    ..Row::modern("server/discover")
};

/// Nobody answers it: nothing that is offered changes. A client that has no session and says no
/// version is told what it lacks all the same.
pub(super) const LISTEN: Row = Row::modern("subscriptions/listen");
