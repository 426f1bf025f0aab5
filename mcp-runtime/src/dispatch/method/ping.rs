//! `ping`.
//!
//! Spec: 2025-11-25, basic/utilities/ping.

use super::Row;
use crate::dispatch::Begun;
use crate::dispatch::offer::Answer;

pub(super) const ROW: Row = Row {
    before_session: true,
    begin: |_| Ok(Begun::Answer(Answer::Empty)),
    ..Row::of_sessions("ping")
};
