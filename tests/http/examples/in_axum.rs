//! The server of the guide's page "In an axum application", word for word.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use mcp_runtime::prelude::*;

/// What the application shares, and lends to the tools.
#[derive(Clone)]
struct Notes;

/// Who has logged in.
#[derive(Clone)]
struct User(String);

/// Count the user's notes.
#[tool(read_only)]
async fn count(_notes: &Notes, ctx: &Context) -> Result<String, &'static str> {
    let User(name) = ctx.extension().ok_or("nobody has logged in")?;
    Ok(format!("{name} has 3 notes"))
}

/// The application's own login.
async fn login(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let token = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let user = match token {
        Some("Bearer secret") => User("Ada".to_owned()),
        _ => return Err(StatusCode::UNAUTHORIZED),
    };
    request.extensions_mut().insert(user);
    Ok(next.run(request).await)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let notes = Notes;
    let app = Server::new("notes", "1.0.0").with(handlers![count]).state(notes).build().await?;
    let mcp = app.into_service().public_url("https://notes.example.com/mcp");

    let router = Router::new().route_service("/mcp", mcp.clone()).layer(middleware::from_fn(login));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    let stopped = async move {
        tokio::signal::ctrl_c().await.unwrap_or_default();
        mcp.stop().await;
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await
}
