//! The resources: tasks as JSON.

use mcp_runtime::prelude::*;

use crate::store::{Filter, Store, TaskError};
use crate::task::{Status, Task, TaskId};

/// Every task in the system, oldest first. Beyond 12 MiB, long descriptions are cut and end with
/// `…`, and then the last tasks are missing; the tool `list_tasks` pages through everything.
#[resource("tasks://all", name = "All Tasks", subscribe)]
pub(crate) async fn all_tasks(store: &Store) -> Result<Vec<Task>, TaskError> {
    store.overview(Filter::default()).await
}

/// Tasks that have not been started yet, oldest first; cut beyond 12 MiB as `tasks://all` is.
#[resource("tasks://pending", name = "Pending Tasks", subscribe)]
pub(crate) async fn pending_tasks(store: &Store) -> Result<Vec<Task>, TaskError> {
    store.overview(Filter { status: Some(Status::Pending), priority: None }).await
}

/// One task, by its id such as `task_0001`.
#[resource("tasks://task/{task_id}", name = "Task", subscribe)]
pub(crate) async fn one_task(store: &Store, task_id: TaskId) -> Result<Task, Error> {
    match store.get(&task_id).await {
        Err(TaskError::Unknown { id, .. }) => Err(Error::not_found(format!("tasks://task/{id}"))),
        task => Ok(task?),
    }
}
