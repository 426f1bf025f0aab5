//! Who may send requests: hosts against rebinding of names, origins against other people's pages.
//!
//! Spec: 2026-07-28, basic/transports/streamable-http, Security Warning.

use std::net::IpAddr;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderValue, ORIGIN, VARY,
};
use http::request::Parts;
use http::{Method, Response, StatusCode, Uri};

use super::answer::Refused;
use super::body::HttpBody;
use super::headers::once;
use crate::visible::{beginning, one_line};

/// Whose requests are served.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    /// In lower case, with a port where only that one is meant.
    hosts: Vec<String>,
    origins: Vec<String>,
}

/// A request that may be sent.
pub(super) enum Admitted {
    Request {
        /// The origin of a browser's page, which may read the answer.
        origin: Option<HeaderValue>,
    },
    /// A browser asks whether it may send one.
    Preflight(Response<HttpBody>),
}

impl Guard {
    pub(super) fn add_url(&mut self, url: &str) -> Result<(), String> {
        let parsed: Option<Uri> = url.parse().ok();
        let parts = parsed.as_ref().and_then(|url| Some((url.scheme_str()?, url.authority()?)));
        let Some((scheme @ ("http" | "https"), authority)) = parts else {
            return Err(format!(
                "`{url}` is no URL of a server: expected one like https://example.com/mcp"
            ));
        };
        let authority = authority.as_str().to_ascii_lowercase();
        self.origins.push(format!("{scheme}://{authority}"));
        self.hosts.push(authority);
        Ok(())
    }

    pub(super) fn add_hosts(&mut self, hosts: impl Iterator<Item = String>) {
        self.hosts.extend(hosts.map(|host| host.to_ascii_lowercase()));
    }

    pub(super) fn add_origins(&mut self, origins: impl Iterator<Item = String>) {
        let origins = origins.map(|origin| origin.trim_end_matches('/').to_ascii_lowercase());
        self.origins.extend(origins);
    }

    /// Whether a request may be sent.
    ///
    /// # Errors
    /// Which setting would allow it.
    pub(super) fn admit(&self, parts: &Parts) -> Result<Admitted, Refused> {
        let doubled = |name| {
            Refused::new(
                StatusCode::BAD_REQUEST,
                format!("invalid request: `{name}` is sent twice"),
            )
        };
        let headers = &parts.headers;
        let host = once(headers, &HOST).map_err(|()| doubled("Host"))?;
        // HTTP/2 names the host in the URI, and a mount may serve it.
        let host = host.or_else(|| parts.uri.authority().map(|host| host.as_str().as_bytes()));
        let host = host.and_then(|host| str::from_utf8(host).ok()).unwrap_or_default();
        if !self.serves_host(host) {
            return Err(refused(format!(
                "invalid request: the host `{}` is not served: say it with `public_url` or \
                 `allow_hosts`",
                shown(&host.to_ascii_lowercase())
            )));
        }
        let origin = once(headers, &ORIGIN).map_err(|()| doubled("Origin"))?;
        let Some(origin) = origin else { return Ok(Admitted::Request { origin: None }) };
        let text = String::from_utf8_lossy(origin).to_ascii_lowercase();
        if !self.serves_origin(&text, host) {
            return Err(refused(format!(
                "invalid request: the origin `{}` is not served: say it with `allow_origins`",
                shown(&text)
            )));
        }
        let origin = headers.get(ORIGIN).cloned();
        if parts.method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return Ok(Admitted::Preflight(preflight(parts, origin)));
        }
        Ok(Admitted::Request { origin })
    }

    fn serves_host(&self, host: &str) -> bool {
        let (name, _) = split(host);
        let is = |known: &str| known.eq_ignore_ascii_case(host) || known.eq_ignore_ascii_case(name);
        // A name can be pointed at this machine by anybody; an address cannot.
        name.eq_ignore_ascii_case("localhost")
            || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
            || self.hosts.iter().any(|known| is(known))
    }

    /// A page may call the server that it came from, and those it was allowed to.
    fn serves_origin(&self, origin: &str, host: &str) -> bool {
        let same = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        same.is_some_and(|from| from.eq_ignore_ascii_case(host))
            || self.origins.iter().any(|known| known == origin)
    }
}

/// The name and the port of a host.
fn split(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    }
}

fn shown(text: &str) -> String {
    one_line(beginning(text, 100)).into_owned()
}

fn refused(what: String) -> Refused {
    Refused::new(StatusCode::FORBIDDEN, what)
}

fn preflight(parts: &Parts, origin: Option<HeaderValue>) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::full(bytes::Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("POST, OPTIONS");
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    // Which headers there are is for the request itself: `Mcp-Param-*` have any names.
    if let Some(asked) = parts.headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    if let Some(origin) = origin {
        share(&mut response, origin);
    }
    response
}

/// Lets a page of this origin read the answer.
pub(super) fn share(response: &mut Response<HttpBody>, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let exposed = HeaderValue::from_static("Mcp-Session-Id, WWW-Authenticate, Retry-After");
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    headers.append(VARY, HeaderValue::from_static("Origin"));
}
