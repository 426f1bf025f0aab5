//! Line → message: which of JSON-RPC's kinds it is, and whether it is one at all.

use std::borrow::Cow;

use super::index::{Hints, Index, Member, Part, Span, part};
use super::scan::Broken;
use super::{ErrorObject, Id, code};

/// Clients in many languages write a member that they leave out as `null`.
const NULL: &str = "null";

/// What one line says.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    Request(Request<'a>),
    Notification(Notification<'a>),
    Response(Response<'a>),
}

/// An answer to a request of ours.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    /// `None` if it is not one that a request can have.
    pub(crate) id: Option<Id<'a>>,
    /// The `result`, else the `error`, as JSON.
    pub(crate) result: Result<&'a str, &'a str>,
}

/// A message that wants an answer.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) id: Id<'a>,
    pub(crate) method: Cow<'a, str>,
    pub(crate) params: Params<'a>,
}

/// A message that wants none.
#[derive(Debug)]
pub(crate) struct Notification<'a> {
    pub(crate) method: Cow<'a, str>,
    pub(crate) params: Params<'a>,
}

/// A line that is no message: the error it is answered with, under the id if one could be read.
#[derive(Debug)]
pub(crate) struct Invalid<'a> {
    pub(crate) id: Option<Id<'a>>,
    pub(crate) error: Box<ErrorObject>,
}

impl Invalid<'_> {
    /// A line of which not even the id can be read.
    pub(crate) fn nameless(error: ErrorObject) -> Self {
        Self { id: None, error: Box::new(error) }
    }
}

/// The params of a message, not yet read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params<'a> {
    line: &'a str,
    json: Option<&'a str>,
    members: &'a [Member],
    nested: &'a [Member],
}

impl<'a> Message<'a> {
    /// Reads a line; the members of the one that the hints name are what [`Params::nested`] gives.
    ///
    /// # Errors
    /// If the line is no message.
    pub(crate) fn read(
        line: &'a str,
        index: &'a mut Index,
        hints: Hints<'_>,
    ) -> Result<Self, Invalid<'a>> {
        let scanned = index.scan(line, hints);
        let envelope = Envelope { line, index };
        match scanned {
            Ok(()) => envelope.message(),
            Err(Broken::At(at)) => {
                let what = format!("parse error: invalid JSON at byte {at}");
                Err(Invalid::nameless(ErrorObject::new(code::PARSE_ERROR, what)))
            }
            Err(Broken::TooDeep) => {
                Err(envelope.invalid("the message is nested deeper than 128 levels"))
            }
            Err(Broken::NoObject) => {
                Err(envelope.invalid("a message is one JSON object, and this is another value"))
            }
        }
    }
}

/// The members of a message, before they are judged.
struct Envelope<'a> {
    line: &'a str,
    index: &'a Index,
}

impl<'a> Envelope<'a> {
    fn part(&self, span: Option<Span>) -> Option<&'a str> {
        span.map(|span| part(self.line, span))
    }

    fn message(&self) -> Result<Message<'a>, Invalid<'a>> {
        let found = &self.index.envelope;
        if found.span(Part::Method).is_none() && found.is_answer() {
            return Ok(Message::Response(self.response()));
        }
        if let Some(part) = found.doubled {
            return Err(self.invalid(&format!("`{}` is given twice", part.name())));
        }
        let jsonrpc = self.part(found.span(Part::JsonRpc));
        // Nearly everybody writes it so; the same text may be spelled with escapes.
        if jsonrpc != Some("\"2.0\"") && jsonrpc.and_then(text).as_deref() != Some("2.0") {
            return Err(self.invalid("`jsonrpc`: expected \"2.0\""));
        }
        let Some(method) = self.method() else {
            return Err(self.invalid("`method`: expected a string"));
        };
        let Index { params: members, nested, .. } = self.index;
        let json = self.part(found.span(Part::Params)).filter(|json| *json != NULL);
        let params = Params { line: self.line, json, members, nested };
        let Some(id) = self.part(found.span(Part::Id)) else {
            return Ok(Message::Notification(Notification { method, params }));
        };
        match Id::from_json(id) {
            Some(id) => Ok(Message::Request(Request { id, method, params })),
            None => Err(self.invalid("`id`: expected a string or an integer")),
        }
    }

    fn response(&self) -> Response<'a> {
        let found = &self.index.envelope;
        let id = self.part(found.span(Part::Id)).and_then(Id::from_json);
        let id = id.filter(|_| found.doubled.is_none());
        let error = || Err(self.part(found.span(Part::Error)).unwrap_or_default());
        let result = self.part(found.span(Part::Result)).map_or_else(error, Ok);
        Response { id, result }
    }

    fn method(&self) -> Option<Cow<'a, str>> {
        let (start, end) = self.index.envelope.span(Part::Method)?;
        if self.index.envelope.has_plain_method {
            return Some(part(self.line, (start + 1, end - 1)).into());
        }
        text(part(self.line, (start, end)))
    }

    fn invalid(&self, what: &str) -> Invalid<'a> {
        let found = &self.index.envelope;
        let id = if found.doubled == Some(Part::Id) {
            None
        } else {
            self.part(found.span(Part::Id)).and_then(Id::from_json)
        };
        let error = ErrorObject::invalid_request(format!("invalid request: {what}"));
        Invalid { id, error: Box::new(error) }
    }
}

/// The text of a JSON string; `None` for any other value.
#[cold]
fn text(json: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str(json).ok().map(Cow::Owned)
}

impl<'a> Params<'a> {
    /// Fails if params were sent that are no object.
    ///
    /// # Errors
    /// Invalid params.
    pub(crate) fn check(&self) -> Result<(), ErrorObject> {
        match self.json {
            Some(json) if !json.starts_with('{') => {
                Err(ErrorObject::invalid_params("invalid params: expected an object"))
            }
            _ => Ok(()),
        }
    }

    /// A member as JSON; one that is `null` is absent.
    ///
    /// # Errors
    /// If it is there twice: which of the two counts is nobody's guess.
    #[expect(clippy::inline_always, reason = "names are constants, and then compared as such")]
    #[inline(always)]
    pub(crate) fn get(&self, name: &str) -> Result<Option<&'a str>, ErrorObject> {
        let json = self.member(name)?.map(|member| member.value(self.line));
        Ok(json.filter(|json| *json != NULL))
    }

    /// Whether one of two members is there.
    #[inline]
    pub(crate) fn has_either(&self, one: &str, other: &str) -> bool {
        self.members.iter().any(|member| member.is(self.line, one) || member.is(self.line, other))
    }

    /// A member that must be a string.
    ///
    /// # Errors
    /// If it is missing or something else.
    #[expect(clippy::inline_always, reason = "names are constants, and then compared as such")]
    #[inline(always)]
    pub(crate) fn text(&self, name: &str) -> Result<Cow<'a, str>, ErrorObject> {
        match self.member(name)?.map(|member| (member, member.plain_text(self.line))) {
            Some((_, Some(plain))) => Ok(plain.into()),
            Some((member, None)) => self.unusual_text(name, member),
            None => Err(wrong(name, "missing")),
        }
    }

    /// A string with escapes, or no string.
    #[cold]
    fn unusual_text(&self, name: &str, member: &Member) -> Result<Cow<'a, str>, ErrorObject> {
        let text = serde_json::from_str(member.value(self.line)).map(Cow::Owned);
        text.map_err(|_| wrong(name, "expected a string"))
    }

    #[expect(clippy::inline_always, reason = "names are constants, and then compared as such")]
    #[inline(always)]
    fn member(&self, name: &str) -> Result<Option<&'a Member>, ErrorObject> {
        let mut named = self.members.iter().filter(|member| member.is(self.line, name));
        let found = named.next();
        if found.is_some() && named.next().is_some() {
            return Err(twice(name));
        }
        Ok(found)
    }

    /// The line and the members of the object that was named when the message was read.
    pub(crate) fn nested(&self) -> (&'a str, &'a [Member]) {
        (self.line, self.nested)
    }
}

#[cold]
fn wrong(name: &str, got: &str) -> ErrorObject {
    ErrorObject::invalid_params(format!("invalid params: `{name}`: {got}"))
}

#[cold]
fn twice(name: &str) -> ErrorObject {
    ErrorObject::invalid_params(format!("invalid params: `{name}` is given twice"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> String {
        let hints = Hints { nested: "arguments", familiar: "" };
        match Message::read(line, &mut Index::default(), hints) {
            Ok(Message::Request(request)) => format!("request {:?} {}", request.id, request.method),
            Ok(Message::Notification(notification)) => {
                format!("notification {}", notification.method)
            }
            Ok(Message::Response(_)) => "response".to_owned(),
            Err(invalid) => format!("{} {:?}", invalid.error.code, invalid.id),
        }
    }

    #[test]
    fn a_line_is_one_kind_of_message_or_an_error() {
        for (line, kind) in [
            (r#"{"jsonrpc":"2.0","id":0,"method":"ping"}"#, "request 0 ping"),
            (r#"{"method":"p\u0069ng","id":"","jsonrpc":"2.0","extra":1}"#, "request \"\" ping"),
            (r#"{"jsonrpc":"2.0","method":"ping"}"#, "notification ping"),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, "response"),
            (r#"{"jsonrpc":"1.0","id":1,"error":5}"#, "response"),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, "-32600 None"),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, "-32600 None"),
            (r#"{"jsonrpc":"2.0","id":3}"#, "-32600 Some(3)"),
            (r#"{"jsonrpc":"2.0","id":3,"Method":"ping"}"#, "-32600 Some(3)"),
            (r#"{"jsonrpc":"2.0","id":3,"method":"a","method":"b"}"#, "-32600 Some(3)"),
            (r#"{"jsonrpc":"2.0","id":3,"id":4,"method":"b"}"#, "-32600 None"),
            (r#"{"id":3,"method":"ping"}"#, "-32600 Some(3)"),
            ("[]", "-32600 None"),
            ("7", "-32600 None"),
            ("{", "-32700 None"),
            ("", "-32700 None"),
        ] {
            assert_eq!(read(line), kind, "{line}");
        }
    }
}
