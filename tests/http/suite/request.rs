//! Requests as clients send them: a body, and headers that repeat parts of it.

use serde_json::{Value, json};

/// The `_meta` of a request, with more members.
pub(crate) fn meta(more: &Value) -> Value {
    let mut meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "suite", "version": "1.0.0" },
    });
    let more = more.as_object().unwrap().clone();
    meta.as_object_mut().unwrap().extend(more);
    meta
}

/// A call of a tool.
pub(crate) fn call(id: u64, tool: &str, arguments: Value) -> Request {
    call_with(id, tool, arguments, &json!({}))
}

/// A call of a tool, with more in its `_meta`.
#[expect(clippy::needless_pass_by_value, reason = "it is made where it is passed")]
pub(crate) fn call_with(id: u64, tool: &str, arguments: Value, more: &Value) -> Request {
    let params = json!({ "name": tool, "arguments": arguments, "_meta": meta(more) });
    let body = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
    Request::post("/mcp", &body.to_string())
}

/// One request, before it is bytes.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    first: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// A request without a body, and with no header but `Host`.
    pub(crate) fn bare(method: &str, path: &str) -> Self {
        let first = format!("{method} {path} HTTP/1.1");
        Self { first, headers: vec![("Host".into(), "localhost".into())], body: Vec::new() }
    }

    /// A POST with the headers that clients send.
    pub(crate) fn post(path: &str, body: &str) -> Self {
        let request = Self::bare("POST", path)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("Content-Length", &body.len().to_string());
        let body = body.as_bytes().to_vec();
        let message: Value = serde_json::from_slice(&body).unwrap_or_default();
        let params = &message["params"];
        let version = &params["_meta"]["io.modelcontextprotocol/protocolVersion"];
        let method = message["method"].as_str();
        let name = match method {
            Some("resources/read") => &params["uri"],
            Some("tools/call" | "prompts/get") => &params["name"],
            _ => &Value::Null,
        };
        let request =
            request.header("MCP-Protocol-Version", version.as_str().unwrap_or("2026-07-28"));
        let repeated = [("Mcp-Method", method), ("Mcp-Name", name.as_str())];
        let request = repeated.into_iter().fold(request, |request, (name, value)| match value {
            Some(value) => request.header(name, value),
            None => request,
        });
        Self { body, ..request }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with a body, whose length is told.
    pub(crate) fn with_body(self, body: &[u8]) -> Self {
        let request = self.without("Content-Length");
        let request = request.header("Content-Length", &body.len().to_string());
        Self { body: body.to_vec(), ..request }
    }

    /// Leaves a header out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// With another value of a header.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).header(name, value)
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn method(&self) -> &str {
        self.first.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn is_head(&self) -> bool {
        self.first.starts_with("HEAD ")
    }

    /// What stands before the body.
    pub(crate) fn head(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        format!("{}\r\n{}\r\n", self.first, headers.collect::<String>()).into_bytes()
    }

    /// All of it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head(), self.body.clone()].concat()
    }
}
