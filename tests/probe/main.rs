//! The server that is measured and tortured: five small tools over the standard streams.
//!
//! `--many N` offers N tools in all: `echo`, `add`, `sleep_ms` and fillers. `--misbehave` adds
//! tools that do what no tool should, and tools whose arguments are checked. `--line`,
//! `--in-flight`, `--waiting`, `--unsent` and `--result`, each with a number, and `--grace` with
//! milliseconds set the bounds of the connection.

use std::process::ExitCode;
use std::time::Duration;

use mcp_runtime::Limits;
use mcp_runtime::prelude::*;
use serde_json::json;

mod checked;
mod misbehaving;

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

/// Panic.
#[tool(name = "panic")]
async fn panic_now() -> String {
    panic!("this tool always panics")
}

/// Print a line to what is standard output elsewhere, then answer.
#[tool]
#[expect(clippy::print_stdout, reason = "it shows that the wire stays whole")]
async fn noisy() -> &'static str {
    println!("a line that is no message");
    "printed"
}

/// One of the tools that only make the list long.
fn filler(number: usize) -> Tool {
    let schema = json!({
        "type": "object",
        "properties": {
            "text": { "type": "string", "description": "Any text." },
            "count": { "type": "integer", "description": "Any number.", "default": 1 },
        },
        "required": ["text"],
    });
    Tool::raw(format!("filler_{number}"), schema, async |_| Ok::<_, String>("filled"))
        .description(format!("Filler number {number}: it makes the list of tools long."))
}

/// The number behind an option, if it is given.
fn number(option: &str) -> Option<usize> {
    let mut arguments = std::env::args().skip(1);
    arguments.find(|argument| argument == option)?;
    arguments.next()?.parse().ok()
}

fn limits() -> Limits {
    type Set = fn(Limits, usize) -> Limits;
    let options: [(&str, Set); 6] = [
        ("--line", Limits::line),
        ("--in-flight", Limits::in_flight),
        ("--waiting", Limits::waiting),
        ("--unsent", Limits::unsent),
        ("--result", Limits::result),
        ("--grace", |limits, ms| limits.grace(Duration::from_millis(ms as u64))),
    ];
    let given = options.into_iter().filter_map(|(option, set)| Some((number(option)?, set)));
    given.fold(Limits::default(), |limits, (number, set)| set(limits, number))
}

fn main() -> ExitCode {
    let server = Server::new("probe-server", env!("CARGO_PKG_VERSION")).limits(limits());
    let server = match number("--many") {
        None => server.with(handlers![echo, add, sleep_ms, panic_now, noisy]),
        Some(all) => {
            let fillers: Vec<Tool> = (3..all).map(filler).collect();
            server.with(handlers![echo, add, sleep_ms]).with(fillers)
        }
    };
    let misbehaves = std::env::args().any(|argument| argument == "--misbehave");
    let server = if misbehaves {
        server.with(misbehaving::tools()).with(misbehaving::anything()).with(checked::tools())
    } else {
        server
    };
    // Not `.run()`: that would read the command line itself.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let ended = runtime.block_on(server.serve_stdio());
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
