//! What was asked and under which revision, so that every answer can be checked.

use mcp_runtime::protocol::ProtocolVersion;
use mcp_runtime::protocol::meta::{PROGRESS_TOKEN, PROTOCOL_VERSION, SUBSCRIPTION_ID};
use serde_json::Value;

use crate::json;
use crate::schema::Schemas;

const MODERN: ProtocolVersion = ProtocolVersion::V2026_07_28;

/// What is checked against while no legacy session tells its revision.
const UNTOLD: ProtocolVersion = ProtocolVersion::V2025_11_25;

/// Both sides of what was said on a connection.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// The revision that the transcript declares for the legacy session.
    declared: Option<ProtocolVersion>,
    /// The revision that the result of `initialize` names.
    agreed: Option<ProtocolVersion>,
    /// Requests without an answer so far.
    asked: Vec<Asked>,
    /// Progress tokens, and whether their request was modern.
    tokens: Vec<(Value, bool)>,
    /// What was sent of a line whose end is still to come.
    begun: Vec<u8>,
}

#[derive(Debug)]
struct Asked {
    id: Value,
    method: String,
    is_modern: bool,
}

impl Conversation {
    /// Sets the revision against which the legacy session is checked.
    pub(super) fn declare(&mut self, version: ProtocolVersion) {
        self.declared = Some(version);
    }

    /// Notes what sent bytes ask, as soon as a line of them is complete.
    pub(super) fn sent(&mut self, bytes: &[u8]) {
        self.begun.extend(bytes);
        while let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            self.sent_line(&line);
        }
    }

    /// Notes that nothing more is sent: what there is of a line is all of it.
    pub(super) fn ended(&mut self) {
        let line = std::mem::take(&mut self.begun);
        self.sent_line(&line);
    }

    /// Lines that are no requests ask nothing.
    fn sent_line(&mut self, line: &[u8]) {
        match serde_json::from_slice(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)) {
            Ok(Value::Array(batch)) => batch.iter().for_each(|message| self.asked(message)),
            Ok(message) => self.asked(&message),
            Err(_) => {}
        }
    }

    fn asked(&mut self, message: &Value) {
        if message["method"] == "notifications/cancelled" {
            self.cancelled(&message["params"]["requestId"]);
        }
        let (Some(method), Some(id)) = (message["method"].as_str(), message.get("id")) else {
            return;
        };
        let meta = &message["params"]["_meta"];
        // The last two exist in no legacy revision, so that their errors are modern as well.
        let is_modern = meta.get(PROTOCOL_VERSION).is_some()
            || matches!(method, "server/discover" | "subscriptions/listen");
        if let Some(token) = meta.get(PROGRESS_TOKEN) {
            self.tokens.push((token.clone(), is_modern));
        }
        self.asked.push(Asked { id: id.clone(), method: method.to_owned(), is_modern });
    }

    /// A subscription that is cancelled is never answered, and its id is free. Any other request
    /// may have been answered by then.
    fn cancelled(&mut self, id: &Value) {
        self.asked.retain(|asked| asked.id != *id || asked.method != "subscriptions/listen");
    }

    /// Checks a line of the server; its message, or its array of messages.
    pub(super) fn heard(&mut self, line: &str) -> Result<Value, String> {
        let message = json::parse(line).map_err(|e| format!("not JSON: {e}"))?;
        match &message {
            Value::Array(batch) if self.session() == ProtocolVersion::V2025_03_26 => {
                batch.iter().try_for_each(|message| self.check(message))?;
            }
            Value::Array(_) => return Err("a batch outside of 2025-03-26".to_owned()),
            message => self.check(message)?,
        }
        Ok(message)
    }

    fn check(&mut self, message: &Value) -> Result<(), String> {
        let schemas = Schemas::official();
        if message.get("method").is_some() {
            return schemas.check_sent(self.version_of_notification(message), None, message);
        }
        let asked = self.answered(message);
        if asked.is_none() && message.get("error").is_none() {
            return Err("an answer to nothing that was asked".to_owned());
        }
        if let Some("initialize") = asked.as_ref().map(|asked| asked.method.as_str()) {
            let version = message["result"]["protocolVersion"].as_str();
            self.agreed = version.and_then(ProtocolVersion::parse).or(self.agreed);
        }
        let is_modern = asked.as_ref().is_some_and(|asked| asked.is_modern);
        let version = if is_modern { MODERN } else { self.session() };
        schemas.check_sent(version, asked.as_ref().map(|asked| asked.method.as_str()), message)
    }

    /// Takes the request that this answers. Of several with one id the first has the result;
    /// an error tells the last that the id is taken.
    fn answered(&mut self, message: &Value) -> Option<Asked> {
        let id = message.get("id")?;
        let has_id = |asked: &Asked| asked.id == *id;
        let position = if message.get("error").is_some() {
            self.asked.iter().rposition(has_id)
        } else {
            self.asked.iter().position(has_id)
        };
        position.map(|position| self.asked.remove(position))
    }

    /// A notification belongs to a subscription, which is modern, or to a request by its
    /// progress token, or else to the legacy session if there is one.
    fn version_of_notification(&self, message: &Value) -> ProtocolVersion {
        let params = &message["params"];
        let token = params.get(PROGRESS_TOKEN);
        let of_token = self.tokens.iter().rfind(|(known, _)| Some(known) == token);
        let is_modern = match of_token {
            Some((_, is_modern)) => *is_modern,
            None => params["_meta"].get(SUBSCRIPTION_ID).is_some() || !self.has_session(),
        };
        if is_modern { MODERN } else { self.session() }
    }

    fn has_session(&self) -> bool {
        self.declared.or(self.agreed).is_some()
    }

    fn session(&self) -> ProtocolVersion {
        self.declared.or(self.agreed).unwrap_or(UNTOLD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INITIALIZE: &str = r#"{"id":0,"method":"initialize"}"#;

    fn sent(conversation: &mut Conversation, line: &str) {
        conversation.sent(format!("{line}\n").as_bytes());
    }

    fn heard(conversation: &mut Conversation, line: &str) -> Result<(), String> {
        conversation.heard(line).map(drop)
    }

    fn initialized(version: &str) -> Conversation {
        let mut conversation = Conversation::default();
        sent(&mut conversation, INITIALIZE);
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":0,"result":{{"protocolVersion":"{version}","capabilities":{{}},"serverInfo":{{"name":"s","version":"1"}}}}}}"#
        );
        assert_eq!(heard(&mut conversation, &line), Ok(()));
        conversation
    }

    #[test]
    fn answers_are_checked_under_the_agreed_revision() {
        let line = r#"{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{}}}"#;
        for (version, has_structured_content) in [("2025-03-26", false), ("2025-06-18", true)] {
            let mut conversation = initialized(version);
            sent(&mut conversation, r#"{"id":1,"method":"tools/call"}"#);
            assert_eq!(heard(&mut conversation, line).is_ok(), has_structured_content, "{version}");
        }
        let mut conversation = initialized("2025-06-18");
        conversation.declare(ProtocolVersion::V2025_03_26);
        sent(&mut conversation, r#"{"id":1,"method":"tools/call"}"#);
        assert!(heard(&mut conversation, line).is_err());
    }

    #[test]
    fn modern_requests_are_answered_in_modern_terms_beside_a_session() {
        let mut conversation = initialized("2024-11-05");
        let modern = r#"{"id":1,"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","progressToken":"t"}}}"#;
        sent(&mut conversation, modern);
        let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1,"message":"m"}}"#;
        assert_eq!(heard(&mut conversation, progress), Ok(()));
        let legacy = r#"{"jsonrpc":"2.0","id":1,"result":{"content":[]}}"#;
        assert!(heard(&mut conversation, legacy).is_err());
    }

    #[test]
    fn answer_needs_a_question() {
        let pong = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        let mut conversation = Conversation::default();
        assert!(heard(&mut conversation, pong).is_err());
        sent(&mut conversation, r#"{"id":"1","method":"ping"}"#);
        assert!(heard(&mut conversation, pong).is_err(), "\"1\" is not 1");
        sent(&mut conversation, r#"{"id":1,"method":"ping"}"#);
        assert_eq!(heard(&mut conversation, pong), Ok(()));
        assert!(heard(&mut conversation, pong).is_err(), "one answer each");
        let unread = r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"m"}}"#;
        assert_eq!(heard(&mut conversation, unread), Ok(()));
    }

    #[test]
    fn batches_belong_to_one_revision() {
        let batch = r#"[{"jsonrpc":"2.0","id":1,"result":{}}]"#;
        for (version, is_valid) in [("2025-03-26", true), ("2025-06-18", false)] {
            let mut conversation = initialized(version);
            sent(&mut conversation, r#"[{"id":1,"method":"ping"}]"#);
            assert_eq!(heard(&mut conversation, batch).is_ok(), is_valid, "{version}");
        }
    }

    #[test]
    fn line_asks_once_it_is_complete() {
        let pong = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        let mut conversation = Conversation::default();
        conversation.sent(b"\xef\xbb\xbf{\"id\":1,\"meth");
        assert!(heard(&mut conversation, pong).is_err());
        conversation.sent(b"od\":\"ping\"}\n{\"id\":1,\"method\":\"ping\"}");
        assert_eq!(heard(&mut conversation, pong), Ok(()));
        assert!(heard(&mut conversation, pong).is_err());
        conversation.ended();
        assert_eq!(heard(&mut conversation, pong), Ok(()));
    }
}
