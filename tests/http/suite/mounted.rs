//! The service in an axum application: its layers, its state, its end.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use mcp_runtime::prelude::*;
use mcp_tests::json;
use tower_service::Service;

/// Who has logged in.
#[derive(Clone)]
struct User(&'static str);

/// Tell who calls, and in which language they read.
#[tool(read_only)]
async fn whoami(ctx: &Context) -> Result<String, &'static str> {
    let User(name) = ctx.extension().ok_or("nobody has logged in")?;
    let language = ctx.extension::<http::HeaderMap>().and_then(|it| it.get("accept-language"));
    Ok(format!("{name} reads {}", language.and_then(|it| it.to_str().ok()).unwrap_or("anything")))
}

async fn login(mut request: Request, next: Next) -> Response {
    if request.headers().contains_key("authorization") {
        request.extensions_mut().insert(User("Ada"));
    }
    next.run(request).await
}

fn call(authorized: bool) -> Request {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let params = json!({ "name": "whoami", "arguments": {}, "_meta": meta });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let mut request = Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "whoami")
        .header("accept-language", "en");
    if authorized {
        request = request.header("authorization", "Bearer secret");
    }
    request.body(Body::from(body.to_string())).unwrap()
}

async fn text(router: &mut Router, request: Request) -> String {
    let response = router.call(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let answer = json::parse(std::str::from_utf8(&body).unwrap()).unwrap();
    answer["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_a_layer_puts_into_a_request_reaches_a_tool() {
    mcp_runtime::testing::block_on(async {
        let server = Server::new("mounted", "1.0.0").with(handlers![whoami]).state(());
        let service = server.build().await.unwrap().into_service();
        let mut router =
            Router::new().route_service("/mcp", service.clone()).layer(middleware::from_fn(login));
        assert_eq!(text(&mut router, call(true)).await, "Ada reads en");
        assert_eq!(text(&mut router, call(false)).await, "nobody has logged in");
        service.stop().await;
        let response = router.call(call(true)).await.unwrap();
        assert_eq!(response.status(), 503);
    });
}

/// The page's code is an example of this package, so that it compiles.
#[test]
fn the_guide_shows_the_example() {
    let page = include_str!("../../../mcp-runtime/guide/in_axum.md");
    let (_, example) = include_str!("../examples/in_axum.rs").split_once("\n\n").unwrap();
    assert!(page.contains(&format!("```rust,no_run\n{example}```")));
}
