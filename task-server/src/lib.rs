//! A task manager for MCP clients: one list of tasks, shared by every client on the machine.
//!
//! Each client starts a process of its own; all of them work on one database. Below is everything
//! that is offered, in reading order; [`store`] and [`task`] know nothing of it.

pub mod store;
pub mod task;

mod changes;
mod date_range;
mod options;
mod prompts;
mod resources;
mod tools;

use mcp_runtime::Limits;
use mcp_runtime::prelude::*;

use crate::changes::notify_of_changes;
pub use crate::date_range::DateRange;
pub use crate::options::{Options, open};
use crate::prompts::task_summary_prompt;
use crate::resources::{all_tasks, one_task, pending_tasks};
use crate::store::{Store, shown};
use crate::tools::{create_task, delete_task, get_task_stats, list_tasks, update_task};

/// The task manager, without its tasks.
pub fn server() -> Server<Store> {
    Server::new("task-manager", env!("CARGO_PKG_VERSION"))
        .title("Task manager")
        .instructions(
            "A to-do list that every AI client on this machine shares: what one client writes, the \
             others see at once. A task has an id such as task_0001, a title, a status (pending, \
             in_progress, completed), a priority (low, medium, high, urgent), and may have a \
             description and a due date. Ids never change and are never used again; list_tasks \
             shows them. Set a task to in_progress when work on it begins and to completed when it \
             is done; delete_task is for tasks that should never have been there.",
        )
        .limits(Limits::default().result(16 * 1024 * 1024))
        .with(handlers![create_task, list_tasks, update_task, delete_task, get_task_stats])
        .with(handlers![all_tasks, pending_tasks, one_task])
        .with(handlers![task_summary_prompt])
        .background(notify_of_changes)
        .notice(|store| match store.path() {
            Some(path) => format!("The tasks are kept in {}", shown(path)),
            None => "The tasks are kept in memory and end with this process".to_owned(),
        })
}
