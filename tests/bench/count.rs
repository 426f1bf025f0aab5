//! What a call costs, counted and not timed: the same on every run, so that CI can hold it.
//!
//! ```text
//! cargo bench -p mcp-tests --bench count [-- OPTIONS]
//!
//! instructions   only these: of the whole process, in user mode, by callgrind
//! allocations    only these: of the runtime in this process, over pipes in memory
//! peers          only the instructions of the servers to compare with, which are not agreed on
//! --write        rewrite `bench/counts.json` instead of comparing with it
//! ```
//!
//! A figure more than 3 % above the one in `bench/counts.json` fails the run.
//!
//! Two runs of different length are taken, and their difference, so that starting and ending cancel
//! out. The kernel's part of a call is in neither figure.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use mcp_runtime::Server;
use mcp_tests::probe::measured;
use serde_json::{Map, Value};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::runtime::Builder;

mod messages;
mod peers;

use messages::{Era, Request};

type Failure = Box<dyn Error>;

/// The figures that were last agreed to.
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/counts.json");

/// How much more than agreed is taken for noise.
const TOLERANCE: f64 = 1.03;

/// The shorter run; the longer one has twice as many calls.
const CALLS: usize = 800;

/// Calls in flight.
const CHUNK: usize = 16;

/// Larger than a chunk of requests or answers.
const PIPE: usize = 64 * 1024;

/// The longest answer in an allocation count; room for all of them is made before counting.
const ANSWER: usize = 512;

/// What is counted, and the most there may be: for `echo` modern and legacy, `add` modern and
/// legacy.
const GOALS: [(&str, [Option<u32>; 4]); 2] =
    [("instructions", [Some(7000), Some(5000), Some(8000), None]), ("allocations", [Some(6); 4])];

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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_written = arguments.iter().any(|argument| argument == "--write");
    let only: Vec<&String> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    let mut agreed: Map<String, Value> = match fs::read(COUNTS) {
        Ok(json) => serde_json::from_slice(&json)?,
        Err(_) => Map::new(),
    };
    let probe = (Path::new(env!("CARGO_BIN_EXE_probe-server")), [].as_slice());
    let mut is_kept = true;
    for (what, goals) in GOALS {
        if !only.is_empty() && !only.iter().any(|word| *word == what) {
            continue;
        }
        println!("| {what} a call | counted | agreed | goal | |");
        println!("|---|---:|---:|---:|---|");
        let known = agreed.entry(what).or_insert_with(|| Map::new().into());
        for (call, goal) in calls().zip(goals) {
            let counted = match what {
                "instructions" => instructions(probe, &call)?,
                _ => allocations(&call)?,
            };
            let before = known[&call.name].as_f64();
            let verdict = match before {
                _ if is_written => "written",
                None => "NEVER AGREED",
                Some(before) if counted > before * TOLERANCE => "MORE THAN AGREED",
                Some(before) if counted < before / TOLERANCE => "less: write it down",
                Some(_) => "kept",
            };
            is_kept &= !verdict.ends_with("AGREED");
            // An instruction is small change; a hundredth of an allocation is one in a hundred
            // calls.
            let shown = match what {
                "instructions" => counted.round(),
                _ => (counted * 100.0).round() / 100.0,
            };
            let before = before.map_or_else(String::new, |before| before.to_string());
            let goal = goal.map_or_else(String::new, |goal| goal.to_string());
            println!("| {} | {shown} | {before} | {goal} | {verdict} |", call.name);
            if is_written {
                known[&call.name] = shown.into();
            }
        }
        println!();
    }
    if is_written {
        fs::write(COUNTS, format!("{:#}\n", Value::Object(agreed)))?;
    }
    if only.iter().any(|word| *word == "peers") {
        compare()?;
    }
    Ok(is_kept)
}

/// A call that is counted.
struct Call {
    name: String,
    era: Era,
    request: Request,
}

fn calls() -> impl Iterator<Item = Call> {
    [("echo", Request::echo as fn(Era) -> Request), ("add", Request::add)].into_iter().flat_map(
        |(tool, request)| {
            Era::BOTH.map(|era| Call {
                name: format!("{tool} {}", era.name()),
                era,
                request: request(era),
            })
        },
    )
}

/// A server's program and its options.
type Program<'a> = (&'a Path, &'a [&'a str]);

/// The servers to compare with.
#[expect(clippy::print_stdout, reason = "no server: the figures are what this program is for")]
fn compare() -> Result<(), Failure> {
    let rmcp = peers::rmcp_server()?;
    let servers: [(&str, Program<'_>); 3] = [
        ("floor", (Path::new(env!("CARGO_BIN_EXE_floor-server")), &[])),
        ("rmcp best", (&rmcp, &["--best"])),
        ("rmcp documented", (&rmcp, &[])),
    ];
    println!("| instructions a call | counted |\n|---|---:|");
    for (name, program) in servers {
        for call in calls() {
            println!("| {name}, {} | {:.0} |", call.name, instructions(program, &call)?);
        }
    }
    Ok(())
}

/// Instructions a call, by the difference of two runs.
fn instructions(program: Program<'_>, call: &Call) -> Result<f64, Failure> {
    let short = collected(program, call, CALLS)?;
    let long = collected(program, call, 2 * CALLS)?;
    Ok(f64::from(u32::try_from(long.saturating_sub(short))?) / float(CALLS))
}

/// The instructions of a whole run, up to 16 calls in flight.
fn collected((path, options): Program<'_>, call: &Call, calls: usize) -> Result<u64, Failure> {
    let mut child = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(path)
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("valgrind cannot be started: {error}"))?;
    let mut input = child.stdin.take().ok_or("no input")?;
    let mut output = BufReader::with_capacity(PIPE, child.stdout.take().ok_or("no output")?);
    let (mut line, mut chunk) = (Vec::new(), Vec::new());
    let mut answer = |requests: &[u8], line: &mut Vec<u8>| -> Result<(), Failure> {
        input.write_all(requests)?;
        line.clear();
        output.read_until(b'\n', line)?;
        Ok(())
    };
    let opening = call.era.opening();
    opening.write_marked(&mut chunk);
    answer(&chunk, &mut line)?;
    opening.pattern(line.trim_ascii_end())?;
    chunk.clear();
    chunk.extend_from_slice(call.era.opened().as_bytes());
    call.request.write_marked(&mut chunk);
    answer(&chunk, &mut line)?;
    let pattern = call.request.pattern(line.trim_ascii_end())?;
    for first in (0..calls).step_by(CHUNK) {
        chunk.clear();
        write_chunk(call, first, &mut chunk)?;
        for at in 0..CHUNK {
            answer(if at == 0 { &chunk } else { &[] }, &mut line)?;
            pattern.id(line.trim_ascii_end())?;
        }
    }
    drop(input);
    let mut report = String::new();
    child.stderr.take().ok_or("no report")?.read_to_string(&mut report)?;
    if !child.wait()?.success() {
        return Err(format!("the server failed:\n{report}").into());
    }
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    Ok(collected.ok_or("callgrind reported nothing")?.1.trim().parse()?)
}

/// Ids have the same number of digits everywhere, so that all requests are equally long.
fn write_chunk(call: &Call, first: usize, out: &mut Vec<u8>) -> Result<(), Failure> {
    for at in first..first + CHUNK {
        call.request.write(100_000 + u64::try_from(at)?, out);
    }
    Ok(())
}

/// Allocations a call, without those of the driver and the pipes.
fn allocations(call: &Call) -> Result<f64, Failure> {
    let count = |is_served: bool| -> Result<f64, Failure> {
        let short = allocated(call, CALLS, is_served)?;
        let long = allocated(call, 2 * CALLS, is_served)?;
        Ok(f64::from(u32::try_from(long.saturating_sub(short))?) / float(CALLS))
    };
    Ok(count(true)? - count(false)?)
}

/// The allocations of a whole run; without a server, of a peer that answers each line with an empty
/// one and needs no memory for it.
fn allocated(call: &Call, calls: usize, is_served: bool) -> Result<u64, Failure> {
    let runtime = Builder::new_current_thread().build()?;
    let (mut outgoing, input) = tokio::io::duplex(PIPE);
    let (output, mut incoming) = tokio::io::duplex(PIPE);
    if is_served {
        let server = Server::new("count", "1").with(measured()).state(());
        runtime.spawn(async move { server.serve(input, output).await });
    } else {
        runtime.spawn(answer_nothing(input, output));
    }
    // Whatever the driver needs is allocated before the counting begins.
    let mut chunks = Vec::new();
    for first in (0..calls).step_by(CHUNK) {
        let mut chunk = Vec::new();
        write_chunk(call, first, &mut chunk)?;
        chunks.push(chunk);
    }
    let mut answers = Vec::with_capacity(calls * ANSWER + PIPE);
    let mut opening = Vec::new();
    call.era.opening().write_marked(&mut opening);
    opening.extend_from_slice(call.era.opened().as_bytes());
    call.request.write_marked(&mut opening);
    let mut talk = async |requests: &[u8], lines: usize, answers: &mut Vec<u8>| {
        outgoing.write_all(requests).await?;
        let mut missing = lines;
        while missing > 0 {
            let start = answers.len();
            if incoming.read_buf(answers).await? == 0 {
                return Err("the server is gone".into());
            }
            missing -= newlines(&answers[start..]).min(missing);
        }
        Ok::<_, Failure>(())
    };
    runtime.block_on(talk(&opening, 2, &mut answers))?;
    let learned = answers.split(|byte| *byte == b'\n').nth(1).map(<[u8]>::to_vec);
    answers.clear();
    let mut talked: Result<(), Failure> = Ok(());
    let counted = allocation_counter::measure(|| {
        talked = runtime.block_on(async {
            for chunk in &chunks {
                talk(chunk, CHUNK, &mut answers).await?;
            }
            Ok(())
        });
    });
    talked?;
    if is_served {
        let pattern = call.request.pattern(&learned.unwrap_or_default())?;
        let lines = answers.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| pattern.id(line)).collect::<Result<Vec<u64>, String>>()?;
    }
    Ok(counted.count_total)
}

async fn answer_nothing(
    mut input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let read = input.read(&mut buffer).await?;
        let lines = newlines(&buffer[..read]);
        output.write_all(&[b'\n'; 4096][..lines]).await?;
        if read == 0 {
            return Ok(());
        }
    }
}

fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
