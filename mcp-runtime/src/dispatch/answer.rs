//! What a call came to → its answer, under the version it was called under.

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Served;
use super::call::{Done, ResourceOf, forget, too_long};
use super::listing::Listing;
use super::modern::is_modern;
use super::project;
use crate::completion::{Suggestion, Values};
use crate::error::{Error, Kind};
use crate::jsonrpc::{
    ErrorObject, Id, code, escape_separators, write_error, write_escaped_result, write_string,
};
use crate::log;
use crate::prompt::Messages;
use crate::protocol::meta::SERVER_INFO;
use crate::protocol::{
    Completion, JsonObject, ListResourcesResult, ProtocolVersion, ResourceContents,
};
use crate::resource::{Body, Contents};
use crate::tool::result::{Answer, Content, Outcome};

/// A resource that does not exist, up to 2025-11-25; later it is invalid params.
const RESOURCE_NOT_FOUND: i64 = -32_002;

/// What a resource holds, and which there are, is looked up when it is asked for, and nobody says
/// for how long it stays so.
const NOT_KEPT: &[u8] = br#","ttlMs":0,"cacheScope":"private""#;

/// Writes the answer to a call.
pub(super) fn write(
    out: &mut Vec<u8>,
    id: &Id<'_>,
    served: &Served,
    version: ProtocolVersion,
    done: Done,
) {
    let start = out.len();
    let limit = served.limits.result;
    let is_tool = matches!(done, Done::Tool(_));
    let length = done.length();
    let mut envelope = Envelope { out, id, served, version };
    if length > limit {
        return envelope.too_long(is_tool, length);
    }
    match done {
        Done::Tool(Outcome(Ok(answer))) => envelope.tool(&answer),
        Done::Tool(Outcome(Err(error))) => envelope.tool_failure(error),
        Done::Resource(Contents(Ok(body)), of) => envelope.resource(&body, &of),
        Done::Prompt(Messages(Ok(messages)), description) => {
            envelope.prompt(&messages, description);
        }
        Done::Completion(Values(Ok(values))) => envelope.completion(values),
        Done::Listing(Listing(Ok(page))) => envelope.listing(&page),
        Done::Completion(Values(Err(error)))
        | Done::Listing(Listing(Err(error)))
        | Done::Resource(Contents(Err(error)), _)
        | Done::Prompt(Messages(Err(error)), _) => {
            envelope.error(error);
        }
        Done::Failed(why) => envelope.error(Error::protocol(code::INTERNAL_ERROR, why)),
    }
    // The newline does not count, as in a line that is read.
    let length = (envelope.out.len() - start).saturating_sub(1);
    if length > limit {
        envelope.out.truncate(start);
        envelope.too_long(is_tool, length);
    }
}

/// A handler's error as a JSON-RPC error of this version.
pub(super) fn error_object(error: Error, version: ProtocolVersion) -> ErrorObject {
    match error.into_kind() {
        Kind::Shown { message, .. } => ErrorObject::new(code::INTERNAL_ERROR, message),
        Kind::Hidden { cause } => {
            log::line(format_args!("internal error: {cause}"));
            ErrorObject::new(code::INTERNAL_ERROR, "internal error")
        }
        Kind::Protocol { code, message, data } => {
            ErrorObject { code, message: message.into(), data }
        }
        Kind::NotFound { uri } => {
            let code = if is_modern(version) { code::INVALID_PARAMS } else { RESOURCE_NOT_FOUND };
            ErrorObject::with_data(code, "resource not found", Kind::not_found_data(&uri))
        }
    }
}

struct Envelope<'a> {
    out: &'a mut Vec<u8>,
    id: &'a Id<'a>,
    served: &'a Served,
    version: ProtocolVersion,
}

impl Envelope<'_> {
    /// Writes a result around its members.
    fn result(&mut self, members: impl FnOnce(&mut Vec<u8>)) {
        self.result_with(None, |out| {
            let start = out.len();
            members(out);
            escape_separators(out, start);
        });
    }

    /// Writes a result around its members, which have gone through [`escape_separators`], with the
    /// author's members of `_meta`.
    fn result_with(&mut self, meta: Option<&JsonObject>, members: impl FnOnce(&mut Vec<u8>)) {
        let modern = is_modern(self.version);
        write_escaped_result(self.out, self.id, |out| {
            out.extend_from_slice(if modern { br#"{"resultType":"complete","# } else { b"{" });
            members(out);
            match (modern, meta) {
                (false, None) => {}
                (true, None) => out.extend_from_slice(&self.served.offer.modern_meta),
                (modern, Some(meta)) => {
                    let ours = if modern { &*self.served.offer.modern_meta } else { b"" };
                    let start = out.len();
                    write_meta(out, ours, meta);
                    escape_separators(out, start);
                }
            }
            out.push(b'}');
        });
    }

    /// Answers with an error instead of a result that is too long: of a tool for the model, which
    /// can ask for less.
    fn too_long(&mut self, is_tool: bool, length: usize) {
        let what = too_long(length, self.served.limits.result);
        if is_tool {
            self.tool_error(what);
        } else {
            self.error(Error::protocol(code::INTERNAL_ERROR, what));
        }
    }

    fn error(&mut self, error: Error) {
        write_error(self.out, Some(self.id), &error_object(error, self.version));
    }

    fn tool(&mut self, answer: &Answer) {
        let version = self.version;
        self.result_with(answer.meta.as_deref(), |out| {
            out.extend_from_slice(br#""content":["#);
            match (&answer.content, &answer.structured) {
                (Content::Text(text), _) => write_text(out, text),
                (Content::Blocks(blocks), _) => {
                    let start = out.len();
                    write_list(out, blocks, |block| project::content(block, version));
                    escape_separators(out, start);
                }
                (Content::Mirror, Some(json)) => {
                    write_text(out, str::from_utf8(json).unwrap_or_default());
                }
                (Content::Mirror, None) => {}
            }
            out.push(b']');
            if let Some(json) = &answer.structured
                && project::may_be_structured(json, version)
            {
                out.extend_from_slice(br#","structuredContent":"#);
                let start = out.len();
                out.extend_from_slice(json);
                escape_separators(out, start);
            }
            if answer.is_error {
                out.extend_from_slice(br#","isError":true"#);
            }
        });
    }

    /// An error of a tool is for the model; one that names itself a protocol error is for the
    /// client.
    fn tool_failure(&mut self, error: Error) {
        match error.into_kind() {
            Kind::Shown { message, source } => {
                log_sources(source);
                self.tool_error(message);
            }
            Kind::Hidden { cause } => {
                log::line(format_args!("internal error: {cause}"));
                self.tool_error("internal error");
            }
            Kind::Protocol { code, message, data } => {
                let error = ErrorObject { code, message: message.into(), data };
                write_error(self.out, Some(self.id), &error);
            }
            Kind::NotFound { uri } => self.error(Error::not_found(uri)),
        }
    }

    fn tool_error(&mut self, message: impl Into<std::borrow::Cow<'static, str>>) {
        if let Ok(answer) = Outcome::tool_error(message).0 {
            self.tool(&answer);
        }
    }

    fn resource(&mut self, body: &Body, of: &ResourceOf) {
        let version = self.version;
        self.result(|out| {
            out.extend_from_slice(br#""contents":["#);
            match body {
                Body::Text(text) => write_item(out, of, "text", text),
                Body::Blob(bytes) => write_item(out, of, "blob", &STANDARD.encode(bytes)),
                Body::Items(items) => {
                    write_list(out, items, |item: &ResourceContents| {
                        let mut item = project::described(item, version);
                        // The resource itself has the type it is listed with, unless it says
                        // another one.
                        if let Some(mime) = of.mime
                            && item.get("mimeType").is_none()
                            && item["uri"] == *of.uri
                        {
                            item["mimeType"] = mime.into();
                        }
                        item
                    });
                }
            }
            out.push(b']');
            if is_modern(version) {
                out.extend_from_slice(NOT_KEPT);
            }
        });
    }

    fn listing(&mut self, page: &ListResourcesResult) {
        let version = self.version;
        self.result(|out| {
            out.extend_from_slice(br#""resources":["#);
            write_list(out, &page.resources, |resource| project::described(resource, version));
            out.push(b']');
            if let Some(cursor) = &page.next_cursor {
                out.extend_from_slice(br#","nextCursor":"#);
                write_string(out, cursor);
            }
            if is_modern(version) {
                out.extend_from_slice(NOT_KEPT);
            }
        });
    }

    /// At most as many values as may be sent, and how many there are in all.
    fn completion(&mut self, values: Vec<Suggestion>) {
        let total = values.len();
        let values = values.into_iter().map(|suggestion| suggestion.value);
        let values: Vec<String> = values.take(Completion::MAX_VALUES).collect();
        let has_more = total > values.len();
        let completion =
            serde_json::json!({ "values": values, "total": total, "hasMore": has_more });
        self.result(|out| {
            out.extend_from_slice(br#""completion":"#);
            out.extend_from_slice(completion.to_string().as_bytes());
        });
    }

    fn prompt(&mut self, messages: &[crate::protocol::PromptMessage], description: Option<&str>) {
        let version = self.version;
        self.result(|out| {
            if let Some(description) = description {
                out.extend_from_slice(br#""description":"#);
                write_string(out, description);
                out.push(b',');
            }
            out.extend_from_slice(br#""messages":["#);
            write_list(out, messages, |message| {
                serde_json::json!({
                    "role": message.role,
                    "content": project::content(&message.content, version),
                })
            });
            out.push(b']');
        });
    }
}

/// Writes `,"_meta":{…}`: our members, which come so written or are none, and the author's. Of two
/// with one name ours stays.
fn write_meta(out: &mut Vec<u8>, ours: &[u8], theirs: &JsonObject) {
    let open: &[u8] = br#","_meta":{"#;
    let before_the_brace = &ours[..ours.len().saturating_sub(1)];
    out.extend_from_slice(if ours.is_empty() { open } else { before_the_brace });
    let mut is_first = ours.is_empty();
    for (name, value) in theirs.iter().filter(|(name, _)| *name != SERVER_INFO) {
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        write_string(out, name);
        out.push(b':');
        // Writing into memory cannot fail.
        serde_json::to_writer(&mut *out, value).unwrap_or_default();
    }
    out.push(b'}');
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(br#"{"type":"text","text":"#);
    write_string(out, text);
    out.push(b'}');
}

fn write_item(out: &mut Vec<u8>, of: &ResourceOf, member: &str, content: &str) {
    out.extend_from_slice(br#"{"uri":"#);
    write_string(out, &of.uri);
    if let Some(mime) = of.mime {
        out.extend_from_slice(br#","mimeType":"#);
        write_string(out, mime);
    }
    out.extend_from_slice(b",\"");
    out.extend_from_slice(member.as_bytes());
    out.extend_from_slice(b"\":");
    write_string(out, content);
    out.push(b'}');
}

fn write_list<T>(out: &mut Vec<u8>, list: &[T], value: impl Fn(&T) -> Value) {
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // Writing into memory cannot fail.
        serde_json::to_writer(&mut *out, &value(item)).unwrap_or_default();
    }
}

/// What an error shows is its own words; what caused it is for the log.
fn log_sources(error: Option<Box<dyn std::error::Error + Send + Sync>>) {
    let Some(error) = error else { return };
    // Writing and dropping an error runs code of the author's types: a panic there is logged by the
    // hook, and the answer goes out all the same.
    let written = catch_unwind(AssertUnwindSafe(move || {
        let mut source = error.source();
        while let Some(cause) = source {
            log::line(format_args!("caused by: {cause}"));
            source = cause.source();
        }
    }));
    written.unwrap_or_else(forget);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_held_like_results() {
        let text = "x".repeat(1000);
        let errors = [
            Done::Tool(Outcome(Err(Error::new(text.clone())))),
            Done::Tool(Outcome(Err(Error::hidden(&text)))),
            Done::Prompt(Messages(Err(Error::not_found(text.clone()))), None),
            Done::Completion(Values(Err(Error::protocol(1, text.clone())))),
        ];
        for error in errors {
            assert_eq!(error.size(), 1000, "{error:?}");
        }
        assert_eq!(Done::Tool(Outcome::tool_error(text)).size(), 1000);
    }
}
