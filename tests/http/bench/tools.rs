//! The tools that are measured, and their server.

use std::thread;
use std::time::Duration;

use mcp_runtime::prelude::*;

/// Answer with exactly the message that was sent.
#[tool(read_only, closed_world)]
async fn echo(
    /// What comes back.
    message: String,
) -> String {
    message
}

/// The sum of two numbers.
#[data]
struct Sum {
    /// `a + b`.
    sum: i64,
}

/// Add two numbers.
#[tool(read_only, closed_world)]
async fn add(
    /// The first number.
    a: i64,
    /// The second number.
    b: i64,
) -> Result<Sum, String> {
    let sum = a.checked_add(b).ok_or("the sum is beyond 64 bits: send smaller numbers")?;
    Ok(Sum { sum })
}

/// Answer after a while.
#[tool(read_only, closed_world)]
async fn sleep_ms(
    /// How long, in milliseconds.
    ms: u64,
) -> String {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    format!("slept {ms} ms")
}

/// Answer after a while, blocking a thread.
#[tool(read_only, closed_world)]
fn block_ms(
    /// How long, in milliseconds.
    ms: u64,
) -> String {
    thread::sleep(Duration::from_millis(ms));
    format!("blocked {ms} ms")
}

/// Count, with progress.
#[tool(read_only, closed_world)]
async fn count(
    /// How far.
    to: usize,
    /// How long to wait before each, in milliseconds.
    #[arg(default)]
    delay_ms: u64,
    context: &Context,
) -> String {
    for k in 1..=to {
        if delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        context.progress(k).of(to).message(format!("{k} of {to}"));
    }
    format!("counted to {to}")
}

/// The server that is measured.
pub(crate) fn server() -> Server {
    Server::new("bench-server", "1.0.0").with(handlers![echo, add, sleep_ms, block_ms, count])
}
