//! What the probes offer, written once: one server that everything is measured and broken with,
//! over the standard streams (`probe-server`) and over HTTP (`http-probe`).

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mcp_runtime::prelude::*;
use mcp_runtime::{Limits, ProtocolVersion, ReadyServer, Switch};
use serde_json::json;

mod asking;
mod checked;
mod measured;
mod misbehaving;

pub use measured::measured;
use measured::{add, block_ms, count, echo, sleep_ms};

/// How often `probe://big` has its line: 1 MiB in all.
const LINES: usize = 16 * 1024;

/// What a probe's command line says, beside where it serves.
#[derive(Debug, Default)]
pub struct Options {
    many: Option<usize>,
    misbehaves: bool,
    prints_first: bool,
    limits: Limits,
}

type SetLimit = fn(Limits, usize) -> Limits;

/// The options that bound what is taken, each with a number.
const LIMITS: [(&str, SetLimit); 11] = [
    ("--line", Limits::line),
    ("--in-flight", Limits::in_flight),
    ("--waiting", Limits::waiting),
    ("--unsent", Limits::unsent),
    ("--result", Limits::result),
    ("--grace", |limits, ms| limits.grace(Duration::from_millis(ms as u64))),
    ("--body", Limits::body),
    ("--connections", Limits::connections),
    ("--calls", Limits::calls),
    ("--listeners", Limits::listeners),
    ("--drain", |limits, ms| limits.drain(Duration::from_millis(ms as u64))),
];

impl Options {
    /// Takes an option with its value out of what follows on the command line; whether it is one
    /// of these.
    ///
    /// # Errors
    /// If its value is missing, or no number.
    pub fn take(
        &mut self,
        option: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<bool, String> {
        if option == "--misbehave" {
            self.misbehaves = true;
            return Ok(true);
        }
        if option == "--print-first" {
            self.prints_first = true;
            return Ok(true);
        }
        let limit = LIMITS.iter().find(|(name, _)| *name == option);
        if option != "--many" && limit.is_none() {
            return Ok(false);
        }
        let number = rest.next().and_then(|number| number.parse().ok());
        let number = number.ok_or_else(|| format!("`{option}` takes a number"))?;
        match limit {
            Some((_, set)) => self.limits = set(self.limits.clone(), number),
            None => self.many = Some(number),
        }
        Ok(true)
    }

    /// The server.
    pub fn server(self, name: &str) -> ReadyServer {
        let mut server = Server::new(name, env!("CARGO_PKG_VERSION")).limits(self.limits);
        let mut switch = None;
        let server = match self.many {
            None => {
                let extra = switch.insert(server.switch());
                extra.tool("extra", false);
                server.with(handlers()).with(asking::tools())
            }
            Some(all) => {
                let fillers: Vec<Tool<Probe>> = (3..all).map(filler).collect();
                server.with(handlers![echo, add, sleep_ms]).with(fillers)
            }
        };
        let server = if self.misbehaves {
            let strange = server.with(misbehaving::tools()).with(misbehaving::anything());
            strange.with(checked::tools()).with(checked::send())
        } else {
            server
        };
        let state = Probe { value: Mutex::new("unset".to_owned()), switch };
        if !self.prints_first {
            return server.state(state);
        }
        server.open(async move |()| {
            misbehaving::print_before_serving();
            Ok::<_, String>(state)
        })
    }
}

/// What calls change.
struct Probe {
    /// What `probe://value` holds.
    value: Mutex<String>,
    /// Turns the tool `extra` on and off, where there is one.
    switch: Option<Switch>,
}

/// All that well-behaved clients are shown.
fn handlers() -> Handlers<Probe> {
    handlers![
        echo, add, sleep_ms, panic_now, noisy, block_ms, fail, count, log, whoami, set, turn,
        extra, value, big, item, greet
    ]
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

/// How a call fails.
#[data]
enum Failure {
    Shown,
    Hidden,
    Protocol,
}

/// An error with what caused it.
#[derive(Debug)]
struct Broken {
    what: &'static str,
    cause: Option<Box<Broken>>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Fail.
#[tool(read_only, closed_world)]
async fn fail(
    /// Who learns why.
    kind: Failure,
) -> Result<String, Error> {
    let disk = Broken { what: "the disk is full", cause: None };
    let file = Broken { what: "the file cannot be written", cause: Some(Box::new(disk)) };
    let broken = Broken { what: "the note cannot be kept", cause: Some(Box::new(file)) };
    Err(match kind {
        Failure::Shown => Error::from(broken),
        Failure::Hidden => {
            Error::hidden("the note cannot be kept: the file cannot be written: the disk is full")
        }
        Failure::Protocol => Error::protocol(4001, "the note cannot be kept"),
    })
}

/// Log a text for the client.
#[tool(read_only, closed_world)]
async fn log(
    ctx: &Context,
    /// How grave it is.
    level: String,
    /// What is logged.
    text: String,
) -> Result<&'static str, String> {
    let read = serde_json::from_value::<LoggingLevel>(json!(level));
    let level = read.map_err(|_| format!("no level is called `{level}`"))?;
    ctx.log_as("probe", level, text);
    Ok("logged")
}

/// The two ways to be served.
#[data]
enum Era {
    Modern,
    Legacy,
}

/// For whom a call is served.
#[data]
struct Caller {
    principal: Option<String>,
    era: Era,
}

/// For whom this call is served.
#[tool(read_only, closed_world)]
async fn whoami(ctx: &Context) -> Caller {
    let is_modern = ctx.protocol_version() >= ProtocolVersion::V2026_07_28;
    let principal = ctx.principal().map(str::to_owned);
    Caller { principal, era: if is_modern { Era::Modern } else { Era::Legacy } }
}

/// Change the value of `probe://value`, and tell those who listen to it.
#[tool]
async fn set(
    probe: &Probe,
    ctx: &Context,
    /// The new value.
    value: String,
) -> &'static str {
    *probe.value.lock().unwrap_or_else(PoisonError::into_inner) = value;
    ctx.notifier().updated("probe://value");
    "set"
}

/// Turn the tool `extra` on or off.
#[tool(name = "switch", idempotent)]
async fn turn(
    probe: &Probe,
    /// Whether it is there from now on.
    on: bool,
) -> &'static str {
    if let Some(switch) = &probe.switch {
        switch.tool("extra", on);
    }
    if on { "on" } else { "off" }
}

/// Be there while it is turned on.
#[tool(read_only, closed_world)]
async fn extra() -> &'static str {
    "extra"
}

/// A value.
#[resource("probe://value", subscribe)]
async fn value(probe: &Probe) -> String {
    probe.value.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A megabyte of text.
#[resource("probe://big")]
async fn big() -> String {
    "sixty-three characters and a newline, so that a line has 64....\n".repeat(LINES)
}

/// One of any number of items.
#[resource("probe://item/{id}")]
async fn item(#[arg(complete = ids)] id: String) -> String {
    format!("item {id}")
}

/// The items that are proposed.
#[completion]
async fn ids(typed: String) -> Vec<&'static str> {
    ["a", "b", "c"].into_iter().filter(|id| id.starts_with(&typed)).collect()
}

/// Ask for a greeting.
#[prompt]
async fn greet(
    /// Whom to greet.
    name: String,
    /// Whether to be glad about it.
    #[arg(default = false)]
    excited: bool,
) -> String {
    format!("Greet {name}{}", if excited { "!" } else { "." })
}

/// One of the tools that only make the list long.
fn filler(number: usize) -> Tool<Probe> {
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
