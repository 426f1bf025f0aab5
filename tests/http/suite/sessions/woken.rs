//! The streams of a session, by themselves and with a clock that goes on when everybody waits: a
//! message whose reader is not woken would come with the next comment, 15 seconds later.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use http_body::Body;
use mcp_runtime::prelude::*;
use mcp_runtime::{App, HttpBody, HttpService};
use serde_json::Value;
use tokio::time::{Instant, sleep};
use tower_service::Service;

/// A value.
#[resource("woken://value", subscribe)]
async fn value() -> &'static str {
    "value"
}

/// Send the client away, and answer later.
#[tool]
async fn leave(ctx: &Context) -> &'static str {
    ctx.reconnect_in(Duration::from_millis(1));
    sleep(Duration::from_secs(1)).await;
    "answered"
}

/// Progress, a pause, and an answer.
#[tool]
async fn begin(ctx: &Context) -> &'static str {
    ctx.progress(1);
    sleep(Duration::from_secs(1)).await;
    ctx.reconnect_in(Duration::from_millis(1));
    sleep(Duration::from_secs(1)).await;
    "answered"
}

/// A server without a switch: its lists never change, so that only subscriptions are notified of.
async fn app() -> App {
    Server::new("woken", "1.0.0")
        .with(handlers![value, begin, leave])
        .state(())
        .build()
        .await
        .unwrap()
}

/// A client in a session.
struct Client {
    service: HttpService,
    version: &'static str,
    session: String,
}

impl Client {
    async fn open(app: &App, version: &'static str) -> Self {
        let service = app.clone().into_service();
        let mut client = Self { service, version, session: String::new() };
        let params = json!({
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": { "name": "woken", "version": "1.0.0" },
        });
        let response = client.post("initialize", &params).await;
        client.session = response.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        client
    }

    async fn send(&mut self, method: Method, body: String) -> Response<HttpBody> {
        let mut request = http::Request::new(http_body_util::Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = "/mcp".parse().unwrap();
        let headers: &mut HeaderMap = request.headers_mut();
        headers.insert("host", "localhost".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("accept", "application/json, text/event-stream".parse().unwrap());
        if !self.session.is_empty() {
            headers.insert("mcp-session-id", self.session.parse().unwrap());
            headers.insert("mcp-protocol-version", self.version.parse().unwrap());
        }
        match self.service.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    async fn post(&mut self, method: &str, params: &Value) -> Response<HttpBody> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.send(Method::POST, body.to_string()).await
    }

    async fn subscribe(&mut self) {
        let response = self.post("resources/subscribe", &json!({ "uri": "woken://value" })).await;
        assert!(text(response).await.contains("\"result\":{}"));
    }

    /// The stream of the session, after its first event.
    async fn stream(&mut self) -> Pin<Box<HttpBody>> {
        let mut body = Box::pin(self.send(Method::GET, String::new()).await.into_body());
        next(&mut body).await.unwrap();
        is_silent(&mut body).await;
        body
    }
}

async fn text(response: Response<HttpBody>) -> String {
    let mut body = Box::pin(response.into_body());
    let mut text = String::new();
    while let Some(piece) = next(&mut body).await {
        text.push_str(&piece);
    }
    text
}

async fn next(body: &mut Pin<Box<HttpBody>>) -> Option<String> {
    let frame = poll_fn(|cx| body.as_mut().poll_frame(cx)).await?;
    let frame: Result<_, Infallible> = frame;
    Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}

/// Waits a second, in which nothing comes.
async fn is_silent(body: &mut Pin<Box<HttpBody>>) {
    let second = Duration::from_secs(1);
    assert_eq!(tokio::time::timeout(second, next(body)).await.ok(), None);
}

/// The next piece is about the value, and comes at once.
async fn is_told(body: &mut Pin<Box<HttpBody>>) {
    let began = Instant::now();
    let told = next(body).await.unwrap();
    assert!(told.contains("notifications/resources/updated"), "{told:?}");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

fn paused(test: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap().block_on(test);
}

/// RES-16, HTTL-07: clients open the stream first, and subscribe then.
#[test]
fn a_stream_that_is_open_is_notified_of_a_later_subscription() {
    paused(async {
        let app = app().await;
        let mut client = Client::open(&app, "2025-11-25").await;
        let mut stream = client.stream().await;
        let reader = tokio::spawn(async move { is_told(&mut stream).await });
        tokio::task::yield_now().await;
        client.subscribe().await;
        tokio::task::yield_now().await;
        app.notifier().updated("woken://value");
        reader.await.unwrap();
    });
}

/// HTTL-07: the end of a stream that was replaced takes nothing from the one that replaced it.
#[test]
fn a_stream_that_replaced_another_one_is_notified() {
    paused(async {
        let app = app().await;
        let mut client = Client::open(&app, "2025-11-25").await;
        client.subscribe().await;
        let mut first = client.stream().await;
        let mut second = client.stream().await;
        let reader = tokio::spawn(async move { is_told(&mut second).await });
        tokio::task::yield_now().await;
        assert_eq!(next(&mut first).await, None);
        app.notifier().updated("woken://value");
        reader.await.unwrap();
    });
}

/// HTTL-08: what one stream has sent, the next one does not send again.
#[test]
fn a_new_stream_begins_behind_what_was_sent() {
    paused(async {
        let app = app().await;
        for version in ["2025-06-18", "2025-11-25"] {
            let mut client = Client::open(&app, version).await;
            client.subscribe().await;
            let mut stream = client.stream().await;
            app.notifier().updated("woken://value");
            is_told(&mut stream).await;
            drop(stream);
            let mut stream = client.stream().await;
            app.notifier().updated("woken://value");
            is_told(&mut stream).await;
            drop(stream);
            // Nor is what changed in between lost.
            app.notifier().updated("woken://value");
            let mut body = Box::pin(client.send(Method::GET, String::new()).await.into_body());
            next(&mut body).await.unwrap();
            is_told(&mut body).await;
            is_silent(&mut body).await;
        }
    });
}

/// HTTL-15: only a client that can resume a stream is sent away.
#[test]
fn a_client_that_cannot_come_back_is_answered_where_it_is() {
    paused(async {
        let app = app().await;
        let mut client = Client::open(&app, "2025-06-18").await;
        let params = json!({ "name": "begin", "_meta": { "progressToken": 1 } });
        let began = Instant::now();
        let answer = text(client.post("tools/call", &params).await).await;
        assert!(answer.contains("answered"), "{answer}");
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        let answer = text(client.post("tools/call", &json!({ "name": "leave" })).await).await;
        assert!(answer.contains("answered"), "{answer}");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    });
}
