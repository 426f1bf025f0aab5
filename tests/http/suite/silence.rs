//! The service by itself, with a clock that goes on when everybody waits: when an answer becomes a
//! stream, and what is said in the silence.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame};
use mcp_runtime::{HttpBody, HttpService};
use mcp_tests::probe::Options;
use serde_json::{Value, json};
use tokio::time::Instant;
use tower_service::Service;

use crate::client::{Event, events};
use crate::request::{Request, call, call_with};

/// The body of a request, in one piece.
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// What an answer was, with the seconds at which it came.
#[derive(Debug, PartialEq)]
struct Heard {
    head: u64,
    kind: String,
    pieces: Vec<(u64, Piece)>,
}

#[derive(Debug, PartialEq)]
enum Piece {
    Comment,
    Progress(f64),
    Answer,
}

async fn service(options: &[&str]) -> HttpService {
    let mut read = Options::default();
    let mut rest = options.iter().map(ToString::to_string);
    while let Some(option) = rest.next() {
        assert!(read.take(&option, &mut rest).unwrap());
    }
    read.server("in-process").build().await.unwrap().into_service()
}

async fn send(service: &mut HttpService, request: &Request) -> Response<HttpBody> {
    let body = Whole(Some(Bytes::from(request.body().to_vec())));
    let mut sent = http::Request::post("/mcp").body(body).unwrap();
    for (name, value) in request.headers() {
        sent.headers_mut()
            .append(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    match service.call(sent).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn hear(service: &mut HttpService, request: &Request) -> Heard {
    let began = Instant::now();
    let seconds = || began.elapsed().as_secs();
    let response = send(service, request).await;
    let head = seconds();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let mut body = pin!(response.into_body());
    let mut pieces = Vec::new();
    while let Some(Ok(frame)) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let bytes = frame.into_data().unwrap();
        if kind == "application/json" {
            let message: Value = serde_json::from_slice(&bytes).unwrap();
            assert!(message["result"].is_object(), "{message}");
            pieces.push((seconds(), Piece::Answer));
            continue;
        }
        for event in events(&bytes) {
            let piece = match event {
                Event::Comment => Piece::Comment,
                Event::Data(message) => match message["params"]["progress"].as_f64() {
                    Some(progress) => Piece::Progress(progress),
                    None => Piece::Answer,
                },
            };
            pieces.push((seconds(), piece));
        }
    }
    Heard { head, kind, pieces }
}

fn runs(test: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap().block_on(test);
}

const JSON: &str = "application/json";
const STREAM: &str = "text/event-stream";

/// HTTP-07, HTTP-11, HTTP-15.
#[test]
fn a_silent_call_becomes_a_stream_after_ten_seconds_and_has_a_beat() {
    runs(async {
        let mut service = service(&[]).await;
        let mut sleep =
            async |ms: u64| hear(&mut service, &call(1, "sleep_ms", json!({ "ms": ms }))).await;
        let heard = |head, kind: &str, pieces| Heard { head, kind: kind.to_owned(), pieces };
        let answer = |at| vec![(at, Piece::Answer)];
        assert_eq!(sleep(0).await, heard(0, JSON, answer(0)));
        assert_eq!(sleep(9_500).await, heard(9, JSON, answer(9)));
        let comments = [(10, Piece::Comment), (25, Piece::Comment), (40, Piece::Comment)];
        let pieces = comments.into_iter().chain(answer(41)).collect();
        assert_eq!(sleep(41_000).await, heard(10, STREAM, pieces));
    });
}

/// A client that takes JSON alone waits.
#[test]
fn a_client_without_streams_waits() {
    runs(async {
        let mut service = service(&[]).await;
        let request = call(1, "sleep_ms", json!({ "ms": 100_000 })).with("Accept", JSON);
        let heard = hear(&mut service, &request).await;
        assert_eq!((heard.head, &*heard.kind), (100, JSON));
    });
}

/// What is said puts the next comment off.
#[test]
fn words_are_a_beat_too() {
    runs(async {
        let mut service = service(&[]).await;
        let asks = json!({ "progressToken": 1 });
        let arguments = json!({ "to": 3, "delay_ms": 12_000 });
        let heard = hear(&mut service, &call_with(1, "count", arguments, &asks)).await;
        let pieces = [
            (10, Piece::Comment),
            (12, Piece::Progress(1.0)),
            (24, Piece::Progress(2.0)),
            (36, Piece::Progress(3.0)),
            (36, Piece::Answer),
        ];
        assert_eq!(heard, Heard { head: 10, kind: STREAM.to_owned(), pieces: pieces.into() });
    });
}

/// SUB-12: a listener is acknowledged at once, and then hears a comment every 15 seconds.
#[test]
fn a_listener_has_a_beat() {
    runs(async {
        let mut service = service(&[]).await;
        let listens = crate::listening::listen(1, &json!({ "toolsListChanged": true }));
        let response = send(&mut service, &listens).await;
        let mut body = pin!(response.into_body());
        let began = Instant::now();
        let mut pieces = Vec::new();
        for _ in 0..5 {
            let frame = poll_fn(|cx| body.as_mut().poll_frame(cx)).await.unwrap().unwrap();
            let said = events(&frame.into_data().unwrap()).remove(0);
            pieces.push((began.elapsed().as_secs(), said == Event::Comment));
            if pieces.len() == 3 {
                send(&mut service, &call(2, "switch", json!({ "on": true }))).await;
            }
        }
        // A change puts the next comment off.
        let expected = [(0, false), (15, true), (30, true), (30, false), (45, true)];
        assert_eq!(pieces, expected);
    });
}

/// Whoever drops the answer has cancelled the call: before its head, and in its stream.
#[test]
fn a_call_is_dropped_with_its_answer() {
    runs(async {
        let mut service = service(&["--misbehave"]).await;
        let held = async |service: &mut HttpService| {
            let response = send(service, &call(2, "held", json!({}))).await;
            let mut body = pin!(response.into_body());
            let frame = poll_fn(|cx| body.as_mut().poll_frame(cx)).await.unwrap().unwrap();
            let answer: Value = serde_json::from_slice(&frame.into_data().unwrap()).unwrap();
            answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
        };
        let hold = call(1, "hold", json!({}));
        let waits = Box::pin(async { send(&mut service.clone(), &hold).await });
        assert!(tokio::time::timeout(Duration::from_secs(1), waits).await.is_err());
        assert_eq!(held(&mut service).await, "0");
        let response = send(&mut service, &hold).await;
        assert_eq!(held(&mut service).await, "1");
        drop(response);
        assert_eq!(held(&mut service).await, "0");
    });
}

/// A mounted service is stopped by whoever mounted it.
#[test]
fn a_service_that_is_stopped_gives_calls_their_time() {
    runs(async {
        let mut service = service(&["--drain", "5000"]).await;
        let sleeps = |id, ms: u64| {
            let mut service = service.clone();
            tokio::spawn(async move {
                send(&mut service, &call(id, "sleep_ms", json!({ "ms": ms }))).await
            })
        };
        let (answered, refused) = (sleeps(1, 4_000), sleeps(2, 60_000));
        let began = Instant::now();
        tokio::time::sleep(Duration::from_secs(1)).await;
        service.stop().await;
        let stopped = began.elapsed().as_secs();
        let (answered, refused) = (answered.await.unwrap(), refused.await.unwrap());
        assert_eq!(answered.status(), 200);
        assert_eq!(refused.status(), 503);
        assert_eq!(stopped, 6);
        let later = send(&mut service, &call(3, "echo", json!({ "message": "a" }))).await;
        assert_eq!(later.status(), 503);
        assert_eq!(later.headers()["retry-after"], "1");
    });
}
