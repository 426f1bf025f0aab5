//! The yardstick: the tools over the same hyper, without a framework.
//!
//! What anybody would write by hand who knows what costs time: the body collected, one UTF-8 check
//! and one typed pass over it, with the arguments left as they are until the tool's own type reads
//! them; headers held against the body; a type-erased call by name that is awaited where it is
//! made; a stream of events that is its own state. It promises what the protocol asks for and
//! nothing more: no deadlines, no limits, no hosts and origins, no drain, no panics caught.

use std::borrow::Cow;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::LazyLock;
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
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Sleep, sleep};

/// The version that every request names.
const VERSION: &str = "2026-07-28";

/// What every result ends with.
const META: &[u8] =
    br#","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"bench-floor","version":"1.0.0"}}}"#;

#[derive(Deserialize)]
struct Message<'a> {
    jsonrpc: &'a str,
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Params<'a>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow, rename = "_meta")]
    meta: Meta<'a>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, rename = "io.modelcontextprotocol/protocolVersion")]
    protocol_version: Cow<'a, str>,
    #[serde(rename = "io.modelcontextprotocol/clientCapabilities")]
    _client_capabilities: Object,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/clientInfo")]
    _client_info: Option<Implementation<'a>>,
    #[serde(borrow, default, rename = "progressToken")]
    progress_token: Option<&'a RawValue>,
}

/// An object whose members do not matter here.
#[derive(Deserialize)]
struct Object {}

#[derive(Deserialize)]
struct Implementation<'a> {
    #[serde(borrow, rename = "name")]
    _name: Cow<'a, str>,
    #[serde(borrow, rename = "version")]
    _version: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EchoArgs {
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddArgs {
    a: i64,
    b: i64,
}

#[derive(Serialize)]
struct Sum {
    sum: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SleepArgs {
    ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountArgs {
    to: u32,
    #[serde(default)]
    delay_ms: u64,
}

/// What a tool answers.
enum Answer {
    Text(String),
    /// JSON, which is shown as text too.
    Structured(String),
    Error(String),
}

type Call = Pin<Box<dyn Future<Output = Answer> + Send>>;
type Tool = Box<dyn Fn(&str) -> Result<Call, serde_json::Error> + Send + Sync>;

/// A tool from a function, its argument types erased.
fn tool<A, F>(function: impl Fn(A) -> F + Send + Sync + 'static) -> Tool
where
    A: DeserializeOwned,
    F: Future<Output = Answer> + Send + 'static,
{
    Box::new(move |arguments| Ok(Box::pin(function(serde_json::from_str(arguments)?))))
}

async fn echo(args: EchoArgs) -> Answer {
    Answer::Text(args.message)
}

async fn add(args: AddArgs) -> Answer {
    match args.a.checked_add(args.b) {
        // A structure of numbers can always be written.
        Some(sum) => Answer::Structured(serde_json::to_string(&Sum { sum }).unwrap_or_default()),
        None => Answer::Error("the sum is beyond 64 bits: send smaller numbers".to_owned()),
    }
}

async fn sleep_ms(args: SleepArgs) -> Answer {
    sleep(Duration::from_millis(args.ms)).await;
    Answer::Text(format!("slept {} ms", args.ms))
}

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
            write_answer(&mut out, &self.id, &Answer::Text(format!("counted to {to}")));
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
            out.extend_from_slice(b"}}");
        }
        out.extend_from_slice(b"\n\n");
        Poll::Ready(Some(out.into()))
    }
}

/// Why a request is not served: a status, a code and words.
type Refusal = (StatusCode, i32, String);

/// Serves one connection.
pub(crate) async fn connection(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(serve));
    // How a connection fails is its client's business.
    serving.await.unwrap_or_default();
}

async fn serve(request: Request<Incoming>) -> Result<Response<Answered>, Infallible> {
    Ok(answer(request).await.unwrap_or_else(|(status, code, words)| {
        let mut out = format!(r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":{code},"message":"#)
            .into_bytes();
        write_string(&mut out, &words);
        out.extend_from_slice(b"}}");
        whole(status, out)
    }))
}

async fn answer(request: Request<Incoming>) -> Result<Response<Answered>, Refusal> {
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
    let (id, params) = (message.id.get(), &message.params);
    if message.jsonrpc != "2.0" || message.method != "tools/call" {
        return Err((StatusCode::NOT_FOUND, -32601, format!("unknown: {}", message.method)));
    }
    if params.meta.protocol_version != VERSION
        || header(&parts.headers, "mcp-protocol-version") != Some(VERSION)
        || header(&parts.headers, "mcp-method") != Some(&message.method)
        || header(&parts.headers, "mcp-name") != Some(&params.name)
    {
        return Err(invalid("the headers are not those of the body".to_owned()));
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
    write_answer(&mut out, id, &answer);
    Ok(whole(StatusCode::OK, out))
}

fn count(
    id: &str,
    arguments: &str,
    token: Option<&RawValue>,
) -> Result<Response<Answered>, Refusal> {
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

fn whole(status: StatusCode, out: Vec<u8>) -> Response<Answered> {
    let mut response = Response::new(Answered::Whole(Some(out.into())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn write_answer(out: &mut Vec<u8>, id: &str, answer: &Answer) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_bytes());
    let (Answer::Text(text) | Answer::Structured(text) | Answer::Error(text)) = answer;
    out.extend_from_slice(
        br#","result":{"resultType":"complete","content":[{"type":"text","text":"#,
    );
    write_string(out, text);
    out.extend_from_slice(b"}]");
    match answer {
        Answer::Text(_) => {}
        Answer::Structured(json) => {
            out.extend_from_slice(br#","structuredContent":"#);
            out.extend_from_slice(json.as_bytes());
        }
        Answer::Error(_) => out.extend_from_slice(br#","isError":true"#),
    }
    out.extend_from_slice(META);
    out.push(b'}');
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    // Writing into memory cannot fail.
    serde_json::to_writer(out, text).unwrap_or_default();
}
