//! The tools that benchmarks call: the probes offer them, and servers that offer nothing else.

use std::thread;
use std::time::Duration;

use mcp_runtime::prelude::*;

/// The tools that benchmarks call, alone.
pub fn measured() -> Handlers<()> {
    handlers![echo, add, sleep_ms, block_ms, count]
}

/// Answer with exactly the message that was sent.
#[tool(read_only, closed_world)]
pub(super) async fn echo(
    /// What comes back.
    message: String,
) -> String {
    message
}

/// The sum of two numbers.
#[data]
pub(super) struct Sum {
    /// `a + b`.
    sum: i64,
}

/// Add two numbers.
#[tool(read_only, closed_world)]
pub(super) async fn add(
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
pub(super) async fn sleep_ms(
    /// How long, in milliseconds.
    ms: u64,
) -> String {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    format!("slept {ms} ms")
}

/// Answer after a while, and block a thread until then.
#[tool(read_only, closed_world)]
pub(super) fn block_ms(
    /// How long, in milliseconds.
    ms: u64,
) -> String {
    thread::sleep(Duration::from_millis(ms));
    format!("blocked {ms} ms")
}

/// Count, and say how far it is.
#[tool(read_only, closed_world)]
pub(super) async fn count(
    ctx: &Context,
    /// The last number.
    to: usize,
    /// How long each takes, in milliseconds.
    #[arg(default = 0)]
    delay_ms: u64,
) -> String {
    for k in 1..=to {
        if delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        ctx.progress(k).of(to).message(format!("{k} of {to}"));
    }
    format!("counted to {to}")
}
