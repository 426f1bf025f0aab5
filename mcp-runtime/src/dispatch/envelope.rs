//! What every answer has in common, whatever its method: its result around the members, its errors.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use super::era::is_modern;
use super::exchange::{Of, forget};
use super::method::{call_tool, complete, get_prompt, list_resources, read_resource};
use super::{Served, round};
use crate::error::{Error, Kind, Source};
use crate::jsonrpc::{
    ErrorObject, Id, code, escape_separators, write_error, write_escaped_result, write_string,
};
use crate::log::{self, Failure};
use crate::output::{Answer, Outcome, Output};
use crate::protocol::meta::SERVER_INFO;
use crate::protocol::{JsonObject, ProtocolVersion};

/// A resource that does not exist, up to 2025-11-25; later it is invalid params.
const RESOURCE_NOT_FOUND: i64 = -32_002;

/// The client lacks a capability, since 2026-07-28.
const MISSING_CAPABILITY: i64 = -32_021;

/// What a resource holds, and which there are, is looked up when it is asked for, and nobody says
/// for how long it stays so.
pub(super) const NOT_KEPT: &[u8] = br#","ttlMs":0,"cacheScope":"private""#;

/// Where the answer to one request is written.
pub(super) struct Envelope<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) id: &'a Id<'a>,
    pub(super) served: &'a Served,
    pub(super) version: ProtocolVersion,
}

impl Envelope<'_> {
    /// Writes what a request came to: each kind of output is written by the file of its method.
    pub(super) fn write(&mut self, outcome: Outcome, of: &Of) {
        match outcome {
            Ok(Output::Answer(answer)) => call_tool::write(self, &answer),
            Ok(Output::Body(body)) => read_resource::write(self, &body, of),
            Ok(Output::Messages(messages)) => get_prompt::write(self, &messages, of),
            Ok(Output::Values(values)) => complete::write(self, values),
            Ok(Output::Page(page)) => list_resources::write(self, &page),
            Err(error) => self.write_error(error, of),
        }
    }

    fn write_error(&mut self, error: Error, of: &Of) {
        let error = match error.into_asked() {
            Ok(round) => return round::write(self, round, of),
            Err(error) => error,
        };
        self.log(&error, of);
        if of.is_tool() {
            self.tool_failure(error, of);
        } else {
            self.error(error);
        }
    }

    /// What a client reads is one thing; whoever runs the server reads what failed, for which
    /// request, and everything that caused it.
    fn log(&self, error: &Error, of: &Of) {
        // Writing an error runs code of the author's types: a panic there is logged by the hook,
        // and the answer goes out all the same.
        let written = catch_unwind(AssertUnwindSafe(|| {
            log::failure(&Failure {
                kind: of.kind(),
                handler: of.name(),
                request: self.id.as_json(),
                told: &error.to_string(),
                error: &error.chain(),
                is_internal: error.is_internal(),
            });
        }));
        written.unwrap_or_else(forget);
    }

    /// Answers with an error instead of a result that cannot be sent: of a tool for the model,
    /// which can ask for less.
    pub(super) fn write_without_result(&mut self, is_tool: bool, what: String) {
        if is_tool {
            self.tool_error(what);
        } else {
            self.error(Error::protocol(code::INTERNAL_ERROR, what));
        }
    }

    /// Writes a result around its members.
    pub(super) fn result(&mut self, members: impl FnOnce(&mut Vec<u8>)) {
        self.result_with(None, |out| {
            let start = out.len();
            members(out);
            escape_separators(out, start);
        });
    }

    /// Writes a result around its members, which have gone through [`escape_separators`], with the
    /// author's members of `_meta`.
    pub(super) fn result_with(
        &mut self,
        meta: Option<&JsonObject>,
        members: impl FnOnce(&mut Vec<u8>),
    ) {
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

    fn error(&mut self, error: Error) {
        write_error(self.out, Some(self.id), &error_object(error, self.version));
    }

    /// An error of a tool is for the model; one that names itself a protocol error is for the
    /// client.
    fn tool_failure(&mut self, error: Error, of: &Of) {
        match error.into_kind() {
            Kind::Shown { message, source } => {
                drop_quietly(source);
                self.tool_error(message);
            }
            Kind::Hidden { source, .. } => {
                drop_quietly(source);
                self.tool_error("internal error");
            }
            Kind::Panicked(_) => self.tool_error(format!("{} failed unexpectedly", of.name())),
            Kind::Lacking { why, .. } if !is_modern(self.version) => self.tool_error(why),
            kind => write_error(self.out, Some(self.id), &object_of(kind, self.version)),
        }
    }

    fn tool_error(&mut self, message: impl Into<Cow<'static, str>>) {
        call_tool::write(self, &Answer::error(message));
    }
}

/// A handler's error as a JSON-RPC error of this version.
pub(super) fn error_object(error: Error, version: ProtocolVersion) -> ErrorObject {
    object_of(error.into_kind(), version)
}

fn object_of(kind: Kind, version: ProtocolVersion) -> ErrorObject {
    match kind {
        Kind::Shown { message, source } => {
            drop_quietly(source);
            ErrorObject::new(code::INTERNAL_ERROR, message)
        }
        Kind::Hidden { source, .. } => {
            drop_quietly(source);
            ErrorObject::new(code::INTERNAL_ERROR, "internal error")
        }
        Kind::Protocol { code, message, data } => {
            ErrorObject { code, message: message.into(), data }
        }
        Kind::NotFound { uri } => {
            let code = if is_modern(version) { code::INVALID_PARAMS } else { RESOURCE_NOT_FOUND };
            ErrorObject::with_data(code, "resource not found", Kind::not_found_data(&uri))
        }
        Kind::Lacking { why, required } if is_modern(version) => {
            let data = json!({ "requiredCapabilities": required });
            ErrorObject::with_data(MISSING_CAPABILITY, why, data)
        }
        Kind::Lacking { why, .. } => ErrorObject::new(code::INTERNAL_ERROR, why),
        // Questions are a result and not an error, wherever a client can be asked.
        Kind::Panicked(_) | Kind::Asked(_) => {
            ErrorObject::new(code::INTERNAL_ERROR, "internal error")
        }
    }
}

/// Drops an error, which runs code of the author's types and may panic.
fn drop_quietly(source: Option<Source>) {
    catch_unwind(AssertUnwindSafe(|| drop(source))).unwrap_or_else(forget);
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

/// Writes values with commas between them.
pub(super) fn write_list<T>(out: &mut Vec<u8>, list: &[T], value: impl Fn(&T) -> Value) {
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // Writing into memory cannot fail.
        serde_json::to_writer(&mut *out, &value(item)).unwrap_or_default();
    }
}
