//! Who calls, as a layer around the server says.

use std::fmt;
use std::sync::Arc;

/// The user, or the service, for whom an HTTP request was sent: a layer that has verified the
/// request puts it into the request's extensions.
///
/// It reaches handlers as [`Context::principal`](crate::Context::principal). A session of a version
/// up to 2025-11-25, and the state of a call that asks its user, belong to the principal for whom
/// they were made: requests for anybody else are answered as if they did not exist. A request
/// without a principal is a caller of its own kind, not one that may do everything.
///
/// Choose a text that names one user for as long as sessions live, such as the `iss` and `sub` of a
/// token. A name that is given to somebody else later is not suitable.
///
/// Spec: 2026-07-28, basic/patterns/mrtr, Server Requirements; 2025-11-25, security best practices,
/// Session Hijacking.
///
/// # Example
/// ```
/// use mcp_runtime::Principal;
///
/// /// The last step of a login layer.
/// fn admit<B>(mut request: http::Request<B>, user: &str) -> http::Request<B> {
///     request.extensions_mut().insert(Principal::new(user));
///     request
/// }
/// # use mcp_runtime::http;
/// # let request = admit(http::Request::new(()), "ada");
/// # assert_eq!(request.extensions().get::<Principal>().unwrap().as_str(), "ada");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Principal(Arc<str>);

impl Principal {
    /// A principal of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into().into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Principal").field(&self.as_str()).finish()
    }
}
