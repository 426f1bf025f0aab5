//! Where the tasks are kept: the rules of changing them, and one `SQLite` database that several
//! processes share.
//!
//! What a call has answered is on disk, whatever happens to the process afterwards. A call is
//! one transaction, and one that fails has changed nothing.

mod attempt;
mod database;
mod error;
mod events;
mod files;
mod lane;
mod open;
mod place;
mod rows;
mod schema;
mod settle;

use std::ops::RangeInclusive;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Transaction;

use self::database::Database;
pub(crate) use self::error::shown;
pub use self::error::{Nearest, OpenError, Refusal, TaskError};
pub use self::events::{Changes, Position};
pub use self::place::default_path;
use self::settle::Settler;
use crate::task::{
    Change, Draft, Field, Priority, Stats, Status, Task, TaskId, checked_description,
};

/// The tasks, kept in one `SQLite` database.
///
/// Any number of processes may have a store on the same file; each sees what the others did.
/// Every function may be called from any task of a tokio runtime, and many at a time: reads
/// wait neither for writes of this process nor for those of another, writes queue up.
///
/// Dropping the store moves what was written into the database file and closes it. A write that
/// is still running then ends on its own thread, and closes the file when it is done.
///
/// # Cancellation
/// Safe, for every function: a call that is dropped has changed nothing, or all that it was
/// asked for.
///
/// # Example
/// ```
/// # use task_server::store::{Filter, Store};
/// # use task_server::task::Priority;
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let store = Store::memory();
/// let task = store.create("Review the report".to_owned(), None, Priority::High, None).await?;
/// assert_eq!(task.id.to_string(), "task_0001");
/// assert_eq!(store.list(Filter::default()).await?, [task]);
/// # Ok::<(), task_server::store::TaskError>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Store {
    path: Option<PathBuf>,
    database: Arc<Database>,
    /// The last change when the database was opened.
    first_change: i64,
    /// `None` for a database in memory.
    settler: Option<Settler>,
}

impl Store {
    /// Opens the database in this file, or one in memory for the path `:memory:`.
    ///
    /// A file that does not exist is made, as are the folders above it, for this user alone. A
    /// file that is not a task database is left as it is.
    ///
    /// # Errors
    /// [`OpenError::Refused`] when the file cannot be a task database or cannot be shared
    /// safely; its text is one line that says what to do.
    ///
    /// # Cancellation
    /// Safe: the opening ends on its own, and closes the database.
    pub async fn at(path: &Path) -> Result<Self, OpenError> {
        if path == Path::new(":memory:") {
            return Ok(Self::memory());
        }
        // Several connections are opened one after the other, whatever the working directory
        // becomes in between.
        let path = std::path::absolute(path)
            .map_err(|cause| OpenError::refused(path, Refusal::File { cause }))?;
        let opening = tokio::task::spawn_blocking(move || match open::file(&path) {
            Ok(opened) => {
                let first_change = events::last(&opened.writer)
                    .map_err(|cause| OpenError::refused(&path, cause.into()))?;
                Ok(Self::new(Some(path), Database::file(opened), first_change))
            }
            Err(reason) => Err(OpenError::refused(&path, reason)),
        });
        match opening.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(result) => result,
            Err(Ok(payload)) => panic::resume_unwind(payload),
            Err(Err(_)) => Err(OpenError::Closing),
        }
    }

    /// A database in memory, empty, that nobody else sees and that ends with the store.
    ///
    /// # Panics
    /// When there is not enough memory for an empty database.
    pub fn memory() -> Self {
        let connection = open::memory().expect("a database in memory needs nothing but memory");
        Self::new(None, Database::memory(connection), 0)
    }

    fn new(path: Option<PathBuf>, database: Arc<Database>, first_change: i64) -> Self {
        let settler = path.as_ref().map(|_| Settler::new(&database));
        Self { path, database, first_change, settler }
    }

    async fn write<T, F>(&self, job: F) -> Result<T, TaskError>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> Result<T, TaskError> + Send + 'static,
    {
        let done = self.database.write(job).await?;
        if let Some(settler) = &self.settler {
            settler.note_write();
        }
        Ok(done)
    }

    /// The full path of the database file; `None` for a database in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Adds a task, `pending`, under an id that no task ever had.
    ///
    /// White space around the title is dropped; no description is an empty one.
    ///
    /// # Errors
    /// [`TaskError::Invalid`] for a title that is empty or too long, a description that is too
    /// long, or a due date whose year has no four digits.
    pub async fn create(
        &self,
        title: String,
        description: Option<String>,
        priority: Priority,
        due_date: Option<Date>,
    ) -> Result<Task, TaskError> {
        let draft = Draft::new(title, description, priority, due_date)?;
        self.write(move |transaction| {
            let created_at = now();
            let id = rows::insert(transaction, &draft, created_at)?;
            // A copy, for the transaction may have to run again.
            Ok(draft.clone().into_task(id, created_at))
        })
        .await
    }

    /// The task with this id.
    ///
    /// # Errors
    /// [`TaskError::Unknown`] when there is none.
    pub async fn get(&self, id: &TaskId) -> Result<Task, TaskError> {
        let id = *id;
        self.database.read(move |connection| rows::find(connection, id)).await
    }

    /// The tasks that fit the filter, oldest first.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn list(&self, filter: Filter) -> Result<Vec<Task>, TaskError> {
        self.database.read(move |connection| Ok(rows::list(connection, filter)?)).await
    }

    /// The first of these tasks that come after a task, oldest first: at most so many, and together
    /// not heavier than [`PAGE_WEIGHT`], but at least one.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn page(
        &self,
        filter: Filter,
        after: Option<TaskId>,
        limit: usize,
    ) -> Result<Page, TaskError> {
        self.database
            .read(move |connection| Ok(rows::page(connection, filter, after, limit)?))
            .await
    }

    /// The tasks that fit the filter, oldest first, as they are if they are not heavier than
    /// [`OVERVIEW_WEIGHT`] together.
    ///
    /// Else the descriptions are cut, and end with `…`: all to one length, the longest of a few
    /// that fits. When the tasks are too many without any description, the last ones are missing.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn overview(&self, filter: Filter) -> Result<Vec<Task>, TaskError> {
        self.database.read(move |connection| Ok(rows::overview(connection, filter)?)).await
    }

    /// All tasks, oldest first.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn all(&self) -> Result<Vec<Task>, TaskError> {
        self.list(Filter::default()).await
    }

    /// The tasks not begun, oldest first.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn pending(&self) -> Result<Vec<Task>, TaskError> {
        self.list(Filter { status: Some(Status::Pending), priority: None }).await
    }

    /// The tasks a summary of these days is about, oldest first: those created or last changed
    /// on one of the days, as they pass in this time zone, and those due on one of them.
    ///
    /// Of a task's changes only the last one has a date, so a task changed on these days and
    /// again later counts for the later day. Days that end before they begin have no tasks.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn active_between(
        &self,
        days: RangeInclusive<Date>,
        zone: &TimeZone,
    ) -> Result<Vec<Task>, TaskError> {
        let (first, last) = days.into_inner();
        // The days at the ends of jiff's calendar begin, in some zones, beyond its last timestamp
        // or before its first one; no task is there.
        let start = |day: Date| match day.to_zoned(zone.clone()) {
            Ok(start) => start.timestamp(),
            Err(_) if day.year() > 0 => Timestamp::MAX,
            Err(_) => Timestamp::MIN,
        };
        let from = start(first);
        let before = last.tomorrow().map_or(Timestamp::MAX, start);
        self.database
            .read(move |connection| {
                Ok(rows::active_between(connection, (first, last), (from, before))?)
            })
            .await
    }

    /// Changes a task; returns it as it is then, and what really changed, which is nothing when
    /// it had these values already.
    ///
    /// `updated_at` moves forward with every change, even if the clock was set back, and stays
    /// when nothing changed.
    ///
    /// # Errors
    /// [`TaskError::EmptyUpdate`] when the update names no field; [`TaskError::Unknown`] when
    /// there is no such task; [`TaskError::Invalid`] for a description that is too long.
    pub async fn update(
        &self,
        id: &TaskId,
        update: Update,
    ) -> Result<(Task, Vec<Change>), TaskError> {
        let id = *id;
        let update = update.checked()?;
        self.write(move |transaction| {
            let mut task = rows::find(transaction, id)?;
            let changes = update.apply(&mut task);
            if !changes.is_empty() {
                task.updated_at = now().max(task.updated_at + TICK);
                rows::save(transaction, &task)?;
            }
            Ok((task, changes))
        })
        .await
    }

    /// Removes a task for good; returns it as it was.
    ///
    /// # Errors
    /// [`TaskError::Unknown`] when there is none.
    pub async fn delete(&self, id: &TaskId) -> Result<Task, TaskError> {
        let id = *id;
        self.write(move |transaction| rows::delete(transaction, id)).await
    }

    /// How many tasks there are, by status and by priority.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn stats(&self) -> Result<Stats, TaskError> {
        self.database.read(|connection| Ok(rows::stats(connection)?)).await
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // It may be at work with the connection that writes, for a moment.
        drop(self.settler.take());
        self.database.close();
    }
}

/// Which tasks [`Store::list`] returns: those for which everything that is set holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only tasks of this status.
    pub status: Option<Status>,
    /// Only tasks of this priority.
    pub priority: Option<Priority>,
}

/// The heaviest page, in bytes of JSON: some hundred pages of print, and a client can show it.
pub const PAGE_WEIGHT: usize = 512 * 1024;

/// The heaviest overview, in bytes of JSON: below what a client takes as one message.
pub const OVERVIEW_WEIGHT: usize = 12 * 1024 * 1024;

/// Some of the tasks that fit a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The tasks, oldest first.
    pub tasks: Vec<Task>,
    /// How many tasks fit the filter, on this page or another one.
    pub total: u64,
    /// How many of them come after those of this page.
    pub rest: u64,
}

/// What [`Store::update`] is to change; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// The status it shall have.
    pub status: Option<Status>,
    /// The priority it shall have.
    pub priority: Option<Priority>,
    /// The description it shall have; an empty one takes it away.
    pub description: Option<String>,
}

impl Update {
    fn checked(self) -> Result<Self, TaskError> {
        if self == Self::default() {
            return Err(TaskError::EmptyUpdate);
        }
        let description = self.description.map(checked_description).transpose()?;
        Ok(Self { description, ..self })
    }

    /// Gives the task these values; returns those that differed.
    fn apply(&self, task: &mut Task) -> Vec<Change> {
        let status = self.status.and_then(|new| change(Field::Status, &mut task.status, new));
        let priority =
            self.priority.and_then(|new| change(Field::Priority, &mut task.priority, new));
        let description = self
            .description
            .clone()
            .and_then(|new| change(Field::Description, &mut task.description, new));
        [status, priority, description].into_iter().flatten().collect()
    }
}

fn change<T: PartialEq + ToString>(field: Field, value: &mut T, new: T) -> Option<Change> {
    if *value == new {
        return None;
    }
    let old = std::mem::replace(value, new).to_string();
    Some(Change { field, old, new: value.to_string() })
}

/// The least by which `updated_at` moves: the precision with which times are stored.
const TICK: SignedDuration = SignedDuration::from_millis(1);

/// This moment, as precisely as it is stored.
fn now() -> Timestamp {
    let now = Timestamp::now().as_millisecond();
    Timestamp::from_millisecond(now).expect("it was a timestamp before")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_an_ordinary_error() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::at(&folder.path().join("tasks.db")).await.unwrap();
            let create = |description: &str| {
                let description = Some(description.to_owned());
                store.create("Fill".to_owned(), description, Priority::Medium, None)
            };
            let first = create("small").await.unwrap();
            // No test can fill a disk, but SQLite answers the same when a file may not grow.
            let limit = |pages: i64| {
                store.write(move |transaction| {
                    transaction
                        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
                    Ok(())
                })
            };
            limit(1).await.unwrap();
            let error = create(&"x".repeat(50_000)).await.unwrap_err();
            assert!(matches!(error, TaskError::Full), "{error}");
            assert_eq!(store.all().await.unwrap(), std::slice::from_ref(&first));
            limit(1_000_000).await.unwrap();
            let second = create(&"x".repeat(50_000)).await.unwrap();
            assert_eq!(store.all().await.unwrap(), [first, second]);
        });
    }
}
