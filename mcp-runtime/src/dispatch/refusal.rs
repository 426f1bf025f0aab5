//! Why a request is not served: the error for its client, and the reason for whoever carries it.

use crate::jsonrpc::{ErrorObject, code};

/// A request that is not served.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    /// Boxed, because results of requests that are served are moved more often.
    pub(crate) error: Box<ErrorObject>,
}

/// What is in the way of a request. A transport maps it to what it says beside the error, as HTTP
/// does to a status; nothing is guessed from the error's code, which several reasons share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is no JSON-RPC request, or not one that may stand here.
    Invalid,
    /// It says not enough of itself to be of any era.
    Meta,
    /// Its version is not served.
    Version,
    /// Its headers are not what its body says.
    Headers,
    /// Its client lacks a capability that is needed; only a handler knows.
    #[cfg(feature = "http")]
    Capability,
    /// Nobody answers its method.
    Method,
    /// Its params are not those of its method, or name something that is not offered.
    Params,
    /// Too much is being served.
    Busy,
    /// It could not be served, for no fault of its own.
    Internal,
}

impl Refusal {
    pub(super) fn new(reason: Reason, error: ErrorObject) -> Self {
        Self { reason, error: Box::new(error) }
    }

    pub(super) fn params(what: impl Into<String>) -> Self {
        Self::new(Reason::Params, ErrorObject::invalid_params(what))
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::new(Reason::Invalid, ErrorObject::invalid_request(what))
    }

    pub(super) fn internal(what: impl Into<String>) -> Self {
        Self::new(Reason::Internal, ErrorObject::new(code::INTERNAL_ERROR, what))
    }

    pub(crate) fn busy(what: impl Into<String>) -> Self {
        Self::new(Reason::Busy, ErrorObject::new(code::INTERNAL_ERROR, what))
    }
}

/// The reader of params says what is wrong with them.
impl From<ErrorObject> for Refusal {
    fn from(error: ErrorObject) -> Self {
        Self::new(Reason::Params, error)
    }
}
