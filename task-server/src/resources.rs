//! The resources: tasks as JSON.

use mcp_runtime::prelude::*;

use crate::store::{Filter, Store, TaskError};
use crate::task::{Status, Task};

/// Every task in the system, oldest first. Beyond 12 MiB, long descriptions are cut and end with
/// `…`, and then the last tasks are missing; the tool `list_tasks` pages through everything.
#[resource("tasks://all", name = "All Tasks")]
pub(crate) async fn all_tasks(store: &Store) -> Result<Vec<Task>, TaskError> {
    store.overview(Filter::default()).await
}

/// Tasks that have not been started yet, oldest first; cut beyond 12 MiB as `tasks://all` is.
#[resource("tasks://pending", name = "Pending Tasks")]
pub(crate) async fn pending_tasks(store: &Store) -> Result<Vec<Task>, TaskError> {
    store.overview(Filter { status: Some(Status::Pending), priority: None }).await
}
