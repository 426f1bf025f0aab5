//! The prompts: texts that start a conversation about the tasks.

use jiff::Zoned;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{PromptMessage, Role};
use rmcp::{ErrorData, prompt, prompt_router};
use schemars::JsonSchema;
use serde::Deserialize;
use task_server::DateRange;

use crate::server::{TaskServer, internal};
use crate::tools::lines;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TaskSummary {
    /// `today`, `this_week`, `last_7_days`, or two days: `2026-11-01..2026-11-30`.
    date_range: DateRange,
}

#[prompt_router(vis = "pub(crate)")]
impl TaskServer {
    /// Summarise the tasks of a date range.
    #[prompt(title = "Task summary")]
    async fn task_summary_prompt(
        &self,
        Parameters(TaskSummary { date_range }): Parameters<TaskSummary>,
    ) -> Result<Vec<PromptMessage>, ErrorData> {
        let now = Zoned::now();
        let days = date_range.days(now.date());
        let (first, last) = (*days.start(), *days.end());
        let tasks = self.store.active_between(days, now.time_zone()).await.map_err(internal)?;
        let found = if tasks.is_empty() {
            "No task was created, changed or due in that time.".to_owned()
        } else {
            format!("These tasks were created, changed or due in that time:\n\n{}", lines(&tasks))
        };
        let text = format!(
            "Summarise my tasks from {first} to {last} (today is {}).\n\n{found}\n\n\
             Say in a few sentences what was done, what is still open and what should come next: \
             overdue and urgent tasks first. Name tasks by their title and id.",
            now.date()
        );
        Ok(vec![PromptMessage::new_text(Role::User, text)])
    }
}
