//! The tools of `probe-server` on the official Rust SDK, to compare with.
//!
//! Without an option it is set up as the SDK's README shows it: `stdio()`, which hands every read
//! and write to a blocking thread; the multi-threaded runtime of `#[tokio::main]`; and a plain
//! `#[tool_handler]`, which builds the router anew for each request. With `--best` it is set up for
//! speed, with everything that the SDK offers for it: `stdio_pipes()`, which reads and writes
//! without blocking; one thread; and a router that is built once and kept in a field.
//!
//! `--many N` offers N tools in all: `echo`, `add`, `sleep_ms` and fillers.

use std::error::Error;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rmcp::handler::server::router::tool::{ToolRoute, ToolRouter};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool};
use rmcp::transport::{stdio, stdio_pipes};
use rmcp::{Json, ServerHandler, ServiceExt, tool, tool_handler, tool_router};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

mod tools;

use tools::{AddArgs, EchoArgs, SleepArgs, Sum, tools};

/// How many tools the SDK's macros make here.
const OWN: usize = 3;

/// The server as the documentation has it.
#[derive(Debug, Clone)]
struct Documented;

tools!(Documented, own_tools, {});

impl Documented {
    /// What a plain `#[tool_handler]` calls for every request.
    fn tool_router() -> ToolRouter<Self> {
        with_fillers(Self::own_tools())
    }
}

#[tool_handler(name = "rmcp-server", version = "3.9.0")]
impl ServerHandler for Documented {}

/// The server with its router kept.
#[derive(Debug, Clone)]
struct Best {
    router: ToolRouter<Self>,
}

tools!(Best, own_tools, {});

#[tool_handler(router = self.router, name = "rmcp-server", version = "3.9.0")]
impl ServerHandler for Best {}

fn with_fillers<S: Send + Sync + 'static>(router: ToolRouter<S>) -> ToolRouter<S> {
    FILLERS.iter().cloned().fold(router, |router, tool| {
        router.with_route(ToolRoute::new_dyn(tool, |_| {
            let filled = CallToolResult::success(vec![ContentBlock::text("filled")]);
            Box::pin(async { Ok(filled.into()) })
        }))
    })
}

/// The tools that only make the list long. Made once, as the SDK keeps the schemas that its macros
/// make.
static FILLERS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    let schema = json!({
        "type": "object",
        "properties": {
            "text": { "type": "string", "description": "Any text." },
            "count": { "type": "integer", "description": "Any number.", "default": 1 },
        },
        "required": ["text"],
    });
    let schema: Arc<JsonObject> = match schema {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    };
    (OWN..many().unwrap_or(OWN))
        .map(|number| {
            let description = format!("Filler number {number}: it makes the list of tools long.");
            Tool::new(format!("filler_{number}"), description, Arc::clone(&schema))
        })
        .collect()
});

/// How many tools `--many N` asks for.
fn many() -> Option<usize> {
    let mut arguments = std::env::args().skip(1);
    arguments.find(|argument| argument == "--many")?;
    arguments.next()?.parse().ok()
}

fn serve(is_best: bool) -> Result<(), Box<dyn Error>> {
    if is_best {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let best = Best { router: with_fillers(Best::own_tools()) };
            best.serve(stdio_pipes()).await?.waiting().await?;
            Ok(())
        })
    } else {
        // The same as under `#[tokio::main]`.
        Runtime::new()?.block_on(async {
            Documented.serve(stdio()).await?.waiting().await?;
            Ok(())
        })
    }
}

fn main() -> ExitCode {
    match serve(std::env::args().any(|argument| argument == "--best")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
