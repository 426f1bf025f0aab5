//! What has changed, as the database itself records it: a row for each change of a task.

use rusqlite::{Connection, OptionalExtension, Result};

use super::{Store, TaskError};
use crate::task::TaskId;

/// What was changed, see [`Store::changes_since`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The tasks that were created, changed or deleted, each once.
    pub tasks: Vec<TaskId>,
    /// Whether the list of pending tasks is another one, or one of these has changed.
    pub is_pending_changed: bool,
}

/// A place in the history of a database, up to which the changes are known.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    /// The number of the last known change.
    seq: i64,
    /// The opening of the database that the numbers belong to.
    opening: u64,
    /// The changes behind it were looked for and could not be read.
    is_behind: bool,
}

impl Store {
    /// The place of the last change that was there when the database was opened, for
    /// [`changes_since`](Self::changes_since).
    pub fn first_position(&self) -> Position {
        Position { seq: self.first_change, opening: 0, is_behind: false }
    }

    /// What was changed behind this place, by this process or another one, and goes on to the last
    /// change; `None` if nothing was.
    ///
    /// To ask again and again costs little: while nothing is written the tables are not read.
    ///
    /// # Errors
    /// Only those of the database. The place stays, and the next call finds the same changes.
    pub async fn changes_since(
        &self,
        position: &mut Position,
    ) -> std::result::Result<Option<Changes>, TaskError> {
        if !self.database.may_have_changed().await? && !position.is_behind {
            return Ok(None);
        }
        position.is_behind = true;
        let Position { seq, opening, .. } = *position;
        // If the read itself opens another database, the next call finds that out.
        let current = self.database.kept_since();
        let is_same = opening == current;
        let read =
            self.database.read(move |connection| Ok(since(connection, seq, is_same)?)).await?;
        let (seq, changes) = read;
        *position = Position { seq, opening: current, is_behind: false };
        Ok(changes)
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

/// The last change, and the changes behind this one; `None` if there are none.
///
/// The database keeps the last thousand. When some of those asked for are gone, or the numbers are
/// those of another database, anything may have changed: every task that there is counts then.
fn since(connection: &Connection, seq: i64, is_same: bool) -> Result<(i64, Option<Changes>)> {
    let last = last(connection)?;
    if last == seq && is_same {
        return Ok((last, None));
    }
    let first: Option<i64> = connection
        .prepare_cached("SELECT seq FROM event ORDER BY seq LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    if !is_same || last < seq || first.is_some_and(|first| first > seq + 1) {
        let mut all = connection.prepare_cached("SELECT id FROM task")?;
        let tasks = all.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
        return Ok((last, Some(Changes { tasks, is_pending_changed: true })));
    }
    let mut events = connection.prepare_cached(
        "SELECT task, max(pending) FROM event WHERE seq > ?1 AND seq <= ?2 GROUP BY task",
    )?;
    let events: Vec<(TaskId, bool)> = events
        .query_map([seq, last], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    let is_pending_changed = events.iter().any(|(_, pending)| *pending);
    let tasks = events.into_iter().map(|(task, _)| task).collect();
    Ok((last, Some(Changes { tasks, is_pending_changed })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Priority;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn of_the_history_of_another_database_every_task_counts() {
        block_on(async {
            let store = Store::memory();
            let task = store.create("Task".to_owned(), None, Priority::Low, None).await.unwrap();
            for (seq, opening) in [(9_999, 0), (1, 1), (0, 1)] {
                let mut position = Position { seq, opening, is_behind: false };
                let changes = store.changes_since(&mut position).await.unwrap().unwrap();
                assert_eq!((changes.tasks, changes.is_pending_changed), (vec![task.id], true));
                assert_eq!(store.changes_since(&mut position).await.unwrap(), None);
            }
        });
    }

    #[test]
    fn changes_that_could_not_be_read_are_looked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.db");
        block_on(async {
            let store = Store::at(&path).await.unwrap();
            let mut position = store.first_position();
            let task = store.create("Task".to_owned(), None, Priority::Low, None).await.unwrap();
            let mut failed = Position { is_behind: true, ..position };
            assert!(store.changes_since(&mut position).await.unwrap().is_some());
            // Nothing was written since then.
            let changes = store.changes_since(&mut failed).await.unwrap().unwrap();
            assert_eq!(changes.tasks, [task.id]);
        });
    }
}
