//! The yardstick: the tools over the same hyper, without a framework.
//!
//! What anybody would write by hand who knows what costs time: the body collected, one UTF-8 check
//! and one typed pass over it, with the arguments left as they are until the tool's own type reads
//! them; headers held against the body; a type-erased call by name that is awaited where it is
//! made; a stream of events that is its own state. It promises what the protocol asks for and
//! nothing more: no deadlines, no limits, no hosts and origins, no drain, no panics caught.

use std::collections::HashSet;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Sleep, sleep};

#[path = "../../peers/floor/message.rs"]
mod message;
#[path = "../../peers/floor/tools.rs"]
mod tools;

use message::{
    Era, MODERN, Message, Params, initialize, is_id, write_answer, write_error, write_result,
};
use tools::{Answer, Tool, add, echo, sleep_ms, tool};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountArgs {
    to: u32,
    #[serde(default)]
    delay_ms: u64,
}

/// The sessions that are open.
static SESSIONS: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Sorted by name.
static TOOLS: LazyLock<[(&str, Tool); 3]> =
    LazyLock::new(|| [("add", tool(add)), ("echo", tool(echo)), ("sleep_ms", tool(sleep_ms))]);

/// The body of an answer.
pub(crate) enum Answered {
    Whole(Option<Bytes>),
    Counting(Box<Counting>),
}

/// A call of `count`, which says how far it is.
pub(crate) struct Counting {
    args: CountArgs,
    id: String,
    token: String,
    counted: u32,
    wait: Option<Pin<Box<Sleep>>>,
    is_over: bool,
}

impl Body for Answered {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = match &mut *self {
            Self::Whole(bytes) => bytes.take(),
            Self::Counting(counting) => ready!(counting.poll_next(cx)),
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Counting(counting) => counting.is_over,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Counting(_) => SizeHint::default(),
        }
    }
}

impl Counting {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let CountArgs { to, delay_ms } = self.args;
        if self.is_over {
            return Poll::Ready(None);
        }
        let mut out = b"data: ".to_vec();
        if self.counted == to {
            self.is_over = true;
            let answer = Answer::Text(format!("counted to {to}"));
            write_answer(&mut out, &self.id, Era::Modern, &answer);
        } else {
            if delay_ms > 0 {
                let delay = Duration::from_millis(delay_ms);
                let wait = self.wait.get_or_insert_with(|| Box::pin(sleep(delay)));
                ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            self.counted += 1;
            let (done, token) = (self.counted, &self.token);
            out.extend_from_slice(
                br#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"#,
            );
            let params = format!(r#""progressToken":{token},"progress":{done},"total":{to},"#)
                + &format!(r#""message":"{done} of {to}""#);
            out.extend_from_slice(params.as_bytes());
            out.extend_from_slice(b"}}\n");
        }
        out.push(b'\n');
        Poll::Ready(Some(out.into()))
    }
}

/// Why a request is not served: a status, a code and words.
type Refused = (StatusCode, i32, String);

/// Serves one connection.
pub(crate) async fn connection(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(serve));
    // How a connection fails is its client's business.
    serving.await.unwrap_or_default();
}

async fn serve(request: Request<Incoming>) -> Result<Response<Answered>, Infallible> {
    Ok(answer(request).await.unwrap_or_else(|(status, code, words)| {
        let mut out = Vec::new();
        write_error(&mut out, "null", &(code, words));
        whole(status, out)
    }))
}

async fn answer(request: Request<Incoming>) -> Result<Response<Answered>, Refused> {
    let invalid = |words: String| (StatusCode::BAD_REQUEST, -32600, words);
    let (parts, body) = request.into_parts();
    if parts.uri.path() != "/mcp" {
        return Err((StatusCode::NOT_FOUND, -32600, "the endpoint is /mcp".to_owned()));
    }
    if parts.method != Method::POST {
        return Err((StatusCode::METHOD_NOT_ALLOWED, -32600, "a client sends POST".to_owned()));
    }
    if header(&parts.headers, "content-type") != Some("application/json") {
        let words = "expected application/json".to_owned();
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, -32600, words));
    }
    let body = body.collect().await.map_err(|error| invalid(error.to_string()))?.to_bytes();
    let text = str::from_utf8(&body).map_err(|error| invalid(error.to_string()))?;
    let message: Message<'_> =
        serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
    let params = &message.params;
    let Some(id) = message.id.map(RawValue::get) else {
        let mut response = Response::new(Answered::Whole(None));
        *response.status_mut() = StatusCode::ACCEPTED;
        return Ok(response);
    };
    let era = era(&message, &parts.headers)?;
    if message.jsonrpc != "2.0" || !is_id(id) || message.method != "tools/call" {
        if era == Era::Legacy && message.method == "initialize" {
            return open(id, params);
        }
        return Err((StatusCode::NOT_FOUND, -32601, format!("unknown: {}", message.method)));
    }
    let arguments = params.arguments.map_or("{}", RawValue::get);
    if params.name == "count" {
        return count(id, arguments, params.meta.progress_token);
    }
    let at = TOOLS.binary_search_by(|(name, _)| (**name).cmp(&params.name));
    let at = at.map_err(|_| (StatusCode::OK, -32602, format!("unknown tool: {}", params.name)))?;
    let answer = match TOOLS[at].1(arguments) {
        Ok(call) => call.await,
        Err(error) => Answer::Error(format!("the arguments do not fit: {error}")),
    };
    let mut out = Vec::new();
    write_answer(&mut out, id, era, &answer);
    Ok(whole(StatusCode::OK, out))
}

/// Who asks: a request that names its version is held against its headers, any other belongs to a
/// session or opens one.
fn era(message: &Message<'_>, headers: &HeaderMap) -> Result<Era, Refused> {
    let meta = &message.params.meta;
    if meta.protocol_version.is_empty() {
        let is_open = || {
            let session = header(headers, "mcp-session-id").unwrap_or_default();
            SESSIONS.lock().unwrap_or_else(PoisonError::into_inner).contains(session)
        };
        if message.method == "initialize" || is_open() {
            return Ok(Era::Legacy);
        }
        return Err((StatusCode::NOT_FOUND, -32600, "there is no such session".to_owned()));
    }
    if meta.protocol_version != MODERN
        || meta.client_capabilities.is_none()
        || header(headers, "mcp-protocol-version") != Some(MODERN)
        || header(headers, "mcp-method") != Some(&message.method)
        || header(headers, "mcp-name") != Some(&message.params.name)
    {
        let words = "the headers are not those of the body".to_owned();
        return Err((StatusCode::BAD_REQUEST, -32600, words));
    }
    Ok(Era::Modern)
}

/// Opens a session.
fn open(id: &str, params: &Params<'_>) -> Result<Response<Answered>, Refused> {
    let version =
        initialize(params).map_err(|(code, words)| (StatusCode::BAD_REQUEST, code, words))?;
    let mut out = Vec::new();
    write_result(&mut out, id, Era::Legacy, |out| {
        let members = format!(r#""protocolVersion":"{version}","capabilities":{{"tools":{{}}}},"#)
            + r#""serverInfo":{"name":"floor-server","version":"0.1.0"}"#;
        out.extend_from_slice(members.as_bytes());
    });
    let session = format!("{:016x}", RandomState::new().hash_one(0_u8));
    let value = HeaderValue::from_str(&session).expect("hexadecimal digits are a value");
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner).insert(session);
    let mut response = whole(StatusCode::OK, out);
    response.headers_mut().insert("mcp-session-id", value);
    Ok(response)
}

fn count(
    id: &str,
    arguments: &str,
    token: Option<&RawValue>,
) -> Result<Response<Answered>, Refused> {
    let args = serde_json::from_str(arguments)
        .map_err(|error| (StatusCode::OK, -32602, format!("the arguments do not fit: {error}")))?;
    let counting = Counting {
        args,
        id: id.to_owned(),
        token: token.map_or("null", RawValue::get).to_owned(),
        counted: 0,
        wait: None,
        is_over: false,
    };
    let mut response = Response::new(Answered::Counting(Box::new(counting)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// An answer in one piece, without the end of its line.
fn whole(status: StatusCode, mut out: Vec<u8>) -> Response<Answered> {
    out.pop();
    let mut response = Response::new(Answered::Whole(Some(out.into())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
