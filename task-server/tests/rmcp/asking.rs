//! What the servers ask, the client's user answers: the task server over its standard streams, and
//! the tools of the probe over a pipe in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use mcp_tests::peer::PIPE_CAPACITY;
use mcp_tests::probe::Options;
use rmcp::model::{
    CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult,
    ElicitationAction, ElicitationCapability, ErrorData, FormElicitationCapability,
};
use rmcp::service::{RequestContext, RunningService};
use rmcp::{ClientHandler, ClientServiceExt, RoleClient};
use serde_json::{Value, json};

use crate::client::{Era, bounded, call, program, text_of};

const ERAS: [Era; 2] = [Era::Legacy, Era::Modern];

/// Gives the answers that a test has prepared, and keeps what was asked.
#[derive(Debug, Default)]
struct User {
    answers: Mutex<VecDeque<ElicitResult>>,
    asked: Mutex<Vec<String>>,
}

impl ClientHandler for User {
    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, .. } = request else {
            panic!("{request:?}");
        };
        self.asked.lock().unwrap().push(message);
        Ok(self.answers.lock().unwrap().pop_front().unwrap_or_else(cancel))
    }

    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        let form = FormElicitationCapability::new();
        capabilities.elicitation = Some(ElicitationCapability::new().with_form(form));
        let mut config = ClientConfig::default();
        config.capabilities = capabilities;
        config
    }
}

fn accept(content: Value) -> ElicitResult {
    accept_nothing().with_content(content)
}

fn accept_nothing() -> ElicitResult {
    ElicitResult::new(ElicitationAction::Accept)
}

fn confirm(answer: bool) -> ElicitResult {
    accept(json!({ "confirm": answer }))
}

fn decline() -> ElicitResult {
    ElicitResult::new(ElicitationAction::Decline)
}

fn cancel() -> ElicitResult {
    ElicitResult::new(ElicitationAction::Cancel)
}

/// A question, and what its user answers.
type Turn<'a> = (&'a str, ElicitResult);

/// A client whose user can be asked.
struct Asked(RunningService<RoleClient, Arc<User>>);

impl Asked {
    /// Calls a tool; the questions must be those of the conversation, in its order.
    async fn call(
        &self,
        name: &'static str,
        arguments: Value,
        conversation: &[Turn<'_>],
    ) -> CallToolResult {
        let user = self.0.service();
        *user.answers.lock().unwrap() =
            conversation.iter().map(|(_, answer)| answer.clone()).collect();
        let result = self.0.call_tool(call(name, arguments)).await.unwrap();
        let asked = std::mem::take(&mut *user.asked.lock().unwrap());
        let expected: Vec<&str> = conversation.iter().map(|(message, _)| *message).collect();
        assert_eq!(asked, expected, "`{name}`");
        result
    }

    async fn text(
        &self,
        name: &'static str,
        arguments: Value,
        conversation: &[Turn<'_>],
    ) -> String {
        let result = self.call(name, arguments, conversation).await;
        let text = text_of(&result.content);
        assert_ne!(result.is_error, Some(true), "{text}");
        text
    }
}

/// Runs a test with a client of each era, connected to the probe.
fn with_the_probe(mut test: impl AsyncFnMut(&Asked)) {
    for era in ERAS {
        bounded(async {
            let (client, server) = tokio::io::duplex(PIPE_CAPACITY);
            let (input, output) = tokio::io::split(server);
            let serving = tokio::spawn(Options::default().server("probe").serve(input, output));
            let user = Arc::new(User::default());
            let running = user.serve_with_lifecycle(client, era.lifecycle()).await.unwrap();
            let mut asked = Asked(running);
            test(&asked).await;
            asked.0.close().await.unwrap();
            serving.await.unwrap().unwrap();
        });
    }
}

#[test]
fn the_user_decides_whether_an_urgent_task_is_deleted() {
    for era in ERAS {
        bounded(async {
            let folder = tempfile::tempdir().unwrap();
            let (transport, _stderr) = program(&folder.path().join("tasks.db"));
            let user = Arc::new(User::default());
            let running = user.serve_with_lifecycle(transport, era.lifecycle()).await.unwrap();
            let mut asked = Asked(running);
            let urgent = json!({ "title": "Call", "priority": "urgent" });
            asked.text("create_task", urgent, &[]).await;
            for answer in [confirm(false), decline(), cancel(), confirm(true)] {
                let is_deleted = answer == confirm(true);
                let turn = ("Delete the urgent task 'Call'?", answer);
                let id = json!({ "task_id": "task_0001" });
                let done = if is_deleted { "Deleted" } else { "Kept" };
                let text = asked.text("delete_task", id, &[turn]).await;
                assert_eq!(text, format!("{done} task task_0001: 'Call'"));
            }
            asked.0.close().await.unwrap();
        });
    }
}

#[test]
fn a_confirmation_is_accepted_declined_and_cancelled() {
    with_the_probe(async |asked| {
        for (answer, done) in [
            (confirm(true), "confirmed"),
            (confirm(false), "declined"),
            (decline(), "declined"),
            (cancel(), "declined"),
        ] {
            let turn = ("Confirm tea?", answer);
            let text = asked.text("confirm", json!({ "item": "tea" }), &[turn]).await;
            assert_eq!(text, format!("{done} tea"));
        }
    });
}

#[test]
fn a_form_is_accepted_declined_and_cancelled() {
    with_the_probe(async |asked| {
        let ada = json!({ "name": "Ada", "age": 36, "plan": "paid" });
        let mut interview = ada.clone();
        interview["answer"] = json!("accepted");
        interview["news"] = json!(false);
        for (answer, data) in [
            (accept(ada), interview),
            (decline(), json!({ "answer": "declined" })),
            (cancel(), json!({ "answer": "cancelled" })),
        ] {
            let result = asked.call("interview", json!({}), &[("Who are you?", answer)]).await;
            assert_eq!(result.structured_content, Some(data));
        }
    });
}

#[test]
fn an_answer_that_does_not_fit_is_asked_again_once() {
    with_the_probe(async |asked| {
        let young = accept(json!({ "name": "Ada", "age": -1, "plan": "free" }));
        let ada = accept(json!({ "name": "Ada", "age": 36, "plan": "free" }));
        let again = "Who are you?\n\n`age`: expected an integer of 0 or more; got -1";
        let turns = [("Who are you?", young.clone()), (again, ada)];
        let result = asked.call("interview", json!({}), &turns).await;
        assert_eq!(result.structured_content.unwrap()["age"], 36);

        let turns = [("Who are you?", young.clone()), (again, young)];
        let result = asked.call("interview", json!({}), &turns).await;
        assert_eq!(result.is_error, Some(true));
        let why = "the answer does not fit: `age`: expected an integer of 0 or more; got -1";
        assert_eq!(text_of(&result.content), why);

        let again = "Confirm tea?\n\n`confirm`: missing";
        let turns = [("Confirm tea?", accept_nothing()), (again, confirm(true))];
        let text = asked.text("confirm", json!({ "item": "tea" }), &turns).await;
        assert_eq!(text, "confirmed tea");
    });
}

#[test]
fn questions_are_asked_at_once_and_one_after_the_other() {
    with_the_probe(async |asked| {
        let turns = [("The first?", confirm(true)), ("The second?", confirm(false))];
        let text = asked.text("two_questions", json!({}), &turns).await;
        assert_eq!(text, "first=true second=false");
        let turns =
            [("Round 1?", confirm(true)), ("Round 2?", decline()), ("Round 3?", confirm(true))];
        let text = asked.text("three_rounds", json!({}), &turns).await;
        assert_eq!(text, "r1=true r2=false r3=true");
    });
}

#[test]
fn an_effect_happens_once_in_a_call() {
    // The probe counts in the process, and no other test here buys.
    let mut times = 0;
    with_the_probe(async |asked| {
        for (answer, done) in [(confirm(true), "bought"), (decline(), "left"), (cancel(), "left")] {
            times += 1;
            let turn = ("Buy tea?", answer);
            let text = asked.text("purchase", json!({ "item": "tea" }), &[turn]).await;
            assert_eq!(text, format!("{done} tea, charged {times} times"));
        }
    });
}
