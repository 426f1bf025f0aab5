//! The official schemas of every revision, as a check on what a server sends.

use std::sync::OnceLock;

use jsonschema::ValidatorMap;
use mcp_runtime::protocol::ProtocolVersion;
use serde_json::{Value, json};

/// A method a client may call, the definition of its request and that of its result. A revision
/// has the method if its schema defines the request.
const METHODS: [(&str, &str, &str); 15] = [
    ("initialize", "InitializeRequest", "InitializeResult"),
    ("ping", "PingRequest", "EmptyResult"),
    ("server/discover", "DiscoverRequest", "DiscoverResult"),
    ("tools/list", "ListToolsRequest", "ListToolsResult"),
    ("tools/call", "CallToolRequest", "CallToolResult"),
    ("resources/list", "ListResourcesRequest", "ListResourcesResult"),
    ("resources/templates/list", "ListResourceTemplatesRequest", "ListResourceTemplatesResult"),
    ("resources/read", "ReadResourceRequest", "ReadResourceResult"),
    ("resources/subscribe", "SubscribeRequest", "EmptyResult"),
    ("resources/unsubscribe", "UnsubscribeRequest", "EmptyResult"),
    ("prompts/list", "ListPromptsRequest", "ListPromptsResult"),
    ("prompts/get", "GetPromptRequest", "GetPromptResult"),
    ("completion/complete", "CompleteRequest", "CompleteResult"),
    ("logging/setLevel", "SetLevelRequest", "EmptyResult"),
    ("subscriptions/listen", "SubscriptionsListenRequest", "SubscriptionsListenResult"),
];

/// A notification a server may send, and its definition.
const NOTIFICATIONS: [(&str, &str); 9] = [
    ("notifications/cancelled", "CancelledNotification"),
    ("notifications/progress", "ProgressNotification"),
    ("notifications/message", "LoggingMessageNotification"),
    ("notifications/tools/list_changed", "ToolListChangedNotification"),
    ("notifications/prompts/list_changed", "PromptListChangedNotification"),
    ("notifications/resources/list_changed", "ResourceListChangedNotification"),
    ("notifications/resources/updated", "ResourceUpdatedNotification"),
    ("notifications/subscriptions/acknowledged", "SubscriptionsAcknowledgedNotification"),
    ("notifications/elicitation/complete", "ElicitationCompleteNotification"),
];

/// A request a server may send up to 2025-11-25, and its definition.
const SERVER_REQUESTS: [(&str, &str); 4] = [
    ("ping", "PingRequest"),
    ("sampling/createMessage", "CreateMessageRequest"),
    ("roots/list", "ListRootsRequest"),
    ("elicitation/create", "ElicitRequest"),
];

/// Methods whose result may ask instead of answering.
///
/// Spec: 2026-07-28, basic/patterns/mrtr.
const MAY_ASK: [&str; 3] = ["tools/call", "prompts/get", "resources/read"];

/// The official schemas, each compiled when it is first used.
#[derive(Debug)]
pub struct Schemas {
    /// As they are: no definition is closed, so that revisions can be extended.
    open: [OnceLock<Definitions>; 5],
    /// Closed: a member that a revision does not define is a mistake of a server of ours.
    closed: [OnceLock<Definitions>; 5],
}

impl Schemas {
    /// The schemas that lie in `tests/protocol/schema`.
    pub fn official() -> &'static Self {
        static OFFICIAL: Schemas = Schemas {
            open: [const { OnceLock::new() }; 5],
            closed: [const { OnceLock::new() }; 5],
        };
        &OFFICIAL
    }

    /// Checks a value against one definition of a revision, by its name.
    ///
    /// # Errors
    /// What does not fit, or that there is no such definition.
    pub fn validate(
        &self,
        version: ProtocolVersion,
        definition: &str,
        value: &Value,
    ) -> Result<(), String> {
        self.open(version).validate(definition, value)
    }

    /// Checks a message that a server sends under a revision; of a result or an error,
    /// `method` is that of its request.
    ///
    /// Stricter than [`Self::validate`]: members that the revision does not define are refused,
    /// except where any are allowed, such as in `_meta` and in the schemas of tools.
    ///
    /// # Errors
    /// What does not fit, or that a server must not send this under the revision.
    pub fn check_sent(
        &self,
        version: ProtocolVersion,
        method: Option<&str>,
        message: &Value,
    ) -> Result<(), String> {
        let checked = Sent { version, definitions: self.closed(version), message };
        let has = |member| message.get(member).is_some();
        match (has("method"), has("id"), has("result"), has("error")) {
            (true, true, false, false) => checked.request(),
            (true, false, false, false) => checked.notification(),
            (false, _, true, false) => checked.result(method),
            (false, _, false, true) => checked.error(self),
            _ => Err(format!("no request, notification, result or error: {message}")),
        }
        .map_err(|problem| format!("not valid in {version}: {problem}"))
    }

    fn open(&self, version: ProtocolVersion) -> &Definitions {
        self.open[index(version)].get_or_init(|| Definitions::compile(&document(version)))
    }

    fn closed(&self, version: ProtocolVersion) -> &Definitions {
        self.closed[index(version)].get_or_init(|| {
            let mut document = document(version);
            close_document(&mut document);
            Definitions::compile(&document)
        })
    }
}

/// A message that a server sends, with what it is checked against.
struct Sent<'a> {
    version: ProtocolVersion,
    definitions: &'a Definitions,
    message: &'a Value,
}

impl Sent<'_> {
    fn request(&self) -> Result<(), String> {
        if self.version >= ProtocolVersion::V2026_07_28 {
            return Err("a server sends no requests".to_owned());
        }
        self.definitions.validate("JSONRPCRequest", self.message)?;
        self.by_method(&SERVER_REQUESTS)
    }

    fn notification(&self) -> Result<(), String> {
        self.definitions.validate("JSONRPCNotification", self.message)?;
        self.by_method(&NOTIFICATIONS)
    }

    fn by_method(&self, table: &[(&str, &str)]) -> Result<(), String> {
        let method = self.message["method"].as_str().unwrap_or_default();
        let known = table.iter().find(|(name, _)| *name == method);
        match known.filter(|(_, definition)| self.definitions.has(definition)) {
            Some((_, definition)) => self.definitions.validate(definition, self.message),
            None => Err(format!("a server does not send `{method}`")),
        }
    }

    fn result(&self, method: Option<&str>) -> Result<(), String> {
        let method = method.ok_or("a result without a request")?;
        let known = METHODS.iter().find(|(name, ..)| *name == method);
        let Some((.., definition)) = known.filter(|(_, request, _)| self.definitions.has(request))
        else {
            return Err(format!("a result of `{method}`, which does not exist"));
        };
        let envelope = ["JSONRPCResultResponse", "JSONRPCResponse"];
        // From 2026-07-28 on `JSONRPCResponse` is the union of both kinds, hence this order.
        let envelope = envelope.into_iter().find(|name| self.definitions.has(name));
        self.definitions.validate(envelope.unwrap_or_default(), self.message)?;

        let result = &self.message["result"];
        if self.version < ProtocolVersion::V2026_07_28 {
            has_no_modern_members(result)?;
            return self.definitions.validate(definition, result);
        }
        match result["resultType"].as_str() {
            Some("complete") => self.definitions.validate(definition, result),
            Some("input_required") if MAY_ASK.contains(&method) => {
                self.definitions.validate("InputRequiredResult", result)
            }
            other => Err(format!("`resultType` of `{method}` is {other:?}")),
        }
    }

    fn error(&self, schemas: &Schemas) -> Result<(), String> {
        let code = self.message["error"]["code"].as_i64();
        if self.message.get("id").is_none() && !self.definitions.has("JSONRPCErrorResponse") {
            // Up to 2025-06-18 the schema requires an id and forbids `null`, so that it leaves
            // nothing to say about a line whose id cannot be read; later ones let it be absent.
            let newest = schemas.closed(ProtocolVersion::V2026_07_28);
            return newest.validate("JSONRPCErrorResponse", self.message);
        }
        let envelope = ["JSONRPCErrorResponse", "JSONRPCError"];
        let envelope = envelope.into_iter().find(|name| self.definitions.has(name));
        self.definitions.validate(envelope.unwrap_or_default(), self.message)?;
        match code {
            Some(-32042) if self.version == ProtocolVersion::V2025_11_25 => {
                self.definitions.validate("URLElicitationRequiredError", self.message)
            }
            Some(-32042) => Err("code -32042 belongs to 2025-11-25 alone".to_owned()),
            _ if self.version < ProtocolVersion::V2026_07_28 => Ok(()),
            Some(-32019..=-32000 | -32099..=-32023) => {
                Err(format!("code {code:?} must not be sent"))
            }
            Some(-32020) => self.definitions.validate("HeaderMismatchError", self.message),
            Some(-32021) => {
                self.definitions.validate("MissingRequiredClientCapabilityError", self.message)
            }
            Some(-32022) => {
                self.definitions.validate("UnsupportedProtocolVersionError", self.message)
            }
            _ => Ok(()),
        }
    }
}

/// Refuses what only modern results carry where the legacy definition of a result is open.
fn has_no_modern_members(result: &Value) -> Result<(), String> {
    let modern = ["resultType", "ttlMs", "cacheScope"];
    if let Some(member) = modern.into_iter().find(|member| result.get(member).is_some()) {
        return Err(format!("the result has `{member}`"));
    }
    let meta = result["_meta"].as_object().into_iter().flatten();
    match meta.map(|(key, _)| key).find(|key| key.as_str() == "io.modelcontextprotocol/serverInfo")
    {
        Some(key) => Err(format!("the `_meta` of the result has `{key}`")),
        None => Ok(()),
    }
}

/// The definitions of one revision.
#[derive(Debug)]
struct Definitions {
    validators: ValidatorMap,
    section: &'static str,
}

impl Definitions {
    fn compile(document: &Value) -> Self {
        let validators = jsonschema::options()
            .build_map(document)
            .expect("the official schemas are schemas, closed or not");
        Self { validators, section: section(document) }
    }

    fn has(&self, definition: &str) -> bool {
        self.validators.contains_key(&self.pointer(definition))
    }

    fn validate(&self, definition: &str, value: &Value) -> Result<(), String> {
        let Some(validator) = self.validators.get(&self.pointer(definition)) else {
            return Err(format!("there is no definition `{definition}`"));
        };
        let problems: Vec<_> = validator
            .iter_errors(value)
            .map(|error| format!("{definition}{}: {error}", error.instance_path()))
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    fn pointer(&self, definition: &str) -> String {
        format!("#/{}/{definition}", self.section)
    }
}

/// Up to 2025-06-18 definitions stand under `definitions`, later under `$defs`.
fn section(document: &Value) -> &'static str {
    if document.get("$defs").is_some() { "$defs" } else { "definitions" }
}

fn index(version: ProtocolVersion) -> usize {
    let position = ProtocolVersion::ALL.iter().position(|known| *known == version);
    position.expect("`ALL` has all of them")
}

fn document(version: ProtocolVersion) -> Value {
    let text = match version {
        ProtocolVersion::V2024_11_05 => include_str!("../protocol/schema/2024-11-05.json"),
        ProtocolVersion::V2025_03_26 => include_str!("../protocol/schema/2025-03-26.json"),
        ProtocolVersion::V2025_06_18 => include_str!("../protocol/schema/2025-06-18.json"),
        ProtocolVersion::V2025_11_25 => include_str!("../protocol/schema/2025-11-25.json"),
        ProtocolVersion::V2026_07_28 => include_str!("../protocol/schema/2026-07-28.json"),
        other => panic!("no schema of {other} lies in tests/protocol/schema"),
    };
    serde_json::from_str(text).expect("the official schemas are JSON")
}

fn close_document(document: &mut Value) {
    let section = section(document);
    let definitions = document[section].as_object_mut().into_iter().flatten();
    for (name, definition) in definitions {
        if name.ends_with("MetaObject") {
            continue;
        }
        if section == "definitions" && definition["properties"].get("method").is_some() {
            // Up to 2025-06-18 what all messages have is left to `JSONRPCRequest` and
            // `JSONRPCNotification`.
            definition["properties"]["jsonrpc"] = json!({});
            definition["properties"]["id"] = json!({});
            definition["properties"]["params"]["properties"]["_meta"] = json!({});
        }
        if name == "ServerCapabilities" {
            // Extensions are announced to legacy clients as well; only the schema of 2026-07-28
            // knows them.
            definition["properties"]["extensions"] = json!({"type": "object"});
        }
        close(definition);
    }
}

/// Closes a schema and those inside: what it does not name is not allowed.
fn close(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if schema.contains_key("properties") && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    // Not into `allOf`, whose branches each name only some of the members.
    for keyword in ["items", "additionalProperties"] {
        schema.get_mut(keyword).map(close);
    }
    let branches = schema.get_mut("anyOf").and_then(Value::as_array_mut);
    branches.into_iter().flatten().for_each(close);
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        // Schemas of tools may use any keyword, `_meta` any key.
        if !matches!(name.as_str(), "_meta" | "inputSchema" | "outputSchema") {
            close(property);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(version: &str, method: Option<&str>, message: &Value) -> Result<(), String> {
        let version = ProtocolVersion::parse(version).unwrap();
        Schemas::official().check_sent(version, method, message)
    }

    fn result(result: &Value) -> Value {
        json!({"jsonrpc": "2.0", "id": 1, "result": result})
    }

    #[test]
    fn result_is_checked_by_the_method_of_its_request() {
        let pong = result(&json!({}));
        for version in ProtocolVersion::LEGACY {
            assert_eq!(check(version.as_str(), Some("ping"), &pong), Ok(()));
            assert!(check(version.as_str(), Some("tools/list"), &pong).is_err());
            assert!(check(version.as_str(), Some("server/discover"), &pong).is_err());
        }
        assert!(check("2025-11-25", None, &pong).is_err());
        let complete = result(&json!({"resultType": "complete"}));
        assert!(check("2026-07-28", Some("ping"), &complete).is_err());
        assert!(check("2026-07-28", Some("tools/call"), &complete).is_err());
    }

    #[test]
    fn members_of_other_revisions_are_refused() {
        let tool = json!({"name": "add", "inputSchema": {"type": "object", "title": "Add"}});
        let tools = |tool: &Value| result(&json!({"tools": [tool]}));
        let check = |version, message: &Value| check(version, Some("tools/list"), message);
        let mut titled = tool.clone();
        titled["title"] = "Add".into();
        for version in ProtocolVersion::LEGACY {
            assert_eq!(check(version.as_str(), &tools(&tool)), Ok(()));
            let has_title = version >= ProtocolVersion::V2025_06_18;
            assert_eq!(check(version.as_str(), &tools(&titled)).is_ok(), has_title, "{version}");
        }
        let cached = json!({"tools": [titled], "ttlMs": 0, "cacheScope": "private"});
        assert!(check("2025-11-25", &result(&cached)).is_err());
        let mut modern = cached.clone();
        modern["resultType"] = "complete".into();
        modern["_meta"] =
            json!({"io.modelcontextprotocol/serverInfo": {"name": "s", "version": "1"}});
        assert_eq!(check("2026-07-28", &result(&modern)), Ok(()));
        let meta = json!({"tools": [], "_meta": modern["_meta"]});
        assert!(check("2025-11-25", &result(&meta)).is_err());
    }

    #[test]
    fn questions_are_results_of_three_methods_only() {
        let asking = result(&json!({"resultType": "input_required", "requestState": "x"}));
        assert_eq!(check("2026-07-28", Some("tools/call"), &asking), Ok(()));
        assert!(check("2026-07-28", Some("tools/list"), &asking).is_err());
        assert!(check("2025-11-25", Some("tools/call"), &asking).is_err());
        let other = result(&json!({"resultType": "done", "content": []}));
        assert!(check("2026-07-28", Some("tools/call"), &other).is_err());
    }

    #[test]
    fn requests_of_a_server_are_legacy() {
        let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
        for version in ProtocolVersion::LEGACY {
            assert_eq!(check(version.as_str(), None, &ping), Ok(()));
        }
        assert!(check("2026-07-28", None, &ping).is_err());
        let ask = json!({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": {
            "message": "?", "requestedSchema": {"type": "object", "properties": {}},
        }});
        assert!(check("2025-03-26", None, &ask).is_err());
        assert_eq!(check("2025-06-18", None, &ask), Ok(()));
    }

    #[test]
    fn notifications_are_checked_by_their_method() {
        let progress = |params: Value| json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": params});
        let plain = progress(json!({"progressToken": "t", "progress": 1}));
        let spoken = progress(json!({"progressToken": "t", "progress": 1.5, "message": "half"}));
        let broken = progress(json!({"progress": 1}));
        for version in ProtocolVersion::ALL {
            assert_eq!(check(version.as_str(), None, &plain), Ok(()));
            assert!(check(version.as_str(), None, &broken).is_err());
            let has_message = version > ProtocolVersion::V2024_11_05;
            assert_eq!(check(version.as_str(), None, &spoken).is_ok(), has_message, "{version}");
        }
        let tagged = progress(json!({"progressToken": "t", "progress": 1, "_meta": {"a": 1}}));
        for version in ProtocolVersion::ALL {
            assert_eq!(check(version.as_str(), None, &tagged), Ok(()));
        }
        let unknown = json!({"jsonrpc": "2.0", "method": "notifications/unknown"});
        assert!(check("2026-07-28", None, &unknown).is_err());
    }

    #[test]
    fn errors_are_checked_by_revision_and_code() {
        let error = |code: i64, data: Value| json!({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "m", "data": data}});
        let unreadable = json!({"jsonrpc": "2.0", "error": {"code": -32700, "message": "m"}});
        for version in ProtocolVersion::ALL {
            assert_eq!(check(version.as_str(), None, &error(-32601, json!(null))), Ok(()));
            assert_eq!(check(version.as_str(), None, &unreadable), Ok(()));
            let null = json!({"jsonrpc": "2.0", "id": null, "error": unreadable["error"]});
            assert!(check(version.as_str(), None, &null).is_err(), "{version}");
            let is_legacy = version < ProtocolVersion::V2026_07_28;
            let not_found = error(-32002, json!({"uri": "file:///x"}));
            assert_eq!(check(version.as_str(), None, &not_found).is_ok(), is_legacy, "{version}");
        }
        let versions = json!({"supported": ["2026-07-28"], "requested": "1900-01-01"});
        assert_eq!(check("2026-07-28", None, &error(-32022, versions)), Ok(()));
        assert!(check("2026-07-28", None, &error(-32022, json!({}))).is_err());
        assert!(check("2026-07-28", None, &error(-32050, json!({}))).is_err());
    }
}
