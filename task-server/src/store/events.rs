//! What has changed, as the database itself records it: a row for each change of a task.

use rusqlite::{Connection, OptionalExtension, Result};

use super::{Store, TaskError};
use crate::task::TaskId;

/// What was changed, see [`Store::changes_since`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The number of the last change.
    pub last: i64,
    /// The tasks that were created, changed or deleted, each once.
    pub tasks: Vec<TaskId>,
    /// Whether the list of pending tasks is another one, or one of these has changed.
    pub is_pending_changed: bool,
}

impl Store {
    /// The number of the last change that was there when the database was opened, for
    /// [`changes_since`](Self::changes_since).
    pub fn first_change(&self) -> i64 {
        self.first_change
    }

    /// What was changed after the change with this number, by this process or another one; `None`
    /// if nothing was.
    ///
    /// To ask again and again costs little: while nothing is written the tables are not read.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn changes_since(
        &self,
        last: i64,
    ) -> std::result::Result<Option<Changes>, TaskError> {
        if !self.database.may_have_changed().await? {
            return Ok(None);
        }
        self.database.read(move |connection| Ok(since(connection, last)?)).await
    }
}

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
