//! The official Rust SDK drives the built program over its standard streams, in both eras,
//! through everything the tutorial does: what comes back is what the tutorial promises, to the
//! letter, and what its schemas say.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

// In reading order; the empty lines keep rustfmt from sorting them.
#[path = "rmcp/client.rs"]
mod client;

#[path = "rmcp/offered.rs"]
mod offered;

#[path = "rmcp/asking.rs"]
mod asking;

use jiff::Timestamp;
use rmcp::model::ErrorCode;
use serde_json::{Value, json};

use self::client::{Client, Era, bounded, in_each_era};

/// The members of a task, wherever it is data.
const MEMBERS: [&str; 8] =
    ["id", "title", "description", "priority", "status", "due_date", "created_at", "updated_at"];

/// Three tasks of the tutorial: one with everything, one with nothing but a title, one done.
async fn three_tasks(client: &Client) {
    for arguments in [
        json!({
            "title": "Review the report",
            "description": "Sections 1 to 4",
            "priority": "high",
            "due_date": "2026-12-01",
        }),
        json!({ "title": "Book a room" }),
        json!({ "title": "Pay the invoice", "priority": "urgent" }),
    ] {
        client.call("create_task", arguments).await;
    }
    client.call("update_task", json!({ "task_id": "task_0003", "status": "completed" })).await;
}

fn members(task: &Value) -> Vec<&str> {
    task.as_object().unwrap().keys().map(String::as_str).collect()
}

fn ids(tasks: &Value) -> Vec<&str> {
    tasks.as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap()).collect()
}

// ---- the tutorial ----

#[test]
fn a_task_is_created_in_words_and_in_data() {
    in_each_era(async |client| {
        let before = Timestamp::now().as_millisecond();
        let arguments = json!({
            "title": "Review the report",
            "description": "Sections 1 to 4",
            "priority": "high",
            "due_date": "2026-12-01",
        });
        let answer = client.call("create_task", arguments).await;
        assert_eq!(answer.text, "Created task task_0001: 'Review the report' (priority: high)");
        let task = &answer.data;
        assert_eq!(members(task), MEMBERS);
        assert_eq!(task["id"], "task_0001");
        assert_eq!(task["title"], "Review the report");
        assert_eq!(task["description"], "Sections 1 to 4");
        assert_eq!(task["priority"], "high");
        assert_eq!(task["status"], "pending");
        assert_eq!(task["due_date"], "2026-12-01");
        assert_eq!(task["created_at"], task["updated_at"]);
        let created_at = task["created_at"].as_str().unwrap();
        assert!(created_at.ends_with('Z'), "{created_at}");
        let created_at = created_at.parse::<Timestamp>().unwrap().as_millisecond();
        assert!((before..=Timestamp::now().as_millisecond()).contains(&created_at));

        let answer = client.call("create_task", json!({ "title": "Book a room" })).await;
        assert_eq!(answer.text, "Created task task_0002: 'Book a room' (priority: medium)");
        assert_eq!(answer.data["description"], "");
        assert_eq!(answer.data["due_date"], Value::Null);
    });
}

#[test]
fn a_list_is_filtered_and_oldest_first() {
    in_each_era(async |client| {
        let nothing = "No tasks found matching the criteria.";
        let answer = client.call("list_tasks", json!({})).await;
        assert_eq!((answer.text.as_str(), &answer.data), (nothing, &json!({ "tasks": [] })));

        three_tasks(client).await;
        let lines = [
            "[task_0001] Review the report — pending (high priority) — due 2026-12-01",
            "[task_0002] Book a room — pending (medium priority)",
            "[task_0003] Pay the invoice — completed (urgent priority)",
        ];
        for (filter, found) in [
            (json!({}), &[0, 1, 2][..]),
            (json!({ "status": "all", "priority": "all" }), &[0, 1, 2]),
            (json!({ "status": "pending" }), &[0, 1]),
            (json!({ "status": "completed" }), &[2]),
            (json!({ "status": "in_progress" }), &[]),
            (json!({ "priority": "high" }), &[0]),
            (json!({ "status": "pending", "priority": "medium" }), &[1]),
            (json!({ "status": "completed", "priority": "low" }), &[]),
        ] {
            let answer = client.call("list_tasks", filter.clone()).await;
            let lines: Vec<_> = found.iter().map(|&at: &usize| lines[at]).collect();
            let expected = match found.len() {
                0 => nothing.to_owned(),
                count => format!("Found {count} tasks:\n\n{}", lines.join("\n")),
            };
            assert_eq!(answer.text, expected, "{filter}");
            let numbers: Vec<_> = found.iter().map(|at| format!("task_000{}", at + 1)).collect();
            assert_eq!(ids(&answer.data["tasks"]), numbers, "{filter}");
        }
    });
}

#[test]
fn an_update_tells_each_change() {
    in_each_era(async |client| {
        three_tasks(client).await;
        let arguments = json!({ "task_id": "task_0001", "status": "completed" });
        let answer = client.call("update_task", arguments.clone()).await;
        assert_eq!(answer.text, "Updated task task_0001:\nstatus: 'pending' → 'completed'");
        let change = json!({ "field": "status", "old": "pending", "new": "completed" });
        assert_eq!(answer.data["changes"], json!([change]));
        let task = &answer.data["task"];
        assert_eq!((members(task), &task["status"]), (MEMBERS.to_vec(), &json!("completed")));
        assert_ne!(task["created_at"], task["updated_at"]);

        let again = client.call("update_task", arguments).await;
        assert_eq!(again.data, json!({ "task": task, "changes": [] }));

        let answer = client
            .call(
                "update_task",
                json!({
                    "task_id": "task_0001",
                    "status": "in_progress",
                    "priority": "low",
                    "description": "All of it",
                }),
            )
            .await;
        assert_eq!(
            answer.text,
            "Updated task task_0001:\n\
             status: 'completed' → 'in_progress'\n\
             priority: 'high' → 'low'\n\
             description: 'Sections 1 to 4' → 'All of it'"
        );
    });
}

#[test]
fn statistics_count_by_status_and_by_priority() {
    in_each_era(async |client| {
        let answer = client.call("get_task_stats", json!({})).await;
        assert_eq!(answer.text, "No tasks in the system.");
        assert_eq!(answer.data["total"], 0);

        three_tasks(client).await;
        let answer = client.call("get_task_stats", json!({})).await;
        assert_eq!(
            answer.text,
            "Task Statistics (Total: 3)\n\n\
             By Status:\n  pending: 2\n  completed: 1\n\n\
             By Priority:\n  medium: 1\n  high: 1\n  urgent: 1"
        );
        let expected = json!({
            "total": 3,
            "by_status": { "pending": 2, "in_progress": 0, "completed": 1 },
            "by_priority": { "low": 0, "medium": 1, "high": 1, "urgent": 1 },
        });
        assert_eq!(answer.data, expected);
    });
}

#[test]
fn both_resources_are_tasks_as_json() {
    in_each_era(async |client| {
        assert_eq!(client.read("tasks://all").await, json!([]));
        three_tasks(client).await;
        let all = client.read("tasks://all").await;
        assert_eq!(ids(&all), ["task_0001", "task_0002", "task_0003"]);
        let listed = client.call("list_tasks", json!({})).await;
        assert_eq!(all, listed.data["tasks"]);
        for task in all.as_array().unwrap() {
            assert_eq!(members(task), MEMBERS);
        }
        let pending = client.read("tasks://pending").await;
        assert_eq!(pending.as_array().unwrap(), &all.as_array().unwrap()[..2]);
    });
}

#[test]
fn the_prompt_brings_the_tasks_of_its_days() {
    in_each_era(async |client| {
        three_tasks(client).await;
        let ask = async |days: &str| {
            client.prompt("task_summary_prompt", json!({ "date_range": days })).await
        };
        let due = "[task_0001] Review the report — pending (high priority) — due 2026-12-01";
        let done = "[task_0003] Pay the invoice — completed (urgent priority)";

        let text = ask("2026-12-01..2026-12-01").await;
        assert!(text.starts_with("Summarise my tasks from 2026-12-01 to 2026-12-01 "), "{text}");
        assert!(text.lines().any(|line| line == due), "{text}");

        let text = ask("1999-01-01..1999-12-31").await;
        assert!(text.starts_with("Summarise my tasks from 1999-01-01 to 1999-12-31 "), "{text}");
        assert!(!text.contains("task_000"), "{text}");

        for days in ["today", "this_week", "last_7_days"] {
            let text = ask(days).await;
            let today = Timestamp::now().strftime("%F").to_string();
            // What was made before midnight is not of the day after it.
            if text.contains(&today) {
                assert!(text.lines().any(|line| line == done), "{text}");
            }
        }
    });
}

#[test]
fn a_deleted_task_is_gone_and_its_id_stays_unused() {
    in_each_era(async |client| {
        three_tasks(client).await;
        let answer = client.call("delete_task", json!({ "task_id": "task_0003" })).await;
        assert_eq!(answer.text, "Deleted task task_0003: 'Pay the invoice'");
        assert_eq!(answer.data["id"], "task_0003");
        assert_eq!(ids(&client.read("tasks://all").await), ["task_0001", "task_0002"]);
        let answer = client.call("create_task", json!({ "title": "Another" })).await;
        assert_eq!(answer.text, "Created task task_0004: 'Another' (priority: medium)");
    });
}

// ---- mistakes ----

#[test]
fn a_mistake_in_a_call_is_answered_with_what_to_do() {
    in_each_era(async |client| {
        let unknown = json!({ "task_id": "task_0009", "status": "completed" });
        assert_eq!(
            client.mistake("update_task", unknown.clone()).await,
            "no task `task_0009`; there are no tasks yet"
        );
        client.call("create_task", json!({ "title": "Review Q4 report" })).await;
        let nearest = "no task `task_0009`; the nearest is `task_0001` 'Review Q4 report'; \
                       list_tasks shows every id";
        for (tool, arguments, expected) in [
            ("update_task", unknown, nearest),
            ("delete_task", json!({ "task_id": "task_0009" }), nearest),
            (
                "delete_task",
                json!({ "task_id": "the report" }),
                "1 argument of `delete_task` does not fit:\n- `task_id`: expected a task id such \
                 as `task_0001`; got `the report`; list_tasks shows every id",
            ),
            (
                "create_task",
                json!({ "title": "x", "priority": "hgih" }),
                "1 argument of `create_task` does not fit:\n- `priority`: expected one of low, \
                 medium, high, urgent; got \"hgih\"",
            ),
            (
                "list_tasks",
                json!({ "status": "done", "priorty": "high" }),
                "2 arguments of `list_tasks` do not fit:\n- `status`: expected one of pending, \
                 in_progress, completed, all; got \"done\"\n- `priorty`: unknown; did you mean \
                 `priority`?",
            ),
            (
                "create_task",
                json!({}),
                "1 argument of `create_task` does not fit:\n- `title`: missing",
            ),
            (
                "create_task",
                json!({ "title": "x", "due_date": "2026-13-01" }),
                "1 argument of `create_task` does not fit:\n- `due_date`: expected a date as \
                 YYYY-MM-DD; got \"2026-13-01\"",
            ),
            (
                "create_task",
                json!({ "title": " " }),
                "expected a title; got an empty one; say in a few words what is to be done",
            ),
            (
                "update_task",
                json!({ "task_id": "task_0001" }),
                "nothing to change; give at least one of `status`, `priority`, `description`",
            ),
        ] {
            assert_eq!(client.mistake(tool, arguments).await, expected);
        }
        assert_eq!(ids(&client.read("tasks://pending").await), ["task_0001"], "nothing changed");
    });
}

#[test]
fn what_does_not_exist_is_an_error_of_the_protocol() {
    in_each_era(async |client| {
        let (code, message) = client.no_tool("delete_taks").await;
        assert_eq!(code, ErrorCode::INVALID_PARAMS);
        assert_eq!(message, "unknown tool: delete_taks; did you mean delete_task?");

        let (code, message) = client.no_resource("tasks://done").await;
        assert_eq!(code, client.era.unknown_resource());
        assert!(message.starts_with("resource not found"), "{message}");

        let (code, message) = client.no_prompt("summary", json!({})).await;
        assert_eq!(code, ErrorCode::INVALID_PARAMS);
        assert!(message.starts_with("unknown prompt: summary"), "{message}");

        for (arguments, expected) in [
            (
                json!({ "date_range": "tomorrow" }),
                "- `date_range`: expected today, this_week, last_7_days or two days such as \
                 2026-11-01..2026-11-30, the earlier one first; got \"tomorrow\"",
            ),
            (json!({}), "- `date_range`: missing"),
        ] {
            let (code, message) = client.no_prompt("task_summary_prompt", arguments).await;
            assert_eq!(code, ErrorCode::INVALID_PARAMS);
            let first = "1 argument of `task_summary_prompt` does not fit:\n";
            assert_eq!(message, format!("{first}{expected}"));
        }
        client.call("get_task_stats", json!({})).await;
    });
}

// ---- several clients ----

#[test]
fn clients_of_both_eras_see_one_list() {
    bounded(async {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tasks.db");
        let legacy = Client::start(Era::Legacy, &database).await;
        let modern = Client::start(Era::Modern, &database).await;
        let answer = legacy.call("create_task", json!({ "title": "Review the report" })).await;
        assert_eq!(modern.read("tasks://all").await, json!([answer.data]));
        let arguments = json!({ "task_id": "task_0001", "status": "completed" });
        let answer = modern.call("update_task", arguments).await;
        assert_eq!(legacy.read("tasks://all").await, json!([answer.data["task"]]));
        assert_eq!(legacy.read("tasks://pending").await, json!([]));
        legacy.end().await;
        modern.end().await;
    });
}

#[test]
fn a_client_that_asks_is_served_in_the_newest_way() {
    bounded(async {
        let folder = tempfile::tempdir().unwrap();
        let client = Client::ask(Era::Modern, &folder.path().join("tasks.db")).await;
        assert_eq!(client.peer_info().unwrap().protocol_version, Era::Modern.version());
        three_tasks(&client).await;
        client.end().await;
    });
}
