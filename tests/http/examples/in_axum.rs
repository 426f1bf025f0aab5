//! The server of the guide's page "In an axum application", word for word.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use mcp_runtime::prelude::*;
use mcp_runtime::{HttpService, Principal, StartError};

/// What the application shares, and lends to the tools.
#[derive(Clone)]
pub(crate) struct Notes;

/// The user's settings, which the application knows after the login.
#[derive(Clone)]
struct Settings {
    language: &'static str,
}

/// Count the user's notes.
#[tool(read_only)]
async fn count(_notes: &Notes, ctx: &Context) -> Result<String, &'static str> {
    let name = ctx.principal().ok_or("nobody has logged in")?;
    Ok(match ctx.extension() {
        Some(Settings { language: "de" }) => format!("{name} hat 3 Notizen"),
        _ => format!("{name} has 3 notes"),
    })
}

/// The application's own login.
async fn login(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let token = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let (name, language) = match token {
        Some("Bearer of-ada") => ("ada", "en"),
        Some("Bearer of-bob") => ("bob", "de"),
        _ => return Err(StatusCode::UNAUTHORIZED),
    };
    request.extensions_mut().insert(Principal::new(name));
    request.extensions_mut().insert(Settings { language });
    Ok(next.run(request).await)
}

/// The application, with the server at `/mcp`.
pub(crate) async fn application(notes: Notes) -> Result<(Router, HttpService), StartError> {
    let app = Server::new("notes", "1.0.0").with(handlers![count]).state(notes).build().await?;
    let mcp = app.into_service().public_url("https://notes.example.com/mcp");
    let router = Router::new().route_service("/mcp", mcp.clone());
    Ok((router.layer(middleware::from_fn(login)), mcp))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let (router, mcp) = application(Notes).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    let stopped = async move {
        tokio::signal::ctrl_c().await.unwrap_or_default();
        mcp.stop().await;
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await
}
