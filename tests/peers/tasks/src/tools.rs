//! The tools: arguments → store → result. Each answers with words and with data.

use jiff::civil::Date;
use rmcp::handler::server::tool::schema_for_output;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock};
use rmcp::{tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use task_server::store::{Filter, Update};
use task_server::task::{Change, Priority, Stats, Status, Task, TaskId};

use crate::server::TaskServer;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CreateTask {
    /// Short, descriptive task title.
    title: String,
    /// Detailed description of what the task involves.
    description: Option<String>,
    /// Task priority level.
    #[serde(default)]
    priority: Priority,
    /// Due date in YYYY-MM-DD format (optional).
    due_date: Option<Date>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListTasks {
    /// Filter tasks by status.
    #[serde(default)]
    status: StatusFilter,
    /// Filter tasks by priority.
    #[serde(default)]
    priority: PriorityFilter,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateTask {
    /// The task ID to update (e.g., 'task_0001').
    task_id: TaskId,
    /// New status for the task.
    status: Option<Status>,
    /// New priority for the task.
    priority: Option<Priority>,
    /// Updated task description.
    description: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeleteTask {
    /// The task ID to delete.
    task_id: TaskId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetTaskStats {}

/// Tasks of one status, or of every one.
#[derive(Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StatusFilter {
    Pending,
    InProgress,
    Completed,
    #[default]
    All,
}

/// Tasks of one priority, or of every one.
#[derive(Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PriorityFilter {
    Low,
    Medium,
    High,
    Urgent,
    #[default]
    All,
}

#[derive(Serialize, JsonSchema)]
struct TaskList {
    /// The tasks that were found.
    tasks: Vec<Task>,
}

#[derive(Serialize, JsonSchema)]
struct Updated {
    /// The task as it is now.
    task: Task,
    /// What really changed.
    changes: Vec<Change>,
}

type Reply = Result<CallToolResult, String>;

#[tool_router(vis = "pub(crate)")]
impl TaskServer {
    /// Create a new task with a title, description, priority, and optional due date.
    #[tool(
        title = "Create task",
        output_schema = schema_for_output::<Task>(),
        annotations(destructive_hint = false, open_world_hint = false)
    )]
    async fn create_task(&self, Parameters(args): Parameters<CreateTask>) -> Reply {
        let CreateTask { title, description, priority, due_date } = args;
        let created = self.store.create(title, description, priority, due_date).await;
        let task = created.map_err(|error| error.to_string())?;
        let text =
            format!("Created task {}: '{}' (priority: {})", task.id, task.title, task.priority);
        reply(text, &task)
    }

    /// List all tasks, optionally filtered by status or priority.
    #[tool(
        title = "List tasks",
        output_schema = schema_for_output::<TaskList>(),
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn list_tasks(&self, Parameters(args): Parameters<ListTasks>) -> Reply {
        let filter = Filter { status: args.status.into(), priority: args.priority.into() };
        let tasks = self.store.list(filter).await.map_err(|error| error.to_string())?;
        let text = if tasks.is_empty() {
            "No tasks found matching the criteria.".to_owned()
        } else {
            format!("Found {} tasks:\n\n{}", tasks.len(), lines(&tasks))
        };
        reply(text, &TaskList { tasks })
    }

    /// Update an existing task's status, description, or priority.
    #[tool(
        title = "Update task",
        output_schema = schema_for_output::<Updated>(),
        annotations(destructive_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn update_task(&self, Parameters(args): Parameters<UpdateTask>) -> Reply {
        let UpdateTask { task_id, status, priority, description } = args;
        let update = Update { status, priority, description };
        let updated = self.store.update(&task_id, update).await;
        let (task, changes) = updated.map_err(|error| error.to_string())?;
        let told = if changes.is_empty() {
            "\nnothing changed: it had these values already".to_owned()
        } else {
            let line =
                |Change { field, old, new }: &Change| format!("\n{field}: '{old}' → '{new}'");
            changes.iter().map(line).collect()
        };
        reply(format!("Updated task {task_id}:{told}"), &Updated { task, changes })
    }

    /// Permanently delete a task by its ID.
    #[tool(
        title = "Delete task",
        output_schema = schema_for_output::<Task>(),
        annotations(destructive_hint = true, open_world_hint = false)
    )]
    async fn delete_task(&self, Parameters(args): Parameters<DeleteTask>) -> Reply {
        let deleted = self.store.delete(&args.task_id).await;
        let task = deleted.map_err(|error| error.to_string())?;
        reply(format!("Deleted task {}: '{}'", args.task_id, task.title), &task)
    }

    /// Get a summary of task statistics: counts by status and priority.
    #[tool(
        title = "Task statistics",
        output_schema = schema_for_output::<Stats>(),
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn get_task_stats(&self, Parameters(GetTaskStats {}): Parameters<GetTaskStats>) -> Reply {
        let stats = self.store.stats().await.map_err(|error| error.to_string())?;
        let text = if stats.total == 0 {
            "No tasks in the system.".to_owned()
        } else {
            let statuses =
                Status::ALL.map(|status| count(status.as_str(), stats.by_status.of(status)));
            let priorities = Priority::ALL
                .map(|priority| count(priority.as_str(), stats.by_priority.of(priority)));
            format!(
                "Task Statistics (Total: {})\n\nBy Status:{}\n\nBy Priority:{}",
                stats.total,
                statuses.concat(),
                priorities.concat()
            )
        };
        reply(text, &stats)
    }
}

/// The words as content, the data as structured content.
fn reply(text: String, data: &impl Serialize) -> Reply {
    let data = serde_json::to_value(data).map_err(|error| error.to_string())?;
    let mut result = CallToolResult::structured(data);
    result.content = vec![ContentBlock::text(text)];
    Ok(result)
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
    format!("[{}] {} — {} ({} priority){due}", task.id, task.title, task.status, task.priority)
}

/// A line of the statistics; what does not occur has none.
fn count(name: &str, count: u64) -> String {
    if count == 0 { String::new() } else { format!("\n  {name}: {count}") }
}
