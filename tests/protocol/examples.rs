//! The official example messages of 2026-07-28, read into our types and written back.
//!
//! What comes out must be what went in: a member that our types do not know would be lost on the
//! way, and one that they write differently would stand out. What is taken off before, because
//! it belongs to an envelope and not to a type of `protocol`, is checked by [`Check`].

use std::collections::BTreeSet;
use std::path::Path;

use mcp_runtime::ErrorObject;
use mcp_runtime::protocol::{
    CallToolRequestParams, CallToolResult, CancelledNotificationParams, ClientCapabilities,
    CompleteRequestParams, CompleteResult, ContentBlock, CreateMessageRequestParams,
    CreateMessageResult, DiscoverResult, ElicitRequestParams, ElicitResult, GetPromptRequestParams,
    GetPromptResult, InputRequest, InputRequests, InputRequiredResult, InputResponses,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListRootsResult,
    ListToolsResult, LoggingMessageNotificationParams, ModelPreferences, NotificationParams,
    PaginatedRequestParams, ProgressNotificationParams, ProtocolVersion, ReadResourceRequestParams,
    ReadResourceResult, RequestId, RequestParams, ResourceContents, ResourceDescriptor,
    ResourceUpdatedNotificationParams, Root, SamplingMessage, SamplingMessageContentBlock,
    ServerCapabilities, SubscriptionsAcknowledgedNotificationParams,
    SubscriptionsListenRequestParams, SubscriptionsListenResult, ToolDescriptor,
};
use mcp_tests::schema::Schemas;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// How many examples there are; another number is a table that does not fit the folder.
const COUNT: usize = 129;

/// A complete result of a cacheable method without its cache hints, though the page on caching
/// requires them. It is valid only because the schema lets it pass as an `InputRequiredResult`.
const LACKS_HINTS: &str = "ReadResourceResultResponse/read-resource-result-response.json";

/// An example as a type of ours reads it and writes it back.
type RoundTrip = fn(Value) -> Result<Value, String>;

/// How the examples of a folder are checked.
enum Check {
    /// The example is a type of ours.
    Type(RoundTrip),
    /// It is the params of a request, with `_meta` of a modern request.
    Params(RoundTrip),
    /// It is a request of this method with params of this type; the method and the members of
    /// the envelope are taken off.
    Request(&'static str, RoundTrip),
    /// It is a notification of this method; the same is taken off.
    Notification(&'static str, RoundTrip),
    /// It is a result with this `resultType`, which is taken off.
    ResultOf(&'static str, RoundTrip),
    /// It is a complete result with cache hints; `resultType`, `ttlMs` and `cacheScope` are
    /// taken off.
    Cacheable(RoundTrip),
    /// It is a response with a result that is checked in turn; the envelope is taken off.
    Response(&'static Check),
    /// It is an error object with this code.
    Error(i64),
    /// It is an error response with this code; the envelope is taken off.
    ErrorResponse(i64),
    /// It is a question to the client; a stray `id` is taken off.
    Question,
    /// It is the schema of a field, which stands in the schema of a form.
    Field,
}

use Check::{
    Cacheable, Error, ErrorResponse, Field, Notification, Params, Question, Request, Response,
    ResultOf, Type,
};

const COMPLETE: &str = "complete";

/// How the examples of each folder are checked.
const CHECKS: [(&str, Check); 88] = [
    ("AudioContent", Type(of::<ContentBlock>)),
    ("BlobResourceContents", Type(of::<ResourceContents>)),
    ("BooleanSchema", Field),
    ("CallToolRequest", Request("tools/call", of::<CallToolRequestParams>)),
    ("CallToolRequestParams", Params(of::<CallToolRequestParams>)),
    ("CallToolResult", ResultOf(COMPLETE, of::<CallToolResult>)),
    ("CallToolResultResponse", Response(&ResultOf(COMPLETE, of::<CallToolResult>))),
    (
        "CancelledNotification",
        Notification("notifications/cancelled", of::<CancelledNotificationParams>),
    ),
    ("CancelledNotificationParams", Type(of::<CancelledNotificationParams>)),
    ("ClientCapabilities", Type(of::<ClientCapabilities>)),
    ("CompleteRequest", Request("completion/complete", of::<CompleteRequestParams>)),
    ("CompleteRequestParams", Params(of::<CompleteRequestParams>)),
    ("CompleteResult", ResultOf(COMPLETE, of::<CompleteResult>)),
    ("CompleteResultResponse", Response(&ResultOf(COMPLETE, of::<CompleteResult>))),
    ("CreateMessageRequest", Question),
    ("CreateMessageRequestParams", Type(of::<CreateMessageRequestParams>)),
    ("CreateMessageResult", Type(of::<CreateMessageResult>)),
    ("DiscoverRequest", Request("server/discover", of::<RequestParams>)),
    ("DiscoverResult", Cacheable(of::<DiscoverResult>)),
    ("DiscoverResultResponse", Response(&Cacheable(of::<DiscoverResult>))),
    ("ElicitRequest", Question),
    ("ElicitRequestFormParams", Type(of::<ElicitRequestParams>)),
    ("ElicitRequestURLParams", Type(of::<ElicitRequestParams>)),
    ("ElicitResult", Type(of::<ElicitResult>)),
    ("EmbeddedResource", Type(of::<ContentBlock>)),
    ("GetPromptRequest", Request("prompts/get", of::<GetPromptRequestParams>)),
    ("GetPromptRequestParams", Params(of::<GetPromptRequestParams>)),
    ("GetPromptResult", ResultOf(COMPLETE, of::<GetPromptResult>)),
    ("GetPromptResultResponse", Response(&ResultOf(COMPLETE, of::<GetPromptResult>))),
    ("HeaderMismatchError", ErrorResponse(-32020)),
    ("ImageContent", Type(of::<ContentBlock>)),
    ("InputRequests", Type(of::<InputRequests>)),
    ("InputRequiredResult", ResultOf("input_required", of::<InputRequiredResult>)),
    ("InputResponses", Type(of::<InputResponses>)),
    ("InternalError", Error(-32603)),
    ("InvalidParamsError", Error(-32602)),
    ("ListPromptsRequest", Request("prompts/list", of::<PaginatedRequestParams>)),
    ("ListPromptsResult", Cacheable(of::<ListPromptsResult>)),
    ("ListPromptsResultResponse", Response(&Cacheable(of::<ListPromptsResult>))),
    (
        "ListResourceTemplatesRequest",
        Request("resources/templates/list", of::<PaginatedRequestParams>),
    ),
    ("ListResourceTemplatesResult", Cacheable(of::<ListResourceTemplatesResult>)),
    (
        "ListResourceTemplatesResultResponse",
        Response(&Cacheable(of::<ListResourceTemplatesResult>)),
    ),
    ("ListResourcesRequest", Request("resources/list", of::<PaginatedRequestParams>)),
    ("ListResourcesResult", Cacheable(of::<ListResourcesResult>)),
    ("ListResourcesResultResponse", Response(&Cacheable(of::<ListResourcesResult>))),
    ("ListRootsRequest", Question),
    ("ListRootsResult", Type(of::<ListRootsResult>)),
    ("ListToolsRequest", Request("tools/list", of::<PaginatedRequestParams>)),
    ("ListToolsResult", Cacheable(of::<ListToolsResult>)),
    ("ListToolsResultResponse", Response(&Cacheable(of::<ListToolsResult>))),
    (
        "LoggingMessageNotification",
        Notification("notifications/message", of::<LoggingMessageNotificationParams>),
    ),
    ("LoggingMessageNotificationParams", Type(of::<LoggingMessageNotificationParams>)),
    ("MethodNotFoundError", Error(-32601)),
    ("MissingRequiredClientCapabilityError", ErrorResponse(-32021)),
    ("ModelPreferences", Type(of::<ModelPreferences>)),
    ("NumberSchema", Field),
    ("PaginatedRequestParams", Params(of::<PaginatedRequestParams>)),
    ("ParseError", Error(-32700)),
    (
        "ProgressNotification",
        Notification("notifications/progress", of::<ProgressNotificationParams>),
    ),
    ("ProgressNotificationParams", Type(of::<ProgressNotificationParams>)),
    (
        "PromptListChangedNotification",
        Notification("notifications/prompts/list_changed", of::<NotificationParams>),
    ),
    ("ReadResourceRequest", Request("resources/read", of::<ReadResourceRequestParams>)),
    ("ReadResourceResult", Cacheable(of::<ReadResourceResult>)),
    ("ReadResourceResultResponse", Response(&Cacheable(of::<ReadResourceResult>))),
    ("Resource", Type(of::<ResourceDescriptor>)),
    ("ResourceLink", Type(of::<ContentBlock>)),
    (
        "ResourceListChangedNotification",
        Notification("notifications/resources/list_changed", of::<NotificationParams>),
    ),
    (
        "ResourceUpdatedNotification",
        Notification("notifications/resources/updated", of::<ResourceUpdatedNotificationParams>),
    ),
    ("ResourceUpdatedNotificationParams", Type(of::<ResourceUpdatedNotificationParams>)),
    ("Root", Type(of::<Root>)),
    ("SamplingMessage", Type(of::<SamplingMessage>)),
    ("ServerCapabilities", Type(of::<ServerCapabilities>)),
    ("StringSchema", Field),
    (
        "SubscriptionsAcknowledgedNotification",
        Notification(
            "notifications/subscriptions/acknowledged",
            of::<SubscriptionsAcknowledgedNotificationParams>,
        ),
    ),
    (
        "SubscriptionsListenRequest",
        Request("subscriptions/listen", of::<SubscriptionsListenRequestParams>),
    ),
    ("SubscriptionsListenResult", ResultOf(COMPLETE, of::<SubscriptionsListenResult>)),
    (
        "SubscriptionsListenResultResponse",
        Response(&ResultOf(COMPLETE, of::<SubscriptionsListenResult>)),
    ),
    ("TextContent", Type(of::<ContentBlock>)),
    ("TextResourceContents", Type(of::<ResourceContents>)),
    ("TitledMultiSelectEnumSchema", Field),
    ("TitledSingleSelectEnumSchema", Field),
    ("Tool", Type(of::<ToolDescriptor>)),
    (
        "ToolListChangedNotification",
        Notification("notifications/tools/list_changed", of::<NotificationParams>),
    ),
    ("ToolResultContent", Type(of::<SamplingMessageContentBlock>)),
    ("ToolUseContent", Type(of::<SamplingMessageContentBlock>)),
    ("UnsupportedProtocolVersionError", ErrorResponse(-32022)),
    ("UntitledMultiSelectEnumSchema", Field),
    ("UntitledSingleSelectEnumSchema", Field),
];

/// One file.
struct Example {
    /// Its folder, which is the name of its definition.
    definition: String,
    /// Its path below the examples.
    path: String,
    value: Value,
}

#[test]
fn every_example_belongs_to_a_check() {
    let examples = examples();
    assert_eq!(examples.len(), COUNT);
    let folders: BTreeSet<_> = examples.iter().map(|example| &*example.definition).collect();
    let checked: BTreeSet<_> = CHECKS.iter().map(|(definition, _)| *definition).collect();
    assert_eq!(folders, checked);
}

#[test]
fn every_example_is_valid() {
    report(|example| {
        let schemas = Schemas::official();
        schemas.validate(ProtocolVersion::V2026_07_28, &example.definition, &example.value)
    });
}

#[test]
fn every_example_is_read_and_written_back_unchanged() {
    report(|example| {
        let check = CHECKS.iter().find(|(definition, _)| *definition == example.definition);
        let (_, check) = check.ok_or("no check for this folder")?;
        check.apply(example.value.clone(), example.path == LACKS_HINTS)
    });
}

#[test]
fn what_a_server_sends_passes_the_check_of_transcripts() {
    report(|example| {
        let definition = &*example.definition;
        let is_error = example.value.get("error").is_some();
        let request =
            definition.strip_suffix("ResultResponse").map(|name| format!("{name}Request"));
        let method = CHECKS.iter().find_map(|(definition, check)| match check {
            Request(method, _) if Some(*definition) == request.as_deref() => Some(*method),
            _ => None,
        });
        if method.is_none() && !is_error && !definition.ends_with("Notification") {
            return Ok(());
        }
        let schemas = Schemas::official();
        let checked = schemas.check_sent(ProtocolVersion::V2026_07_28, method, &example.value);
        if example.path != LACKS_HINTS {
            return checked;
        }
        if checked.is_err() { Ok(()) } else { Err("passes without cache hints".to_owned()) }
    });
}

/// Holds every example against a rule and fails with all that break it.
fn report(rule: impl Fn(&Example) -> Result<(), String>) {
    let problems: Vec<_> = examples()
        .iter()
        .filter_map(|example| rule(example).err().map(|e| format!("{}: {e}", example.path)))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

impl Check {
    fn apply(&self, mut example: Value, lacks_hints: bool) -> Result<(), String> {
        match self {
            Self::Type(round_trip) => unchanged(*round_trip, example),
            Self::Params(round_trip) => {
                let meta = json!({"_meta": example["_meta"]});
                unchanged(of::<RequestParams>, meta)?;
                unchanged(*round_trip, example)
            }
            Self::Request(method, round_trip) => {
                take_envelope(&mut example)?;
                is(&example["method"], method)?;
                Self::Params(*round_trip).apply(example["params"].take(), false)
            }
            Self::Notification(method, round_trip) => {
                is(&take(&mut example, "jsonrpc")?, "2.0")?;
                is(&example["method"], method)?;
                unchanged(*round_trip, example["params"].take())
            }
            Self::ResultOf(result_type, round_trip) => {
                is(&take(&mut example, "resultType")?, result_type)?;
                unchanged(*round_trip, example)
            }
            Self::Cacheable(round_trip) => {
                if !lacks_hints {
                    take(&mut example, "ttlMs")?;
                    take(&mut example, "cacheScope")?;
                }
                Self::ResultOf(COMPLETE, *round_trip).apply(example, false)
            }
            Self::Response(check) => {
                take_envelope(&mut example)?;
                check.apply(take(&mut example, "result")?, lacks_hints)
            }
            Self::Error(code) => {
                is(&example["code"], code)?;
                unchanged(of::<ErrorObject>, example)
            }
            Self::ErrorResponse(code) => {
                take_envelope(&mut example)?;
                Self::Error(*code).apply(take(&mut example, "error")?, false)
            }
            Self::Question => {
                let _stray = take(&mut example, "id");
                unchanged(of::<InputRequest>, example)
            }
            Self::Field => {
                let schema = json!({"type": "object", "properties": {"field": example}});
                unchanged(
                    of::<ElicitRequestParams>,
                    json!({"message": "m", "requestedSchema": schema}),
                )
            }
        }
    }
}

/// Reads a value as this type and writes it back.
fn of<T: Serialize + DeserializeOwned>(value: Value) -> Result<Value, String> {
    let decoded: T = serde_json::from_value(value).map_err(|e| format!("cannot be read: {e}"))?;
    serde_json::to_value(decoded).map_err(|e| format!("cannot be written: {e}"))
}

fn unchanged(round_trip: RoundTrip, value: Value) -> Result<(), String> {
    let (before, after) = (plain(value.clone()), plain(round_trip(value)?));
    if before == after { Ok(()) } else { Err(format!("was {before}, became {after}")) }
}

/// The same value with whole numbers written as such: `50.0` as `50`.
fn plain(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(plain).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, plain(value))).collect()
        }
        Value::Number(number) => {
            let text = number.to_string();
            let whole = text.strip_suffix(".0").and_then(|whole| whole.parse::<i64>().ok());
            whole.map_or(Value::Number(number), Value::from)
        }
        other => other,
    }
}

/// Takes off the version of JSON-RPC and the id, which must be one.
fn take_envelope(example: &mut Value) -> Result<(), String> {
    is(&take(example, "jsonrpc")?, "2.0")?;
    unchanged(of::<RequestId>, take(example, "id")?)
}

fn take(example: &mut Value, member: &str) -> Result<Value, String> {
    let taken = example.as_object_mut().and_then(|members| members.remove(member));
    taken.ok_or_else(|| format!("has no `{member}`"))
}

fn is<T: Serialize + ?Sized>(actual: &Value, expected: &T) -> Result<(), String> {
    let expected = json!(expected);
    if *actual == expected { Ok(()) } else { Err(format!("expected {expected}, got {actual}")) }
}

fn examples() -> Vec<Example> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol/examples");
    let mut examples = Vec::new();
    for folder in root.read_dir().unwrap().map(Result::unwrap) {
        if !folder.file_type().unwrap().is_dir() {
            continue;
        }
        let definition = folder.file_name().into_string().unwrap();
        for file in folder.path().read_dir().unwrap().map(Result::unwrap) {
            let value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
            let path = format!("{definition}/{}", file.file_name().into_string().unwrap());
            examples.push(Example { definition: definition.clone(), path, value });
        }
    }
    examples
}
