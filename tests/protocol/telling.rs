//! A server whose calls tell of themselves before they are answered: progress and log messages.

use mcp_runtime::prelude::*;
use mcp_runtime::{ReadyServer, Reporter};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A server of tools that tell.
pub(crate) fn telling() -> ReadyServer {
    let (late, reporters) = unbounded_channel();
    Server::new("telling", "1.0.0")
        .with(handlers![steps, fraction, lines, backwards, never, from_a_task, from_a_thread])
        .with(handlers![keep_reporter, use_reporter, log_all, log_data])
        .state(Late { kept: late, reporters: Mutex::new(reporters) })
}

/// Reporters of calls that have ended.
struct Late {
    kept: UnboundedSender<Reporter>,
    reporters: Mutex<UnboundedReceiver<Reporter>>,
}

/// Take many small steps.
#[tool(read_only)]
async fn steps(ctx: &Context, to: u32) -> &'static str {
    for step in 1..=to {
        ctx.progress(step).of(to).message(format!("step {step}"));
    }
    "done"
}

/// Be a quarter done.
#[tool(read_only)]
async fn fraction(ctx: &Context) -> &'static str {
    ctx.progress(0.25).of(1);
    "done"
}

/// Count without knowing how far.
#[tool(read_only)]
async fn lines(ctx: &Context) -> &'static str {
    ctx.progress(7_u64);
    "done"
}

/// Report progress that is not more than before.
#[tool(read_only)]
async fn backwards(ctx: &Context) -> &'static str {
    for step in [3, 2, 3] {
        ctx.progress(step).of(10);
    }
    "done"
}

/// Report what is not a number.
#[tool(read_only)]
async fn never(ctx: &Context) -> &'static str {
    ctx.progress(f64::NAN);
    ctx.progress(f64::INFINITY).of(1);
    ctx.progress(1).of(f64::NAN).message("");
    "done"
}

/// Report from a task.
#[tool(read_only)]
async fn from_a_task(ctx: &Context) -> Result<&'static str, Error> {
    let reporter = ctx.reporter();
    let task = tokio::spawn(async move {
        reporter.log_as("task", LoggingLevel::Info, "begun");
        reporter.progress(1).of(2).message("in a task");
    });
    task.await?;
    Ok("done")
}

/// Report from a thread of a function that blocks.
#[tool(read_only)]
fn from_a_thread(ctx: &Context) -> &'static str {
    let reporter = ctx.reporter();
    std::thread::scope(|threads| {
        threads.spawn(|| reporter.progress(1).message("in a thread"));
    });
    "done"
}

/// Keep the reporter of this call.
#[tool(read_only)]
async fn keep_reporter(late: &Late, ctx: &Context) -> &'static str {
    ctx.progress(1).of(2);
    late.kept.send(ctx.reporter()).unwrap_or_default();
    "kept"
}

/// Use it.
#[tool(read_only)]
async fn use_reporter(late: &Late) -> &'static str {
    if let Some(reporter) = late.reporters.lock().await.recv().await {
        reporter.progress(2).of(2);
        reporter.log(LoggingLevel::Emergency, "late");
    }
    "used"
}

/// Log at every level.
#[tool(read_only)]
async fn log_all(ctx: &Context) -> &'static str {
    ctx.log_as("all", LoggingLevel::Debug, "debug");
    ctx.log_as("all", LoggingLevel::Info, "info");
    ctx.log_as("all", LoggingLevel::Notice, "notice");
    ctx.log_as("all", LoggingLevel::Warning, "warning");
    ctx.log_as("all", LoggingLevel::Error, "error");
    ctx.log_as("all", LoggingLevel::Critical, "critical");
    ctx.log_as("all", LoggingLevel::Alert, "alert");
    ctx.log_as("all", LoggingLevel::Emergency, "emergency");
    "logged"
}

/// Log data.
#[tool(read_only)]
async fn log_data(ctx: &Context) -> &'static str {
    ctx.log(LoggingLevel::Warning, json!({ "retries": 3, "host": null }));
    "logged"
}
