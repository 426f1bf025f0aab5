//! The client of the official SDK, as these tests use it.

use std::ops::Deref;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, ErrorCode, ErrorData, GetPromptRequestParams, JsonObject,
    ProtocolVersion, ReadResourceRequestParams, ResourceContents, Tool,
};
use rmcp::service::RunningService;
use rmcp::transport::TokioChildProcess;
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient, ServiceError};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, Command};

/// Nothing here takes a second; a test that hangs ends with words instead of never.
const PATIENCE: Duration = Duration::from_secs(60);

/// The two ways to speak the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// A handshake, and a session from there on.
    Legacy,
    /// A discovery, and requests that stand alone.
    Modern,
}

impl Era {
    /// The newest version of the era.
    pub(crate) const fn version(self) -> ProtocolVersion {
        match self {
            Self::Legacy => ProtocolVersion::V_2025_11_25,
            Self::Modern => ProtocolVersion::V_2026_07_28,
        }
    }

    /// The code for a resource that does not exist, which is the one thing here that changed.
    pub(crate) const fn unknown_resource(self) -> ErrorCode {
        match self {
            Self::Legacy => ErrorCode::RESOURCE_NOT_FOUND,
            Self::Modern => ErrorCode::INVALID_PARAMS,
        }
    }

    pub(crate) fn lifecycle(self) -> ClientLifecycleMode {
        match self {
            Self::Legacy => ClientLifecycleMode::Initialize,
            Self::Modern => {
                ClientLifecycleMode::Discover { preferred_versions: vec![self.version()] }
            }
        }
    }
}

/// Runs a test with a client of each era, each with a program and an empty database of its own.
pub(crate) fn in_each_era(mut test: impl AsyncFnMut(&Client)) {
    for era in [Era::Legacy, Era::Modern] {
        bounded(async {
            let folder = tempfile::tempdir().unwrap();
            let client = Client::start(era, &folder.path().join("tasks.db")).await;
            test(&client).await;
            client.end().await;
        });
    }
}

/// Runs to the end, or to the end of patience.
pub(crate) fn bounded(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await.unwrap() });
}

/// A client, and the program it has started.
pub(crate) struct Client {
    pub(crate) era: Era,
    running: RunningService<RoleClient, ()>,
    tools: Vec<Tool>,
    stderr: ChildStderr,
}

/// What a tool answered.
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) data: Value,
}

impl Client {
    /// Starts the program on this database.
    pub(crate) async fn start(era: Era, database: &Path) -> Self {
        Self::negotiate(era, era.lifecycle(), database).await
    }

    /// Starts the program and finds out which era it is of.
    pub(crate) async fn ask(expected: Era, database: &Path) -> Self {
        let lifecycle = ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: None,
        };
        Self::negotiate(expected, lifecycle, database).await
    }

    async fn negotiate(era: Era, lifecycle: ClientLifecycleMode, database: &Path) -> Self {
        let (transport, stderr) = program(database);
        let running = ().serve_with_lifecycle(transport, lifecycle).await.unwrap();
        let tools = running.list_all_tools().await.unwrap();
        Self { era, running, tools, stderr }
    }

    /// Closes the connection; the program ends, and has had nothing to complain about but calls
    /// that failed.
    pub(crate) async fn end(mut self) {
        self.running.close().await.unwrap();
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).await.unwrap();
        let said = said.lines().filter(|line| !line.contains(" failed, request "));
        assert_eq!(said.collect::<Vec<_>>(), Vec::<&str>::new(), "on stderr");
    }

    pub(crate) fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Calls a tool that answers in words and in data, the data as its schema says.
    pub(crate) async fn call(&self, name: &'static str, arguments: Value) -> Answer {
        let result = self.call_tool(call(name, arguments)).await.unwrap();
        let text = text_of(&result.content);
        assert_ne!(result.is_error, Some(true), "{text}");
        let data = result.structured_content.unwrap();
        let tool = self.tools.iter().find(|tool| tool.name == name).unwrap();
        let schema = Value::Object((**tool.output_schema.as_ref().unwrap()).clone());
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        if let Err(mistake) = schema.validate(&data) {
            panic!("`{name}` answered {data:#}: {mistake}");
        }
        Answer { text, data }
    }

    /// Calls a tool that cannot do what it is asked for; returns what it says.
    pub(crate) async fn mistake(&self, name: &'static str, arguments: Value) -> String {
        let result = self.call_tool(call(name, arguments)).await.unwrap();
        let text = text_of(&result.content);
        assert_eq!(result.is_error, Some(true), "{text}");
        assert_eq!(result.structured_content, None);
        text
    }

    /// Calls a tool that does not exist.
    pub(crate) async fn no_tool(&self, name: &'static str) -> (ErrorCode, String) {
        protocol_error(self.call_tool(call(name, json!({}))).await)
    }

    /// Reads a resource of JSON.
    pub(crate) async fn read(&self, uri: &str) -> Value {
        let result = self.read_resource(ReadResourceRequestParams::new(uri)).await.unwrap();
        let [ResourceContents::TextResourceContents { uri: read, mime_type, text, .. }] =
            &result.contents[..]
        else {
            panic!("{result:?}");
        };
        assert_eq!((read.as_str(), mime_type.as_deref()), (uri, Some("application/json")));
        serde_json::from_str(text).unwrap()
    }

    /// Reads a resource that does not exist.
    pub(crate) async fn no_resource(&self, uri: &str) -> (ErrorCode, String) {
        protocol_error(self.read_resource(ReadResourceRequestParams::new(uri)).await)
    }

    /// The text of a prompt, which is one message of the user.
    pub(crate) async fn prompt(&self, name: &str, arguments: Value) -> String {
        let result = self.get_prompt(prompt(name, arguments)).await.unwrap();
        let [message] = &result.messages[..] else { panic!("{result:?}") };
        assert_eq!(json!(message.role), "user");
        message.content.as_text().unwrap().text.clone()
    }

    /// Asks for a prompt that does not exist or cannot be made.
    pub(crate) async fn no_prompt(&self, name: &str, arguments: Value) -> (ErrorCode, String) {
        protocol_error(self.get_prompt(prompt(name, arguments)).await)
    }
}

impl Deref for Client {
    type Target = RunningService<RoleClient, ()>;

    fn deref(&self) -> &Self::Target {
        &self.running
    }
}

/// Starts the program on this database.
pub(crate) fn program(database: &Path) -> (TokioChildProcess, ChildStderr) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_task-server"));
    program.arg("--db").arg(database).env_remove("TASK_SERVER_DB").env("TZ", "UTC");
    let builder = TokioChildProcess::builder(program).stderr(Stdio::piped());
    let (transport, stderr) = builder.spawn().unwrap();
    (transport, stderr.unwrap())
}

pub(crate) fn call(name: &'static str, arguments: Value) -> CallToolRequestParams {
    CallToolRequestParams::new(name).with_arguments(object(arguments))
}

fn prompt(name: &str, arguments: Value) -> GetPromptRequestParams {
    GetPromptRequestParams::new(name).with_arguments(object(arguments))
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

pub(crate) fn text_of(content: &[rmcp::model::ContentBlock]) -> String {
    let [block] = content else { panic!("{content:?}") };
    block.as_text().unwrap().text.clone()
}

fn protocol_error<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> (ErrorCode, String) {
    match result {
        Err(ServiceError::McpError(ErrorData { code, message, .. })) => (code, message.into()),
        other => panic!("{other:?}"),
    }
}
