//! The user is asked before an urgent task is deleted, in both eras.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

use mcp_runtime::testing::TestClient;
use mcp_runtime::{Answer, App, ProtocolVersion, json};
use serde_json::Value;
use task_server::server;
use task_server::store::Store;
use task_server::task::Priority;

/// Runs a test with clients of both eras, each with the answer that its user gives.
fn in_both_eras(answer: Option<&Answer<Value>>, test: impl AsyncFn(TestClient)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for version in [ProtocolVersion::V2026_07_28, ProtocolVersion::V2025_11_25] {
            let app = app().await;
            let client = match answer.cloned() {
                None => app.test_client(),
                Some(answer) => app.test_client().answers(move |question| {
                    assert_eq!(question.message(), "Delete the urgent task 'Call'?");
                    answer.clone()
                }),
            };
            test(match version {
                ProtocolVersion::V2026_07_28 => client,
                legacy => client.legacy(legacy).await,
            })
            .await;
        }
    });
}

/// A server with an urgent task and another one.
async fn app() -> App {
    let store = Store::memory();
    for (title, priority) in [("Call", Priority::Urgent), ("Read", Priority::High)] {
        store.create(title.to_owned(), None, priority, None).await.unwrap();
    }
    server().state(store).build().await.unwrap()
}

async fn delete(client: &mut TestClient, id: &str) -> String {
    client.text("delete_task", json!({ "task_id": id })).await.unwrap()
}

#[test]
fn an_urgent_task_is_deleted_when_the_user_confirms() {
    let yes = Answer::Accepted(json!({ "confirm": true }));
    in_both_eras(Some(&yes), async |mut client| {
        assert_eq!(delete(&mut client, "task_0001").await, "Deleted task task_0001: 'Call'");
    });
}

#[test]
fn an_urgent_task_is_kept_unless_the_user_confirms() {
    let no = Answer::Accepted(json!({ "confirm": false }));
    for answer in [no, Answer::Declined, Answer::Cancelled] {
        in_both_eras(Some(&answer), async |mut client| {
            assert_eq!(delete(&mut client, "task_0001").await, "Kept task task_0001: 'Call'");
            let listed = client.text("list_tasks", json!({})).await.unwrap();
            assert!(listed.contains("task_0001"), "{listed}");
        });
    }
}

#[test]
fn nobody_is_asked_about_other_tasks() {
    in_both_eras(Some(&Answer::Declined), async |mut client| {
        assert_eq!(delete(&mut client, "task_0002").await, "Deleted task task_0002: 'Read'");
    });
}

#[test]
fn a_client_that_cannot_be_asked_has_decided() {
    in_both_eras(None, async |mut client| {
        assert_eq!(delete(&mut client, "task_0001").await, "Deleted task task_0001: 'Call'");
    });
}
