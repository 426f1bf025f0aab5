//! Tasks as rows: every SQL statement that reads or writes them.
//!
//! Values are bound, never written into the statement, so any text is plain data.

use std::io;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Params, Result, Row, Transaction, params};

use super::error::{Nearest, TaskError};
use super::{Filter, OVERVIEW_WEIGHT, PAGE_WEIGHT, Page};
use crate::task::{DESCRIPTION_LIMIT, Draft, Priority, Stats, Status, Task, TaskId};

/// The columns in the order in which [`task`] takes them.
macro_rules! columns {
    () => {
        "id, title, description, priority, status, due_date, created_at, updated_at"
    };
}

/// Stores a new task; the database counts its id.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    draft: &Draft,
    created_at: Timestamp,
) -> Result<TaskId> {
    transaction
        .prepare_cached(
            "INSERT INTO task
                 (title, description, priority, status, due_date, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )?
        .insert(params![
            draft.title,
            draft.description,
            draft.priority,
            Status::default(),
            draft.due_date.map(Day),
            Moment(created_at),
        ])
        .map(TaskId::new)
}

/// The task with this id.
pub(super) fn find(connection: &Connection, id: TaskId) -> Result<Task, TaskError> {
    let sql = concat!("SELECT ", columns!(), " FROM task WHERE id = ?1");
    let found = connection.prepare_cached(sql)?.query_row([id], task).optional()?;
    found.ok_or_else(|| unknown(connection, id))
}

/// The tasks that fit, oldest first.
pub(super) fn list(connection: &Connection, filter: Filter) -> Result<Vec<Task>> {
    tasks(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM task
             WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR priority = ?2)
             ORDER BY id"
        ),
        params![filter.status, filter.priority],
    )
}

/// The first tasks that fit and come after a task, see [`Store::page`](super::Store::page).
pub(super) fn page(
    connection: &Connection,
    filter: Filter,
    after: Option<TaskId>,
    limit: usize,
) -> Result<Page> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM task
         WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR priority = ?2) AND id > ?3
         ORDER BY id"
    );
    let count = "SELECT count(*) FROM task
         WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR priority = ?2) AND id > ?3";
    let start = after.unwrap_or(TaskId::new(0));
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![filter.status, filter.priority, start])?;
    let mut tasks = Vec::new();
    let mut weight = 0;
    while tasks.len() < limit
        && let Some(row) = rows.next()?
    {
        let task = task(row)?;
        weight += task.weight();
        if weight > PAGE_WEIGHT && !tasks.is_empty() {
            break;
        }
        tasks.push(task);
    }
    let mut count = connection.prepare_cached(count)?;
    let mut count = |after: TaskId| -> Result<u64> {
        let params = params![filter.status, filter.priority, after];
        // SQLite's numbers have a sign; a count is never negative.
        Ok(count.query_row(params, |row| row.get::<_, i64>(0))?.unsigned_abs())
    };
    let total = count(TaskId::new(0))?;
    let rest = tasks.last().map_or(Ok(0), |last| count(last.id))?;
    Ok(Page { tasks, total, rest })
}

/// The tasks that fit, cut to a weight, see [`Store::overview`](super::Store::overview).
pub(super) fn overview(connection: &Connection, filter: Filter) -> Result<Vec<Task>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, title, substr(description, 1, ?3 + 1), priority, status, due_date, created_at,
             updated_at
         FROM task
         WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR priority = ?2)
         ORDER BY id",
    )?;
    let mut tasks = Vec::new();
    for length in [DESCRIPTION_LIMIT, 10_000, 1_000, 100, 0] {
        tasks.clear();
        let mut weight = 0;
        let cut = i64::try_from(length).unwrap_or(i64::MAX - 1);
        let mut rows = statement.query(params![filter.status, filter.priority, cut])?;
        loop {
            let Some(row) = rows.next()? else { return Ok(tasks) };
            let mut task = task(row)?;
            if let Some((end, _)) = task.description.char_indices().nth(length) {
                task.description.replace_range(end.., "…");
            }
            weight += task.weight();
            if weight > OVERVIEW_WEIGHT {
                break;
            }
            tasks.push(task);
        }
    }
    Ok(tasks)
}

/// The tasks due on a day from the first to the last one given, or created or last changed from
/// the first moment on and before the second one; oldest first.
pub(super) fn active_between(
    connection: &Connection,
    (first, last): (Date, Date),
    (from, before): (Timestamp, Timestamp),
) -> Result<Vec<Task>> {
    tasks(
        connection,
        concat!(
            "SELECT ",
            columns!(),
            " FROM task
             WHERE due_date BETWEEN ?1 AND ?2
                OR created_at >= ?3 AND created_at < ?4
                OR updated_at >= ?3 AND updated_at < ?4
             ORDER BY id"
        ),
        params![Day(first), Day(last), Moment(from), Moment(before)],
    )
}

/// Writes what an update can change.
pub(super) fn save(transaction: &Transaction<'_>, task: &Task) -> Result<()> {
    transaction
        .prepare_cached(
            "UPDATE task SET status = ?2, priority = ?3, description = ?4, updated_at = ?5
             WHERE id = ?1",
        )?
        .execute(params![
            task.id,
            task.status,
            task.priority,
            task.description,
            Moment(task.updated_at),
        ])?;
    Ok(())
}

/// Removes the task with this id.
pub(super) fn delete(transaction: &Transaction<'_>, id: TaskId) -> Result<Task, TaskError> {
    let sql = concat!("DELETE FROM task WHERE id = ?1 RETURNING ", columns!());
    let deleted = transaction.prepare_cached(sql)?.query_row([id], task).optional()?;
    deleted.ok_or_else(|| unknown(transaction, id))
}

/// Counts the tasks.
pub(super) fn stats(connection: &Connection) -> Result<Stats> {
    let mut statement = connection
        .prepare_cached("SELECT status, priority, count(*) FROM task GROUP BY status, priority")?;
    let mut rows = statement.query([])?;
    let mut stats = Stats::default();
    while let Some(row) = rows.next()? {
        // SQLite's numbers have a sign; a count is never negative.
        stats.add(row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs());
    }
    Ok(stats)
}

/// The error for an id that no task has. Of two neighbours as near as each other, the older.
fn unknown(connection: &Connection, id: TaskId) -> TaskError {
    let nearest = connection
        .prepare_cached(
            "SELECT id, title FROM (
                 SELECT * FROM (SELECT id, title FROM task WHERE id < ?1 ORDER BY id DESC LIMIT 1)
                 UNION ALL
                 SELECT * FROM (SELECT id, title FROM task WHERE id > ?1 ORDER BY id LIMIT 1)
             ) ORDER BY abs(id - ?1), id LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row([id], |row| Ok(Nearest { id: row.get(0)?, title: row.get(1)? }))
                .optional()
        });
    match nearest {
        Ok(nearest) => TaskError::Unknown { id, nearest },
        Err(error) => error.into(),
    }
}

fn tasks(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Task>> {
    connection.prepare_cached(sql)?.query_map(params, task)?.collect()
}

fn task(row: &Row<'_>) -> Result<Task> {
    Ok(Task {
        id: row.get(0)?,
        title: row.get(1)?,
        description: row.get(2)?,
        priority: row.get(3)?,
        status: row.get(4)?,
        due_date: row.get::<_, Option<Day>>(5)?.map(|day| day.0),
        created_at: row.get::<_, Moment>(6)?.0,
        updated_at: row.get::<_, Moment>(7)?.0,
    })
}

impl ToSql for TaskId {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.number().into())
    }
}

impl FromSql for TaskId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::new)
    }
}

impl ToSql for Priority {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Priority {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL
            .into_iter()
            .find(|priority| priority.as_str() == word)
            .ok_or_else(|| unknown_word("priority", word))
    }
}

impl ToSql for Status {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Status {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| unknown_word("status", word))
    }
}

fn unknown_word(field: &str, word: &str) -> FromSqlError {
    let word: String = word.chars().take(40).flat_map(char::escape_debug).collect();
    FromSqlError::other(io::Error::other(format!("{field} `{word}`")))
}

/// A date as the text `2026-11-30`, which sorts as dates do.
struct Day(Date);

impl ToSql for Day {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

/// A time as milliseconds since 1970, which sort and compare as numbers.
struct Moment(Timestamp);

impl ToSql for Moment {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?).map(Self).map_err(FromSqlError::other)
    }
}
