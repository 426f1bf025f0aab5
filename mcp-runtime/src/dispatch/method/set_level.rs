//! `logging/setLevel`: from which level on a session's log messages are sent.
//!
//! Spec: 2025-11-25, server/utilities/logging.

use super::{Asked, Row};
use crate::dispatch::offer::Answer;
use crate::dispatch::{Begun, Refusal};
use crate::protocol::LoggingLevel;

pub(super) const ROW: Row = Row { begin, ..Row::of_sessions("logging/setLevel") };

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let level = asked.params.get("level")?.and_then(|json| serde_json::from_str(json).ok());
    let level: LoggingLevel = level.ok_or_else(|| {
        Refusal::params(
            "invalid params: `level`: expected one of debug, info, notice, warning, error, critical, \
             alert, emergency",
        )
    })?;
    asked.caller.client.log_level.set(level);
    Ok(Begun::Answer(Answer::Empty))
}
