//! A client that says and hears whole messages, and holds what it hears against the schema.

use std::collections::HashMap;
use std::time::Duration;

use mcp_runtime::{ProtocolVersion, ReadyServer};
use mcp_tests::schema::Schemas;
use mcp_tests::{json, peer};
use serde_json::Value;
use serde_json::json as object;

pub(super) struct Client {
    peer: peer::Peer,
    /// The `_meta` of every request.
    pub(super) meta: Value,
    last_id: u64,
    version: ProtocolVersion,
    /// The methods of the requests that were sent, by their ids.
    methods: HashMap<u64, String>,
}

/// Runs a test with a client.
pub(super) fn run(server: ReadyServer, test: impl AsyncFnOnce(Client)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { test(Client::new(server)).await });
}

impl Client {
    fn new(server: ReadyServer) -> Self {
        let capabilities = object!({
            "elicitation": { "form": {}, "url": {} }, "sampling": {}, "roots": {}
        });
        let meta = object!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        });
        Self {
            peer: peer::connect(server),
            meta,
            last_id: 0,
            version: ProtocolVersion::V2026_07_28,
            methods: HashMap::new(),
        }
    }

    /// Opens a session.
    pub(super) async fn initialize(&mut self, version: ProtocolVersion, capabilities: Value) {
        (self.meta, self.version) = (Value::Null, version);
        let client = object!({ "name": "test", "version": "1.0.0" });
        let params = object!({
            "protocolVersion": version, "capabilities": capabilities, "clientInfo": client,
        });
        let answer = self.request("initialize", params).await;
        assert_eq!(answer["result"]["protocolVersion"], version.as_str());
    }

    pub(super) async fn send(&mut self, message: &Value) {
        self.peer.send(&message.to_string()).await.unwrap();
    }

    pub(super) async fn recv(&mut self) -> Value {
        let line = self.peer.recv();
        let line = tokio::time::timeout(Duration::from_secs(20), line).await;
        let line = line.expect("nothing came").unwrap().expect("the server has left");
        let message = json::parse(&line).unwrap();
        let method = match message.get("method") {
            Some(_) => None,
            None => message["id"].as_u64().and_then(|id| self.methods.get(&id)),
        };
        let checked =
            Schemas::official().check_sent(self.version, method.map(String::as_str), &message);
        assert_eq!(checked, Ok(()), "{line}");
        message
    }

    /// Sends a request, and gives its id.
    pub(super) async fn begin(&mut self, method: &str, mut params: Value) -> u64 {
        self.last_id += 1;
        if !self.meta.is_null() {
            params["_meta"] = self.meta.clone();
        }
        let id = self.last_id;
        self.methods.insert(id, method.to_owned());
        let request = object!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send(&request).await;
        id
    }

    /// Sends a request, and gives the next message.
    pub(super) async fn request(&mut self, method: &str, params: Value) -> Value {
        self.begin(method, params).await;
        self.recv().await
    }

    pub(super) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.request("tools/call", object!({ "name": tool, "arguments": arguments })).await
    }

    /// Sends a call again, with the answers to what it asked, and its state.
    pub(super) async fn again(
        &mut self,
        tool: &str,
        arguments: Value,
        asked: &Value,
        answers: Value,
    ) -> Value {
        let state = &asked["result"]["requestState"];
        let params = object!({
            "name": tool, "arguments": arguments,
            "inputResponses": answers, "requestState": state,
        });
        self.request("tools/call", params).await
    }

    /// Answers a request of the server.
    pub(super) async fn answer(&mut self, asked: &Value, result: Value) {
        let answer = object!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
        self.send(&answer).await;
    }

    pub(super) async fn cancel(&mut self, id: u64) {
        let params = object!({ "requestId": id });
        let method = "notifications/cancelled";
        self.send(&object!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }

    /// Closes the input, and gives what else is said.
    pub(super) async fn finish(self) -> Vec<Value> {
        let lines = tokio::time::timeout(Duration::from_secs(20), self.peer.finish()).await;
        let lines = lines.expect("the server has not ended").unwrap();
        lines.iter().map(|line| json::parse(line).unwrap()).collect()
    }
}

/// An answer that confirms.
pub(super) fn yes() -> Value {
    object!({ "action": "accept", "content": { "confirm": true } })
}

/// The text of a result.
pub(super) fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text: {answer}"))
}

/// The keys of the questions of a result.
pub(super) fn keys(answer: &Value) -> Vec<&str> {
    let requests = answer["result"]["inputRequests"].as_object();
    let requests = requests.unwrap_or_else(|| panic!("no questions: {answer}"));
    requests.keys().map(String::as_str).collect()
}

/// An answer that confirms for every question of a result.
pub(super) fn all_yes(asked: &Value) -> Value {
    keys(asked)
        .into_iter()
        .map(|key| (key.to_owned(), yes()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
