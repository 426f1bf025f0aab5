//! The prompts: texts that start a conversation about the tasks.

use jiff::Zoned;
use mcp_runtime::prelude::*;

use crate::date_range::DateRange;
use crate::store::{Store, TaskError};
use crate::tools::lines;

/// How many tasks a summary is about at most: more than somebody does in the time.
const SHOWN: usize = 1000;

/// Summarise the tasks of a date range.
#[prompt(title = "Task summary")]
pub(crate) async fn task_summary_prompt(
    store: &Store,
    /// `today`, `this_week`, `last_7_days`, or two days: `2026-11-01..2026-11-30`.
    date_range: DateRange,
) -> Result<Vec<Message>, TaskError> {
    let now = Zoned::now();
    let days = date_range.days(now.date());
    let (first, last) = (*days.start(), *days.end());
    let tasks = store.active_between(days, now.time_zone()).await?;
    let found = if tasks.is_empty() {
        "No task was created, changed or due in that time.".to_owned()
    } else {
        let shown = lines(&tasks[..tasks.len().min(SHOWN)]);
        let rest = match tasks.len().saturating_sub(SHOWN) {
            0 => String::new(),
            rest => format!("\n\n{rest} more: list_tasks shows them."),
        };
        format!("These tasks were created, changed or due in that time:\n\n{shown}{rest}")
    };
    Ok(vec![Message::user(format!(
        "Summarise my tasks from {first} to {last} (today is {}).\n\n{found}\n\n\
         Say in a few sentences what was done, what is still open and what should come next: overdue \
         and urgent tasks first. Name tasks by their title and id.",
        now.date()
    ))])
}
