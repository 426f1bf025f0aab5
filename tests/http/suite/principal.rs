//! Whom a request is for: a layer around the service says it, and sessions and states belong to it.

use axum::Router;
use axum::body::Body;
use axum::extract::Request as Sent;
use axum::middleware::{self, Next};
use axum::response::Response;
use mcp_runtime::{HttpService, Principal};
use mcp_tests::probe::Options;
use serde_json::{Value, json};
use tower_service::Service;

use crate::request::{Request, call, meta};

/// The example of the guide's page about axum.
#[expect(dead_code, reason = "its `main` is not called")]
#[path = "../examples/in_axum.rs"]
mod example;

/// The header in which these tests say who calls.
const USER: &str = "x-user";

async fn login(mut request: Sent, next: Next) -> Response {
    if let Some(user) = request.headers().get(USER).and_then(|it| it.to_str().ok()) {
        let principal = Principal::new(user);
        request.extensions_mut().insert(principal);
    }
    next.run(request).await
}

async fn probe() -> HttpService {
    Options::default().server("mounted").build().await.unwrap().into_service()
}

/// The probe behind a login layer.
struct App(Router);

/// An answer: its status, the session that it opened, and its message.
#[derive(Debug)]
struct Answer {
    status: u16,
    session: Option<String>,
    message: Value,
}

impl App {
    async fn start() -> Self {
        let mounted = Router::new().route_service("/mcp", probe().await);
        Self(mounted.layer(middleware::from_fn(login)))
    }

    async fn ask(&mut self, user: Option<&str>, request: &Request) -> Answer {
        let request = match user {
            Some(user) => request.clone().header(USER, user),
            None => request.clone(),
        };
        ask(&mut self.0, &request).await
    }
}

async fn ask(router: &mut Router, request: &Request) -> Answer {
    let mut sent = http::Request::builder().method(request.method()).uri("/mcp");
    for (name, value) in request.headers() {
        sent = sent.header(name, value);
    }
    let sent = sent.body(Body::from(request.body().to_vec())).unwrap();
    let response = router.call(sent).await.unwrap();
    let (head, body) = response.into_parts();
    let session = head.headers.get("mcp-session-id").map(|id| id.to_str().unwrap().to_owned());
    let is_json = head.headers.get("content-type").is_some_and(|kind| kind == "application/json");
    let message = if is_json {
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    } else {
        Value::Null
    };
    Answer { status: head.status.as_u16(), session, message }
}

fn legacy(method: &str, params: &Value) -> Request {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    Request::bare("POST", "/mcp")
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .with_body(body.to_string().as_bytes())
}

fn initialize() -> Request {
    legacy(
        "initialize",
        &json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "suite", "version": "1.0.0" },
        }),
    )
}

fn run(test: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().build().unwrap().block_on(test);
}

/// AUTH-13: handlers know the principal, in both eras.
#[test]
fn a_handler_knows_for_whom_it_is_called() {
    run(async {
        let mut app = App::start().await;
        let params = json!({ "name": "whoami", "arguments": {} });
        for (user, principal) in [(Some("ada"), json!("ada")), (None, Value::Null)] {
            let modern = app.ask(user, &call(1, "whoami", json!({}))).await;
            let session = app.ask(user, &initialize()).await.session.unwrap();
            let request = legacy("tools/call", &params).header("Mcp-Session-Id", &session);
            let legacy = app.ask(user, &request).await;
            for (answer, era) in [(modern, "modern"), (legacy, "legacy")] {
                let who = &answer.message["result"]["structuredContent"];
                assert_eq!(*who, json!({ "principal": principal, "era": era }), "{answer:?}");
            }
        }
    });
}

/// HTTL-11, HTTL-17: a session is unknown to everybody but its principal, whatever is asked of it.
#[test]
fn a_session_belongs_to_its_principal() {
    run(async {
        let mut app = App::start().await;
        let users = [None, Some(""), Some("ada"), Some("bob"), Some("ada ")];
        for owner in users {
            let session = app.ask(owner, &initialize()).await.session.unwrap();
            let subscribe = legacy("resources/subscribe", &json!({ "uri": "probe://value" }));
            let requests = [
                legacy("ping", &json!({})),
                subscribe,
                legacy("tools/call", &json!({ "name": "echo", "arguments": { "message": "a" } })),
                Request::bare("GET", "/mcp").header("Accept", "text/event-stream"),
                Request::bare("GET", "/mcp")
                    .header("Accept", "text/event-stream")
                    .header("Last-Event-ID", "1-0"),
                Request::bare("DELETE", "/mcp"),
            ];
            let requests = requests.map(|it| it.header("Mcp-Session-Id", &session));
            for user in users.iter().filter(|user| **user != owner) {
                for request in &requests {
                    let answer = app.ask(*user, request).await;
                    assert_eq!(answer.status, 404, "{user:?} {owner:?} {request:?}");
                    assert!(answer.message["error"]["message"].is_string(), "{answer:?}");
                }
            }
            // It is still there for its owner.
            for (request, status) in requests.iter().zip([200, 200, 200, 200, 405, 204]) {
                assert_eq!(app.ask(owner, request).await.status, status, "{request:?}");
            }
        }
    });
}

fn confirm(more: &Value) -> Request {
    let able = json!({ "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} } });
    let mut params =
        json!({ "name": "confirm", "arguments": { "item": "a" }, "_meta": meta(&able) });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    Request::post("/mcp", &body.to_string())
}

/// MRTR-08, MRTR-10: the state of another principal is refused like one that was made up.
#[test]
fn a_state_belongs_to_its_principal() {
    run(async {
        let mut app = App::start().await;
        let made_up = app.ask(None, &confirm(&json!({ "requestState": "x" }))).await.message;
        assert_eq!(made_up["error"]["code"], -32602);
        let users = [None, Some(""), Some("ada"), Some("bob")];
        for owner in users {
            let asked = app.ask(owner, &confirm(&json!({}))).await.message;
            let (key, _) =
                asked["result"]["inputRequests"].as_object().unwrap().iter().next().unwrap();
            let yes = json!({ "action": "accept", "content": { "confirm": true } });
            let retry = confirm(&json!({
                "inputResponses": { key: yes }, "requestState": asked["result"]["requestState"],
            }));
            for user in users.iter().filter(|user| **user != owner) {
                assert_eq!(app.ask(*user, &retry).await.message, made_up, "{user:?} {owner:?}");
            }
            let confirmed = app.ask(owner, &retry).await.message;
            assert_eq!(confirmed["result"]["content"][0]["text"], "confirmed a", "{confirmed}");
        }
    });
}

/// The example of the guide's page about axum, with its own login.
#[test]
fn the_example_of_the_guide_tells_its_users_apart() {
    run(async {
        let (mut router, _) = example::application(example::Notes).await.unwrap();
        for (token, text) in [("of-ada", "ada has 3 notes"), ("of-bob", "bob hat 3 Notizen")] {
            let request = call(1, "count", json!({}));
            let request = request.header("Authorization", &format!("Bearer {token}"));
            let answer = ask(&mut router, &request).await;
            assert_eq!(answer.message["result"]["content"][0]["text"], text, "{answer:?}");
        }
        assert_eq!(ask(&mut router, &call(1, "count", json!({}))).await.status, 401);
        let as_ada = |request: &Request| request.clone().header("Authorization", "Bearer of-ada");
        let session = ask(&mut router, &as_ada(&initialize())).await.session.unwrap();
        let ping = legacy("ping", &json!({})).header("Mcp-Session-Id", &session);
        assert_eq!(ask(&mut router, &as_ada(&ping)).await.status, 200);
        let as_bob = ping.header("Authorization", "Bearer of-bob");
        assert_eq!(ask(&mut router, &as_bob).await.status, 404);
    });
}
