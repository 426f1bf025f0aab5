//! What has changed, as the database itself notes it: a row for each change of a task.

use rusqlite::{Connection, OptionalExtension, Result};

use super::Changes;
use crate::task::TaskId;

/// The last change of a database, or 0.
pub(super) fn last(connection: &Connection) -> Result<i64> {
    let last = connection
        .prepare_cached("SELECT seq FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// The changes behind this one; `None` if there are none.
///
/// The database keeps the last thousand. When some of those asked for are gone, or the numbers are
/// those of another database, anything may have changed: every task that there is counts then.
pub(super) fn since(connection: &Connection, seq: i64) -> Result<Option<Changes>> {
    let last = last(connection)?;
    if last == seq {
        return Ok(None);
    }
    let first: Option<i64> = connection
        .prepare_cached("SELECT seq FROM event ORDER BY seq LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    if last < seq || first.is_some_and(|first| first > seq + 1) {
        let mut all = connection.prepare_cached("SELECT id FROM task")?;
        let tasks = all.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
        return Ok(Some(Changes { last, tasks, is_pending_changed: true }));
    }
    let mut events = connection.prepare_cached(
        "SELECT task, max(pending) FROM event WHERE seq > ?1 AND seq <= ?2 GROUP BY task",
    )?;
    let events: Vec<(TaskId, bool)> = events
        .query_map([seq, last], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    let is_pending_changed = events.iter().any(|(_, pending)| *pending);
    let tasks = events.into_iter().map(|(task, _)| task).collect();
    Ok(Some(Changes { last, tasks, is_pending_changed }))
}
