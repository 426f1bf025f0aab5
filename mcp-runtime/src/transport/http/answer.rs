//! What is answered: statuses, and refusals with a JSON-RPC body.

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};

use super::body::HttpBody;
use crate::dispatch::{Reason, Refusal};
use crate::jsonrpc::{ErrorObject, Id, code, write_error};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request that is not served: its status, one line of JSON, and a header that belongs to it.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    body: Vec<u8>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refused {
    /// A request that is refused before it is read.
    pub(super) fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self::of(status, None, &ErrorObject::invalid_request(what))
    }

    pub(super) fn of(status: StatusCode, id: Option<&Id<'_>>, error: &ErrorObject) -> Self {
        let mut body = Vec::new();
        write_error(&mut body, id, error);
        // One line, and no more.
        body.pop();
        Self { status, body, header: None }
    }

    /// A request that the dispatcher refused.
    pub(super) fn refusal(id: &Id<'_>, refusal: &Refusal) -> Self {
        let refused = Self::of(status(refusal.reason), Some(id), &refusal.error);
        match refusal.reason {
            Reason::Busy => refused.with(RETRY_AFTER, HeaderValue::from_static("1")),
            _ => refused,
        }
    }

    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    /// A request that comes, or is still being answered, when the server ends.
    pub(super) fn stopping(id: Option<&Id<'_>>) -> Self {
        let error = ErrorObject::new(code::INTERNAL_ERROR, "the server is stopping");
        Self::of(StatusCode::SERVICE_UNAVAILABLE, id, &error)
            .with(RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// A method that the endpoint does not have.
    pub(super) fn method(what: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, what)
            .with(ALLOW, HeaderValue::from_static("POST, OPTIONS"))
    }

    /// A request of which not everything is read: the connection cannot go on.
    pub(super) fn unread(status: StatusCode, what: impl Into<String>) -> Self {
        Self::new(status, what).with(CONNECTION, HeaderValue::from_static("close"))
    }

    pub(super) fn into_response(self) -> Response<HttpBody> {
        let mut response = json(self.status, self.body);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// A body of JSON.
pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::full(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// The status of a request that is not served. What has no status of its own by the specification
/// is an ordinary answer.
pub(super) fn status(reason: Reason) -> StatusCode {
    match reason {
        Reason::Invalid | Reason::Meta | Reason::Version | Reason::Headers | Reason::Capability => {
            StatusCode::BAD_REQUEST
        }
        Reason::Method => StatusCode::NOT_FOUND,
        Reason::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Reason::Params | Reason::Internal => StatusCode::OK,
    }
}
