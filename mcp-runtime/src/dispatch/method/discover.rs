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
