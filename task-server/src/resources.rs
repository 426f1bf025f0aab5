//! The resources: tasks as JSON.

use mcp_runtime::prelude::*;

use crate::store::{Store, TaskError};
use crate::task::Task;

/// Every task in the system, oldest first.
#[resource("tasks://all", name = "All Tasks")]
pub(crate) async fn all_tasks(store: &Store) -> Result<Vec<Task>, TaskError> {
    store.all().await
}

/// Tasks that have not been started yet, oldest first.
#[resource("tasks://pending", name = "Pending Tasks")]
pub(crate) async fn pending_tasks(store: &Store) -> Result<Vec<Task>, TaskError> {
    store.pending().await
}
