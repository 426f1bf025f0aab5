//! The tools of the benchmark of HTTP on the official Rust SDK, to compare with.
//!
//! Without an option it is set up as the SDK's documentation shows it, with answers of JSON:
//! mounted into axum, the multi-threaded runtime of `#[tokio::main]`, and a plain
//! `#[tool_handler]`, which builds the router anew for each request. With `--best` it is set up
//! for speed, with everything that the SDK offers for it: mounted into hyper, one thread, and a
//! router that is built once and kept in a field. With `--sessions` the versions up to 2025-11-25
//! have sessions.

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::ProgressNotificationParam;
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{Json, RoleServer, ServerHandler, schemars, tool, tool_handler, tool_router};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

#[path = "../rmcp/tools.rs"]
mod tools;

use tools::{AddArgs, EchoArgs, SleepArgs, Sum, tools};

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct CountArgs {
    /// How far.
    to: u32,
    /// How long before each, in milliseconds.
    #[serde(default)]
    delay_ms: u64,
}

/// The same tools for both set-ups.
macro_rules! tools_and_count {
    ($server:ty) => {
        tools!($server, tool_router, {
            #[tool(
                description = "Count, with progress.",
                annotations(read_only_hint = true, open_world_hint = false)
            )]
            async fn count(
                &self,
                Parameters(args): Parameters<CountArgs>,
                context: RequestContext<RoleServer>,
            ) -> String {
                let token = context.meta.get_progress_token();
                for k in 1..=args.to {
                    if args.delay_ms > 0 {
                        tokio::time::sleep(Duration::from_millis(args.delay_ms)).await;
                    }
                    if let Some(token) = &token {
                        let said = ProgressNotificationParam::new(token.clone(), f64::from(k))
                            .with_total(f64::from(args.to))
                            .with_message(format!("{k} of {}", args.to));
                        // A client that has left is told nothing.
                        context.peer.notify_progress(said).await.unwrap_or_default();
                    }
                }
                format!("counted to {}", args.to)
            }
        });
    };
}

/// The server as the documentation has it.
#[derive(Debug, Clone)]
struct Documented;

tools_and_count!(Documented);

#[tool_handler(name = "rmcp-http-server", version = "3.11.0")]
impl ServerHandler for Documented {}

/// The server with its router kept.
#[derive(Debug, Clone)]
struct Best {
    router: Arc<ToolRouter<Self>>,
}

tools_and_count!(Best);

#[tool_handler(router = self.router, name = "rmcp-http-server", version = "3.11.0")]
impl ServerHandler for Best {}

fn config() -> StreamableHttpServerConfig {
    let config = StreamableHttpServerConfig::default();
    // Answers are JSON where there are no sessions.
    config.with_legacy_session_mode(has("--sessions")).with_json_response(true)
}

/// Whether an option is given.
fn has(option: &str) -> bool {
    std::env::args().any(|argument| argument == option)
}

async fn bind() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("listening on http://{}/mcp", listener.local_addr()?);
    Ok(listener)
}

async fn documented() -> io::Result<()> {
    let sessions = Arc::<LocalSessionManager>::default();
    let service = StreamableHttpService::new(|| Ok(Documented), sessions, config());
    let router = axum::Router::new().nest_service("/mcp", service);
    axum::serve(bind().await?, router).await
}

async fn best() -> io::Result<()> {
    let best = Best { router: Arc::new(Best::tool_router()) };
    let sessions = Arc::<LocalSessionManager>::default();
    let service = StreamableHttpService::new(move || Ok(best.clone()), sessions, config());
    let listener = bind().await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(service.clone());
        let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // How a connection fails is its client's business.
        tokio::spawn(async { serving.await.unwrap_or_default() });
    }
}

fn serve(is_best: bool) -> Result<(), Box<dyn Error>> {
    if is_best {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(best())?;
    } else {
        // The same as under `#[tokio::main]`.
        Runtime::new()?.block_on(documented())?;
    }
    Ok(())
}

fn main() -> ExitCode {
    match serve(has("--best")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
