//! Tools that do what no tool should, offered with `--misbehave`.

use std::collections::BTreeSet;
use std::fmt;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use mcp_runtime::Question;
use mcp_runtime::prelude::*;
use mcp_runtime::protocol::CreateMessageRequestParams;
use serde_json::{Value, json};
use tokio::sync::watch;

/// All of them.
pub(super) fn tools<S: Send + Sync + 'static>() -> Handlers<S> {
    handlers![
        wait,
        open,
        hold,
        hold_and_tell,
        spin,
        held,
        stall_ms,
        block_for_ever,
        blocking_ms,
        blocked,
        panic_later,
        panic_blocking,
        panic_while_dropped,
        panic_oddly,
        panic_at_length,
        fail_badly,
        fail_secretly,
        repeat,
        repeat_later,
        chatter,
        repeat_blocks,
        fail_at_length,
        need_a_model,
        print,
        print_to_stderr,
        print_at_length,
        print_and_block,
        print_for_ever,
        read_input,
        child_prints,
        child_stays,
        spawn,
        exit,
        optional
    ]
}

/// A tool whose arguments nobody checks: it gives them back.
pub(super) fn anything<S: 'static>() -> Tool<S> {
    let answer = async |call: RawCall<S>| Ok::<_, String>(Value::from(call.arguments));
    Tool::raw("anything", json!({ "type": "object" }), answer)
}

/// What calls of `wait` wait for.
static OPENED: LazyLock<watch::Sender<BTreeSet<u64>>> =
    LazyLock::new(|| watch::Sender::new(BTreeSet::new()));

/// Calls that never answer, and functions of `blocking_ms`, that have begun and not ended.
static HELD: AtomicUsize = AtomicUsize::new(0);
static BLOCKED: AtomicUsize = AtomicUsize::new(0);

struct Counted(&'static AtomicUsize);

impl Counted {
    fn new(count: &'static AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Wait until a gate is open.
#[tool]
async fn wait(gate: u64) -> String {
    let mut opened = OPENED.subscribe();
    // The sender is never dropped.
    opened.wait_for(|opened| opened.contains(&gate)).await.map(drop).unwrap_or_default();
    format!("passed {gate}")
}

/// Open a gate.
#[tool]
async fn open(gate: u64) {
    OPENED.send_modify(|opened| {
        opened.insert(gate);
    });
}

/// Never answer.
#[tool]
async fn hold() -> String {
    let _counted = Counted::new(&HELD);
    std::future::pending().await
}

/// Say that it has begun, and never answer.
#[tool]
async fn hold_and_tell(ctx: &Context) -> String {
    let _counted = Counted::new(&HELD);
    ctx.progress(1).of(2).message("begun");
    std::future::pending().await
}

/// Never answer, and be busy with it.
#[tool]
async fn spin() -> String {
    let _counted = Counted::new(&HELD);
    loop {
        tokio::task::yield_now().await;
    }
}

/// How many calls there are that never answer.
#[tool]
async fn held() -> String {
    HELD.load(Ordering::SeqCst).to_string()
}

/// Block where nothing may block.
#[tool]
async fn stall_ms(ms: u64) -> String {
    thread::sleep(Duration::from_millis(ms));
    format!("stalled {ms} ms")
}

/// Block for ever, where blocking belongs.
#[tool]
fn block_for_ever() {
    let _counted = Counted::new(&BLOCKED);
    loop {
        thread::park();
    }
}

/// Block for a while, where blocking belongs.
#[tool]
fn blocking_ms(ms: u64) -> String {
    let _counted = Counted::new(&BLOCKED);
    thread::sleep(Duration::from_millis(ms));
    format!("blocked {ms} ms")
}

/// How many functions block.
#[tool]
async fn blocked() -> String {
    BLOCKED.load(Ordering::SeqCst).to_string()
}

/// Panic after a while.
#[tool]
async fn panic_later(ms: u64) -> String {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    panic!("the password is 1234")
}

/// Panic in a thread.
#[tool]
fn panic_blocking() -> String {
    panic!("the password is 1234")
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("the password is 1234")
    }
}

/// Panic as the call ends, however it ends.
#[tool]
async fn panic_while_dropped(ms: u64) -> String {
    let _panics = PanicsWhenDropped;
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    "ended".to_owned()
}

/// Panic with a value that panics.
#[tool]
async fn panic_oddly() -> String {
    std::panic::panic_any(PanicsWhenDropped)
}

/// Panic with a long message.
#[tool]
async fn panic_at_length(bytes: usize) -> String {
    panic!("{}", "x".repeat(bytes))
}

/// An error whose cause cannot be written.
#[derive(Debug)]
struct Bad(Option<Box<Bad>>);

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(_) => f.write_str("it went badly"),
            None => panic!("the password is 1234"),
        }
    }
}

impl std::error::Error for Bad {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_deref().map(|bad| bad as _)
    }
}

/// Fail with an error that panics.
#[tool]
async fn fail_badly() -> Result<String, Error> {
    Err(Error::from(Bad(Some(Box::new(Bad(None))))))
}

/// Fail, and leave the reason to the log.
#[tool]
async fn fail_secretly() -> Result<String, Error> {
    Err(Error::hidden("the password is 1234"))
}

/// Answer with a long text.
#[tool]
async fn repeat(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// Answer with a long text, and not at once.
#[tool]
async fn repeat_later(bytes: usize) -> String {
    tokio::task::yield_now().await;
    "x".repeat(bytes)
}

/// Log a lot before the answer.
#[tool]
async fn chatter(ctx: &Context, messages: usize, bytes: usize) -> &'static str {
    let data = "x".repeat(bytes);
    for _ in 0..messages {
        ctx.log(LoggingLevel::Alert, &data);
        tokio::task::yield_now().await;
    }
    "said"
}

/// Answer with many blocks.
#[tool]
async fn repeat_blocks(count: usize) -> Vec<Content> {
    (0..count).map(|number| Content::text(number.to_string())).collect()
}

/// Fail with a long text.
#[tool]
async fn fail_at_length(bytes: usize) -> Result<String, String> {
    Err("x".repeat(bytes))
}

/// Need what no client has said it can do.
#[tool]
async fn need_a_model(ctx: &Context, is_told: Option<bool>) -> &'static str {
    if is_told == Some(true) {
        ctx.progress(1).of(2).message("looking for a model");
    }
    ctx.ask(Question::sample(CreateMessageRequestParams::new("Are you there?", 10))).await;
    "there is a model"
}

/// Print lines that look like messages.
#[tool]
#[expect(clippy::print_stdout, reason = "it shows that the wire stays whole")]
async fn print(lines: usize) -> &'static str {
    for number in 0..lines {
        println!(r#"{{"jsonrpc":"2.0","id":{number},"result":{{"printed":true}}}}"#);
    }
    "printed"
}

/// Prints as code that opens the state may, itself and by a child.
#[expect(clippy::print_stdout, reason = "it shows that the wire stays whole")]
pub(super) fn print_before_serving() {
    println!("printed first");
    Command::new("echo").arg("a child printed first").status().expect("`echo` is everywhere");
}

/// Print to standard error.
#[tool]
#[expect(clippy::print_stderr, reason = "it shows that nobody needs to read it")]
async fn print_to_stderr(lines: usize) -> &'static str {
    for number in 0..lines {
        eprintln!("line {number} of standard error");
    }
    "printed"
}

/// Print one long line.
#[tool]
#[expect(clippy::print_stdout, reason = "it shows that the wire stays whole")]
async fn print_at_length(bytes: usize) -> &'static str {
    println!("{}", "x".repeat(bytes));
    "printed"
}

/// Print a line, then block where nothing may block.
#[tool]
#[expect(clippy::print_stdout, reason = "it tells from outside that the call runs")]
async fn print_and_block(ms: u64) -> &'static str {
    println!("blocking");
    thread::sleep(Duration::from_millis(ms));
    "blocked"
}

/// Print for ever, where blocking belongs.
#[tool]
#[expect(clippy::print_stdout, reason = "it shows that the end does not wait for it")]
fn print_for_ever() {
    loop {
        println!("again");
    }
}

/// Read what is standard input elsewhere.
#[tool]
fn read_input() -> Result<String, Error> {
    let mut line = String::new();
    let length = std::io::stdin().read_line(&mut line)?;
    Ok(format!("{length} bytes"))
}

/// Run a child that prints to the standard output it has inherited.
#[tool]
fn child_prints() -> Result<String, Error> {
    let status = Command::new("sh").args(["-c", "echo a line of a child"]).status()?;
    Ok(status.to_string())
}

/// Run a child that stays, with all that it inherits but stderr.
#[tool]
fn child_stays() -> Result<String, Error> {
    let child = Command::new("sleep").arg("600").stderr(Stdio::null()).spawn()?;
    Ok(child.id().to_string())
}

/// Start a task and a thread that outlive the call.
#[tool]
async fn spawn() -> &'static str {
    tokio::spawn(std::future::pending::<()>());
    thread::spawn(|| {
        loop {
            thread::park();
        }
    });
    "spawned"
}

/// End the process.
#[tool]
#[expect(clippy::exit, reason = "it shows what becomes of the connection")]
async fn exit(status: i32) -> String {
    std::process::exit(status)
}

/// Take what may be left out.
#[tool]
async fn optional(text: Option<String>, number: Option<f64>) -> String {
    format!("{text:?} {number:?}")
}
