//! The tools: arguments → store → result. Each answers with words and with data.

use jiff::civil::Date;
use mcp_runtime::prelude::*;

use crate::store::{Filter, Page, Store, TaskError, Update};
use crate::task::{
    Change, Day, Priority, Stats, Status, Task, TaskId, TaskIdError, one_line, shortened,
};

/// The most tasks that one answer lists: as many lines as somebody may still look through.
const PAGE_LIMIT: u16 = 1000;

/// How many characters of a changed text are shown; the data has all of it.
const SHOWN: usize = 500;

/// Create a new task with a title, description, priority, and optional due date.
#[tool(title = "Create task", additive, closed_world)]
pub(crate) async fn create_task(
    store: &Store,
    /// Short, descriptive task title.
    title: String,
    /// Detailed description of what the task involves.
    description: Option<String>,
    /// Task priority level.
    #[arg(default)]
    priority: Priority,
    /// Due date in YYYY-MM-DD format (optional).
    due_date: Option<Day>,
) -> Result<Reply<Task>, TaskError> {
    let task = store.create(title, description, priority, due_date.map(Date::from)).await?;
    let (id, title) = (task.id, one_line(&task.title));
    let text = format!("Created task {id}: '{title}' (priority: {})", task.priority);
    Ok(Reply::new(text, task))
}

/// List all tasks, optionally filtered by status or priority.
#[tool(title = "List tasks", read_only, closed_world)]
pub(crate) async fn list_tasks(
    store: &Store,
    /// Filter tasks by status.
    #[arg(default)]
    status: StatusFilter,
    /// Filter tasks by priority.
    #[arg(default)]
    priority: PriorityFilter,
    /// At most this many tasks; an answer may have fewer, and says how to get the rest.
    #[arg(default = PAGE_LIMIT, range = 1..=PAGE_LIMIT)]
    limit: u16,
    /// Where to go on: the `next_cursor` of the answer before.
    cursor: Option<Cursor>,
) -> Result<Reply<TaskList>, TaskError> {
    let filter = Filter { status: status.into(), priority: priority.into() };
    let Page { tasks, total, rest } =
        store.page(filter, cursor.map(|Cursor(last)| last), limit.into()).await?;
    let next_cursor = tasks.last().map(|task| task.id).filter(|_| rest > 0);
    let text = match next_cursor {
        _ if total == 0 => "No tasks found matching the criteria.".to_owned(),
        None if tasks.is_empty() => format!("Found {total} tasks, none of them after the cursor."),
        None => format!("Found {total} tasks:\n\n{}", lines(&tasks)),
        Some(next) => format!(
            "Found {total} tasks:\n\n{}\n\n{rest} more: call list_tasks again with the same \
             filters and the cursor {next}.",
            lines(&tasks)
        ),
    };
    let total = Some(total).filter(|_| cursor.is_some() || next_cursor.is_some());
    Ok(Reply::new(text, TaskList { tasks, total, next_cursor }))
}

/// Update an existing task's status, description, or priority.
#[tool(title = "Update task", destructive, idempotent, closed_world)]
pub(crate) async fn update_task(
    store: &Store,
    /// The task ID to update (e.g., 'task_0001').
    task_id: TaskId,
    /// New status for the task.
    status: Option<Status>,
    /// New priority for the task.
    priority: Option<Priority>,
    /// Updated task description.
    description: Option<String>,
) -> Result<Reply<Updated>, TaskError> {
    let (task, changes) = store.update(&task_id, Update { status, priority, description }).await?;
    let told = if changes.is_empty() {
        "\nnothing changed: it had these values already".to_owned()
    } else {
        let line = |Change { field, old, new }: &Change| {
            let (old, new) = (shortened(old, SHOWN), shortened(new, SHOWN));
            format!("\n{field}: '{old}' → '{new}'")
        };
        changes.iter().map(line).collect()
    };
    let text = format!("Updated task {task_id}:{told}");
    Ok(Reply::new(text, Updated { task, changes }))
}

/// Permanently delete a task by its ID. The user is asked first about an urgent one.
#[tool(title = "Delete task", destructive, closed_world)]
pub(crate) async fn delete_task(
    store: &Store,
    ctx: &Context,
    /// The task ID to delete.
    task_id: TaskId,
) -> Result<Reply<Task>, TaskError> {
    let task = store.get(&task_id).await?;
    let title = one_line(&task.title);
    // Where nobody can be asked, whoever called has decided.
    if task.priority == Priority::Urgent
        && !ctx.confirm(format!("Delete the urgent task '{title}'?")).or(true).await
    {
        return Ok(Reply::new(format!("Kept task {task_id}: '{title}'"), task));
    }
    let task = store.delete(&task_id).await?;
    Ok(Reply::new(format!("Deleted task {task_id}: '{}'", one_line(&task.title)), task))
}

/// Get a summary of task statistics: counts by status and priority.
#[tool(title = "Task statistics", read_only, closed_world)]
pub(crate) async fn get_task_stats(store: &Store) -> Result<Reply<Stats>, TaskError> {
    let stats = store.stats().await?;
    let text = if stats.total == 0 {
        "No tasks in the system.".to_owned()
    } else {
        let statuses = Status::ALL.map(|status| count(status.as_str(), stats.by_status.of(status)));
        let priorities =
            Priority::ALL.map(|priority| count(priority.as_str(), stats.by_priority.of(priority)));
        format!(
            "Task Statistics (Total: {})\n\nBy Status:{}\n\nBy Priority:{}",
            stats.total,
            statuses.concat(),
            priorities.concat()
        )
    };
    Ok(Reply::new(text, stats))
}

/// The last task of a page, behind which the next one begins: what comes and goes meanwhile moves
/// no other task from page to page.
#[data]
#[derive(Debug, Clone, Copy)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Cursor(TaskId);

impl TryFrom<String> for Cursor {
    type Error = TaskIdError;

    fn try_from(text: String) -> Result<Self, TaskIdError> {
        text.parse().map(Self)
    }
}

impl From<Cursor> for String {
    fn from(Cursor(last): Cursor) -> Self {
        last.into()
    }
}

/// Tasks of one status, or of every one.
#[data]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum StatusFilter {
    Pending,
    InProgress,
    Completed,
    #[default]
    All,
}

/// Tasks of one priority, or of every one.
#[data]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum PriorityFilter {
    Low,
    Medium,
    High,
    Urgent,
    #[default]
    All,
}

/// Tasks, oldest first.
#[data]
#[derive(Debug)]
pub(crate) struct TaskList {
    /// The tasks that were found.
    tasks: Vec<Task>,
    /// How many tasks match the criteria, when not all of them are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// The cursor to go on with, when more tasks match the criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<TaskId>,
}

/// A task after an update.
#[data]
#[derive(Debug)]
pub(crate) struct Updated {
    /// The task as it is now.
    task: Task,
    /// What really changed.
    changes: Vec<Change>,
}

impl From<StatusFilter> for Option<Status> {
    fn from(filter: StatusFilter) -> Self {
        match filter {
            StatusFilter::Pending => Some(Status::Pending),
            StatusFilter::InProgress => Some(Status::InProgress),
            StatusFilter::Completed => Some(Status::Completed),
            StatusFilter::All => None,
        }
    }
}

impl From<PriorityFilter> for Option<Priority> {
    fn from(filter: PriorityFilter) -> Self {
        match filter {
            PriorityFilter::Low => Some(Priority::Low),
            PriorityFilter::Medium => Some(Priority::Medium),
            PriorityFilter::High => Some(Priority::High),
            PriorityFilter::Urgent => Some(Priority::Urgent),
            PriorityFilter::All => None,
        }
    }
}

/// One line for each task, as `list_tasks` shows it.
pub(crate) fn lines(tasks: &[Task]) -> String {
    tasks.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(task: &Task) -> String {
    let due = task.due_date.map(|date| format!(" — due {date}")).unwrap_or_default();
    let Task { id, status, priority, .. } = task;
    format!("[{id}] {} — {status} ({priority} priority){due}", one_line(&task.title))
}

/// A line of the statistics; what does not occur has none.
fn count(name: &str, count: u64) -> String {
    if count == 0 { String::new() } else { format!("\n  {name}: {count}") }
}
