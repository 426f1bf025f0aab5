//! A client in memory, for the tests of a server.
//!
//! ```
//! use mcp_runtime::prelude::*;
//!
//! #[data]
//! #[derive(Debug)]
//! struct Sum { sum: i64 }
//!
//! /// Add two numbers.
//! #[tool]
//! async fn add(a: i64, b: i64) -> Sum { Sum { sum: a + b } }
//!
//! # fn main() { mcp_runtime::testing::block_on(async {
//! let server = Server::new("calculator", "1.0.0").with(handlers![add]).state(());
//! let mut client = server.test_client().await;
//!
//! let sum: Sum = client.call("add", json!({ "a": 1, "b": 2 })).await?;
//! assert_eq!(sum.sum, 3);
//!
//! let error = client.call::<Sum>("add", json!({ "a": 1 })).await.unwrap_err();
//! assert_eq!(error.to_string(), "1 argument of `add` does not fit:\n- `b`: missing");
//! # Ok::<(), mcp_runtime::testing::CallError>(()) }).unwrap() }
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::ask::Answer;
use crate::client::{Client, Script, text_of};
use crate::dispatch::Served;
use crate::jsonrpc::ErrorObject;
use crate::protocol::{
    ElicitRequestParams, InputRequest, LoggingMessageNotificationParams,
    ProgressNotificationParams, PromptMessage, ProtocolVersion,
};

/// A client of a server in the same process; made by
/// [`ReadyServer::test_client`](crate::ReadyServer::test_client).
#[derive(Debug)]
pub struct TestClient {
    client: Client,
    progress: Vec<ProgressNotificationParams>,
    logs: Vec<LoggingMessageNotificationParams>,
    changes: VecDeque<Changed>,
    has_session: bool,
}

/// What a client was notified of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// The list of resources.
    Resources,
    /// The resource with this URI.
    Resource(String),
}

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq)]
pub enum CallError {
    /// The tool answered with an error; its text.
    Tool(String),
    /// The server refused the request.
    Protocol(ErrorObject),
    /// The result is there, and not what was asked for; why.
    Unexpected(String),
}

/// A question of a server, for the script of a test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inquiry {
    /// Its name on the wire; up to 2025-11-25 it has none.
    pub key: Option<String>,
    /// What is asked.
    pub request: InputRequest,
}

impl Inquiry {
    /// The words for the user; empty if there are none.
    pub fn message(&self) -> &str {
        match &self.request {
            InputRequest::Elicit(ElicitRequestParams::Form(form)) => &form.message,
            InputRequest::Elicit(ElicitRequestParams::Url(url)) => &url.message,
            _ => "",
        }
    }
}

/// What the script of a test answers; made from an [`Answer`], a `bool` or an
/// [`ErrorObject`].
#[derive(Debug)]
pub struct Scripted(Result<Answer<Value>, ErrorObject>);

impl From<Answer<Value>> for Scripted {
    fn from(answer: Answer<Value>) -> Self {
        Self(Ok(answer))
    }
}

/// The answer to `ctx.confirm`.
impl From<bool> for Scripted {
    fn from(confirm: bool) -> Self {
        Self(Ok(Answer::Accepted(json!({ "confirm": confirm }))))
    }
}

/// The client refuses the question.
impl From<ErrorObject> for Scripted {
    fn from(error: ErrorObject) -> Self {
        Self(Err(error))
    }
}

impl TestClient {
    pub(crate) fn of(served: Arc<Served>) -> Self {
        let client = Client::new(served, "test-client");
        let (progress, logs, changes) = (Vec::new(), Vec::new(), VecDeque::new());
        Self { client, progress, logs, changes, has_session: false }
    }

    /// Goes on as a client of an older version, which opens a session.
    ///
    /// # Panics
    /// If the version has no sessions, or the server does not agree to it.
    pub async fn legacy(mut self, version: ProtocolVersion) -> Self {
        assert!(ProtocolVersion::LEGACY.contains(&version), "{version} has no sessions");
        let agreed = self.client.initialize(version).await;
        assert_eq!(agreed, Ok(json!(version)), "the server does not agree to {version}");
        self.has_session = true;
        self
    }

    /// Goes on as a client whose user can be asked: the script answers each question of the server,
    /// in the order they are asked. Without a script the client has no capabilities.
    ///
    /// An answer is an [`Answer`], whose value is the content of the form (or the
    /// result of a question that is no form); a `bool`, for `ctx.confirm`; or an [`ErrorObject`].
    ///
    /// # Panics
    /// If a session is open already: its client told what it can do when it opened it.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::ProtocolVersion;
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Delete a file.
    /// #[tool(destructive)]
    /// async fn delete(ctx: &Context, name: String) -> String {
    ///     let is_sure = ctx.confirm(format!("Delete {name}?")).await;
    ///     if is_sure { format!("deleted {name}") } else { format!("kept {name}") }
    /// }
    ///
    /// # mcp_runtime::testing::block_on(async {
    /// let app = Server::new("files", "1.0.0").with(handlers![delete]).state(()).build().await?;
    /// let client = || app.test_client().answers(|question| question.message() == "Delete a?");
    /// let mut modern = client();
    /// let mut legacy = client().legacy(ProtocolVersion::V2025_06_18).await;
    /// for client in [&mut modern, &mut legacy] {
    ///     assert_eq!(client.text("delete", json!({ "name": "a" })).await.unwrap(), "deleted a");
    ///     assert_eq!(client.text("delete", json!({ "name": "b" })).await.unwrap(), "kept b");
    /// }
    /// # Ok::<(), mcp_runtime::StartError>(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn answers<A: Into<Scripted>>(
        mut self,
        mut script: impl FnMut(&Inquiry) -> A + Send + 'static,
    ) -> Self {
        assert!(!self.client.is_in_session(), "`answers` comes before `legacy`");
        let capabilities = json!({
            "elicitation": { "form": {}, "url": {} },
            "sampling": { "context": {}, "tools": {} },
            "roots": {},
        });
        let answer: Script = Box::new(move |key, request| {
            let is_form = matches!(request, InputRequest::Elicit(_));
            let inquiry = Inquiry { key: key.map(str::to_owned), request };
            let Scripted(answer) = script(&inquiry).into();
            Ok(match answer? {
                Answer::Accepted(result) if !is_form => result,
                Answer::Accepted(Value::Null) => json!({ "action": "accept" }),
                Answer::Accepted(content) => json!({ "action": "accept", "content": content }),
                Answer::Declined => json!({ "action": "decline" }),
                Answer::Cancelled => json!({ "action": "cancel" }),
            })
        });
        self.client.answer_by(answer, capabilities);
        self
    }

    /// Calls a tool and reads its structured content.
    ///
    /// # Errors
    /// The tool's error, the server's, or that there is no structured content of this type.
    pub async fn call<T: DeserializeOwned>(
        &mut self,
        tool: &str,
        arguments: Value,
    ) -> Result<T, CallError> {
        let mut result = self.call_tool(tool, arguments).await?;
        let unexpected = |why: String| CallError::Unexpected(why);
        match result.get_mut("structuredContent").map(Value::take) {
            Some(data) => serde_json::from_value(data).map_err(|why| unexpected(why.to_string())),
            None => Err(unexpected("the result has no structured content".to_owned())),
        }
    }

    /// Calls a tool and gives its text.
    ///
    /// # Errors
    /// The tool's error, or the server's.
    pub async fn text(&mut self, tool: &str, arguments: Value) -> Result<String, CallError> {
        self.call_tool(tool, arguments).await.map(|result| text_of(&result))
    }

    /// Reads a resource that is one text.
    ///
    /// # Errors
    /// The server's error, or that the resource is something else.
    pub async fn read(&mut self, uri: &str) -> Result<String, CallError> {
        let result = self.request("resources/read", json!({ "uri": uri })).await;
        match result.map_err(CallError::Protocol)?["contents"][0]["text"].take() {
            Value::String(text) => Ok(text),
            _ => Err(CallError::Unexpected("the resource has no text".to_owned())),
        }
    }

    /// Gets the messages of a prompt; arguments are texts.
    ///
    /// # Errors
    /// The server's error.
    pub async fn prompt(
        &mut self,
        name: &str,
        arguments: Value,
    ) -> Result<Vec<PromptMessage>, CallError> {
        let params = json!({ "name": name, "arguments": arguments });
        let mut result = self.request("prompts/get", params).await.map_err(CallError::Protocol)?;
        serde_json::from_value(result["messages"].take())
            .map_err(|why| CallError::Unexpected(why.to_string()))
    }

    /// Sends any request and gives its whole result.
    ///
    /// # Errors
    /// The server's error.
    ///
    /// # Panics
    /// If `params` is no object.
    pub async fn request(&mut self, method: &str, params: Value) -> Result<Value, ErrorObject> {
        self.client.serve_background();
        let answered = self.client.request(method, params).await;
        for mut message in answered.heard {
            let notified = message["params"].take();
            match message["method"].as_str() {
                Some("notifications/progress") => {
                    self.progress.extend(serde_json::from_value(notified));
                }
                Some("notifications/message") => self.logs.extend(serde_json::from_value(notified)),
                _ => {}
            }
        }
        answered.result
    }

    /// The progress that calls have told so far.
    pub fn progress(&self) -> &[ProgressNotificationParams] {
        &self.progress
    }

    /// The log messages that calls have sent so far.
    pub fn logs(&self) -> &[LoggingMessageNotificationParams] {
        &self.logs
    }

    /// Subscribes to the resources with these URIs, and to all lists that may change.
    ///
    /// # Errors
    /// The server's error. A resource that clients cannot subscribe to is an error in a session of
    /// an older version; in 2026-07-28 the server leaves it out.
    pub async fn listen(&mut self, uris: &[&str]) -> Result<(), ErrorObject> {
        if self.has_session {
            for uri in uris {
                self.request("resources/subscribe", json!({ "uri": uri })).await?;
            }
            return Ok(());
        }
        let filter = json!({
            "toolsListChanged": true,
            "promptsListChanged": true,
            "resourcesListChanged": true,
            "resourceSubscriptions": uris,
        });
        let params = json!({ "notifications": filter });
        self.request("subscriptions/listen", params).await.map(drop)
    }

    /// Waits for the next change notification. Several changes of one thing may be one of them.
    ///
    /// # Panics
    /// If the client is not subscribed to anything: it would wait for ever.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    /// use mcp_runtime::testing::Changed;
    ///
    /// /// The time.
    /// #[resource("clock://now", subscribe)]
    /// async fn now() -> &'static str { "noon" }
    ///
    /// # mcp_runtime::testing::block_on(async {
    /// let app = Server::new("clock", "1.0.0").with(handlers![now]).state(()).build().await?;
    /// let mut client = app.test_client();
    /// client.listen(&["clock://now"]).await.unwrap();
    ///
    /// app.notifier().updated("clock://now");
    /// assert_eq!(client.next_change().await, Changed::Resource("clock://now".to_owned()));
    /// # Ok::<(), mcp_runtime::StartError>(()) }).unwrap();
    /// ```
    pub async fn next_change(&mut self) -> Changed {
        assert!(
            self.client.listens(),
            "the client is not subscribed to anything: call `listen` first"
        );
        while self.changes.is_empty() {
            let told = std::future::poll_fn(|cx| self.client.poll_changes(cx)).await;
            self.changes.extend(told.iter().filter_map(changed));
        }
        self.changes.pop_front().expect("there is one")
    }

    async fn call_tool(&mut self, tool: &str, arguments: Value) -> Result<Value, CallError> {
        let params = json!({ "name": tool, "arguments": arguments });
        let result = self.request("tools/call", params).await.map_err(CallError::Protocol)?;
        if result.get("isError") == Some(&Value::Bool(true)) {
            return Err(CallError::Tool(text_of(&result)));
        }
        Ok(result)
    }
}

/// What a notification is about.
fn changed(message: &Value) -> Option<Changed> {
    match message["method"].as_str()? {
        "notifications/tools/list_changed" => Some(Changed::Tools),
        "notifications/prompts/list_changed" => Some(Changed::Prompts),
        "notifications/resources/list_changed" => Some(Changed::Resources),
        "notifications/resources/updated" => {
            Some(Changed::Resource(message["params"]["uri"].as_str()?.to_owned()))
        }
        _ => None,
    }
}

/// Runs a test that waits, in an event loop of its own: for crates without tokio.
///
/// # Panics
/// If there is no event loop to be had.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the platform has an event loop").block_on(test)
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tool(text) => f.write_str(text),
            Self::Protocol(error) => write!(f, "{} ({})", error.message, error.code),
            Self::Unexpected(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for CallError {}
