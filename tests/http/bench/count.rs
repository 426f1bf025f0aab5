//! What is counted and not timed, the same on every run, so that CI can hold it: heap allocations
//! of a call over HTTP, tasks, and crates.
//!
//! ```text
//! cargo bench -p mcp-http --bench count [-- --write]
//!
//! --write   rewrite `bench/counts.json` instead of comparing with it
//! ```
//!
//! Allocations are those above the floor's, which has the same hyper. Both serve in this process,
//! over a socket; two runs of different length are taken, and their difference, so that starting
//! and ending cancel out. A figure more than 3 % above the agreed one, or above its goal, fails the
//! run.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use mcp_runtime::Server;
use mcp_tests::probe::measured;
use serde_json::{Map, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::{Builder, Handle, Runtime};

mod floor;
#[expect(dead_code, reason = "the benchmark uses the rest of it")]
mod messages;

use messages::{Answer, FIRST_ID, Request};

type Failure = Box<dyn Error>;

/// The figures that were last agreed to.
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/counts.json");

/// How much more than agreed is taken for noise.
const TOLERANCE: f64 = 1.03;

/// The shorter run; the longer one has twice as many calls.
const CALLS: usize = 500;

/// The most allocations of a call above the floor's.
const ALLOCATIONS: f64 = 6.0;

/// The most crates, with these features.
const CRATES: [(&str, usize); 3] = [("", 35), ("cli", 43), ("http", 50)];

fn main() -> ExitCode {
    // `cargo test --benches` starts this too, and unoptimised: those figures are others.
    if cfg!(debug_assertions) {
        eprintln!("only an optimised build is counted: see `cargo bench`");
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "no server: the figures are what this program is for")]
fn run() -> Result<bool, Failure> {
    let is_written = std::env::args().any(|argument| argument == "--write");
    let mut agreed: Map<String, Value> = match fs::read(COUNTS) {
        Ok(json) => serde_json::from_slice(&json)?,
        Err(_) => Map::new(),
    };
    let mut is_kept = true;
    println!("| allocations a call | ours | floor | above | agreed | goal | |");
    println!("|---|---:|---:|---:|---:|---:|---|");
    for (name, request) in [("echo", Request::echo()), ("add", Request::add())] {
        let [ours, floor] = [Side::Ours, Side::Floor].map(|side| allocations(side, &request));
        let (ours, floor) = (ours?, floor?);
        let above = ((ours - floor) * 100.0).round() / 100.0;
        let before = agreed.get(name).and_then(Value::as_f64);
        let verdict = match before {
            _ if above > ALLOCATIONS => "MORE THAN THE GOAL",
            _ if is_written => "written",
            None => "NEVER AGREED",
            Some(before) if above > before + (before.abs() * (TOLERANCE - 1.0)) => {
                "MORE THAN AGREED"
            }
            Some(before) if above < before - (before.abs() * (TOLERANCE - 1.0)) => {
                "less: write it down"
            }
            Some(_) => "kept",
        };
        is_kept &= verdict.starts_with(char::is_lowercase);
        let before = before.map_or_else(String::new, |before| before.to_string());
        println!(
            "| {name} | {ours:.2} | {floor:.2} | {above} | {before} | {ALLOCATIONS} | {verdict} |"
        );
        if is_written {
            agreed.insert(name.to_owned(), above.into());
        }
    }
    if is_written {
        fs::write(COUNTS, format!("{:#}\n", Value::Object(agreed)))?;
    }
    println!(
        "\n| tasks alive beside those of connections, during | counted | goal |\n|---|---:|---:|"
    );
    for (name, request) in
        [("a call that sleeps", Request::sleep(100)), ("a stream", Request::count(2, 50))]
    {
        let tasks = tasks(&request)?;
        is_kept &= tasks == 0;
        println!("| {name} | {tasks} | 0 |");
    }
    println!("\n| crates with | counted | goal |\n|---|---:|---:|");
    for (feature, most) in CRATES {
        let crates = crates(feature)?;
        is_kept &= crates <= most;
        let name = if feature.is_empty() { "the default features" } else { feature };
        println!("| {name} | {crates} | {most} |");
    }
    Ok(is_kept)
}

/// Which server is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Floor,
}

/// A server in this process.
struct Local {
    runtime: Runtime,
    folder: tempfile::TempDir,
}

impl Local {
    fn start(side: Side) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("socket");
        runtime.block_on(async {
            match side {
                Side::Ours => {
                    let service = Server::new("bench-server", "1.0.0")
                        .with(measured())
                        .state(())
                        .build()
                        .await?
                        .into_service();
                    let address = format!("unix:{}", path.display());
                    tokio::spawn(async move { service.serve(&address).await });
                }
                Side::Floor => {
                    let listener = UnixListener::bind(&path)?;
                    tokio::spawn(async move {
                        while let Ok((stream, _)) = listener.accept().await {
                            tokio::spawn(floor::connection(stream));
                        }
                    });
                }
            }
            Ok::<_, Failure>(())
        })?;
        Ok(Self { runtime, folder })
    }

    /// Opens a connection, and makes one call on it.
    async fn open(path: &Path, request: &Request) -> Result<(UnixStream, usize), Failure> {
        let mut stream = loop {
            match UnixStream::connect(path).await {
                Ok(stream) => break stream,
                // It is on its way.
                Err(_) if !path.exists() => tokio::task::yield_now().await,
                Err(error) => return Err(error.into()),
            }
        };
        let (mut out, mut buffer) = (Vec::new(), Vec::new());
        request.write(FIRST_ID, &mut out);
        stream.write_all(&out).await?;
        loop {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(answer) = Answer::read(&buffer)? {
                request.pattern(FIRST_ID, answer)?;
                return Ok((stream, answer.len()));
            }
        }
    }
}

/// Allocations of a call, without those of the client.
fn allocations(side: Side, request: &Request) -> Result<f64, Failure> {
    let local = Local::start(side)?;
    let path = local.folder.path().join("socket");
    let (mut stream, length) = local.runtime.block_on(Local::open(&path, request))?;
    // Whatever the client needs is allocated before the counting begins.
    let mut out = Vec::new();
    request.write(FIRST_ID, &mut out);
    let mut answer = vec![0; length];
    let mut count = |calls: usize| -> Result<u64, Failure> {
        let mut talked: Result<(), Failure> = Ok(());
        let counted = allocation_counter::measure(|| {
            talked = local.runtime.block_on(async {
                for _ in 0..calls {
                    stream.write_all(&out).await?;
                    stream.read_exact(&mut answer).await?;
                }
                Ok(())
            });
        });
        talked?;
        let read = Answer::read(&answer)?.ok_or("the answer is cut off")?;
        request.pattern(FIRST_ID, read)?;
        Ok(counted.count_total)
    };
    count(CALLS)?;
    let (short, long) = (count(CALLS)?, count(2 * CALLS)?);
    Ok(f64::from(u32::try_from(long.saturating_sub(short))?) / float(CALLS))
}

/// How many tasks there are while a request is answered, beside those of the connection.
fn tasks(request: &Request) -> Result<usize, Failure> {
    let local = Local::start(Side::Ours)?;
    let path = local.folder.path().join("socket");
    local.runtime.block_on(async {
        let (mut stream, _) = Local::open(&path, &Request::echo()).await?;
        let before = Handle::current().metrics().num_alive_tasks();
        let mut out = Vec::new();
        request.write(FIRST_ID, &mut out);
        stream.write_all(&out).await?;
        // Half of what each of them takes.
        tokio::time::sleep(Duration::from_millis(75)).await;
        Ok(Handle::current().metrics().num_alive_tasks() - before)
    })
}

/// How many crates a server with this feature is built from, ours included.
fn crates(feature: &str) -> Result<usize, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .args(["tree", "--locked", "-p", "mcp-runtime", "-e", "normal"])
        .args(["--prefix", "none", "--no-dedupe"])
        .args(["--format", "{p}", "--features", feature])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    if !tree.status.success() {
        return Err(String::from_utf8_lossy(&tree.stderr).into());
    }
    let mut lines: Vec<&str> = str::from_utf8(&tree.stdout)?.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(lines.iter().filter(|line| !line.trim().is_empty()).count())
}

/// Counts here are far below 2^32.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
