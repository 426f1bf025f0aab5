//! The measurements, one function each. Every one of them goes through all servers in turn before
//! the next one begins, so that a noisy minute of the machine hits all of them alike.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::figures::{Figures, Kind, Unit};
use crate::messages::{self, Era, Request};
use crate::server::{Load, Programs, Result, Server, Until};

const KIB: usize = 1024;
const MIB: usize = 1024 * 1024;

/// Tools that a server offers where their number does not matter.
const FEW: usize = 5;
const MANY: usize = 200;

/// Calls that nobody reads the answers of.
const FLOOD: usize = 100_000;

/// A server that takes nothing for so long takes nothing more.
const PATIENCE: Duration = Duration::from_secs(1);

/// Calls that sleep.
const SLEEPERS: usize = 1000;

/// What is measured, and how much.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    pub(crate) effort: Effort,
    /// The parts that are run; all if there are none.
    pub(crate) only: Vec<String>,
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// For each load.
    pub(crate) time: Duration,
    /// In each round.
    pub(crate) starts: usize,
}

/// A part of the benchmark, which can be run without the others.
type Part = fn(&Bench, &mut Figures) -> Result<()>;

const PARTS: [(&str, Part); 6] = [
    ("calls", calls),
    ("lists", lists),
    ("large", large),
    ("starts", starts),
    ("flood", flood),
    ("sleepers", sleepers),
];

/// One round of everything, or of the parts that were asked for.
///
/// # Errors
/// If a server does not do what it should; which one, and in which measurement, is said.
pub(crate) fn round(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let is_wanted =
        |name: &str| bench.only.is_empty() || bench.only.iter().any(|only| only == name);
    let mut wanted = PARTS.into_iter().filter(|(name, _)| is_wanted(name));
    wanted.try_for_each(|(_, part)| part(bench, figures))
}

/// Names the culprit.
fn blame<T>(what: &str, kind: Kind, result: Result<T>) -> Result<T> {
    result.map_err(|error| format!("{what}, {}: {error}", kind.name()).into())
}

fn start_all(bench: &Bench, many: usize, era: Era) -> Result<Vec<(Kind, Server)>> {
    let start = |kind| {
        blame("start", kind, bench.programs.start(kind, many, era))
            .map(|(server, _)| (kind, server))
    };
    Kind::ALL.into_iter().map(start).collect()
}

fn finish_all(servers: Vec<(Kind, Server)>) -> Result<()> {
    servers.into_iter().try_for_each(|(kind, server)| blame("end", kind, server.finish()).map(drop))
}

/// Small calls in both eras; memory before and after them.
fn calls(bench: &Bench, figures: &mut Figures) -> Result<()> {
    for era in Era::BOTH {
        let mut servers = start_all(bench, FEW, era)?;
        if era == Era::Modern {
            // Whatever a server still does after its first answer is done by then.
            thread::sleep(Duration::from_millis(100));
            for (kind, server) in &servers {
                let resident = server.status()?.resident_kib;
                figures.note("memory idle", Unit::Mib, *kind, mib(resident));
            }
        }
        for (tool, request) in [("echo", Request::echo(era)), ("add", Request::add(era))] {
            for in_flight in [1, 16, 256] {
                let what = format!("{tool} {}, {in_flight} in flight", era.name());
                for (kind, server) in &mut servers {
                    let load = server.load(&request, in_flight, Until::Time(bench.effort.time));
                    let load = blame(&what, *kind, load)?;
                    figures.note(&format!("CPU, {what}"), Unit::Micros, *kind, cpu_micros(&load));
                    if tool == "echo" {
                        note_speed(figures, &what, *kind, &load);
                    }
                }
            }
        }
        if era == Era::Modern {
            for (kind, server) in &servers {
                figures.note(
                    "memory, peak after load",
                    Unit::Mib,
                    *kind,
                    mib(server.status()?.peak_kib),
                );
            }
        }
        finish_all(servers)?;
    }
    Ok(())
}

fn note_speed(figures: &mut Figures, what: &str, kind: Kind, load: &Load) {
    let per_second = float(load.calls) / load.wall.as_secs_f64();
    figures.note(&format!("calls/s, {what}"), Unit::PerSecond, kind, per_second);
    if load.round_trips.is_empty() {
        return;
    }
    let mut sorted = load.round_trips.clone();
    sorted.sort_unstable();
    for (name, at) in [("p50", sorted.len() / 2), ("p99", sorted.len() * 99 / 100)] {
        let micros = sorted[at].as_secs_f64() * 1e6;
        figures.note(&format!("round trip {name}, {what}"), Unit::Micros, kind, micros);
    }
}

fn lists(bench: &Bench, figures: &mut Figures) -> Result<()> {
    for many in [FEW, MANY] {
        let what = format!("tools/list of {many}, 16 in flight");
        let mut servers = start_all(bench, many, Era::Modern)?;
        let request = list(many);
        for (kind, server) in &mut servers {
            let load =
                blame(&what, *kind, server.load(&request, 16, Until::Time(bench.effort.time)))?;
            figures.note(&format!("CPU, {what}"), Unit::Micros, *kind, cpu_micros(&load));
        }
        finish_all(servers)?;
    }
    Ok(())
}

/// Messages of 1 MiB there and back, one at a time.
fn large(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let plain = "The quick brown fox jumps over the lazy dog. ".repeat(MIB / 45 + 1);
    // Like source code in C, with something escaped in every four characters: the worst there is.
    let escaped = "a\"b;\tc\\\nd(\"e".repeat(MIB / 12 + 1);
    for (name, text) in [("plain", plain), ("escaped", escaped)] {
        let what = format!("1 MiB {name}");
        let request = echo_of(&text[..MIB]);
        let mut servers = start_all(bench, FEW, Era::Modern)?;
        for (kind, server) in &mut servers {
            let load =
                blame(&what, *kind, server.load(&request, 1, Until::Time(bench.effort.time)))?;
            let status = server.status()?;
            figures.note(&format!("CPU, {what}"), Unit::Micros, *kind, cpu_micros(&load));
            figures.note(
                &format!("memory, peak at {what}"),
                Unit::Mib,
                *kind,
                mib(status.peak_kib),
            );
        }
        finish_all(servers)?;
    }
    Ok(())
}

/// From the start of the process to its first answer, and from the end of its input to its own. The
/// fastest start of a round says most: whatever else the machine does only makes it slower.
fn starts(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let mut fastest = [f64::INFINITY; Kind::ALL.len()];
    for _ in 0..bench.effort.starts {
        for kind in Kind::ALL {
            let (mut server, took) =
                blame("start", kind, bench.programs.start(kind, FEW, Era::Modern))?;
            let cpu = server.cpu()?;
            fastest[kind as usize] = fastest[kind as usize].min(millis(took));
            figures.note("cold start", Unit::Millis, kind, millis(took));
            figures.note("cold start, CPU", Unit::Millis, kind, millis(cpu));
            // A server that has only been asked what it is may take the end for a failure.
            blame("call", kind, server.load(&Request::echo(Era::Modern), 1, Until::Calls(1)))?;
            let took = blame("end", kind, server.finish())?;
            figures.note("exit after end of input", Unit::Millis, kind, millis(took));
        }
    }
    for kind in Kind::ALL {
        figures.note("cold start, fastest", Unit::Millis, kind, fastest[kind as usize]);
    }
    Ok(())
}

/// Calls that nobody reads the answers of, until the server takes no more or has taken all.
fn flood(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let request = echo_of(&"x".repeat(KIB));
    for kind in Kind::ALL {
        let (mut server, _) = blame("start", kind, bench.programs.start(kind, FEW, Era::Modern))?;
        blame("call", kind, server.load(&request, 1, Until::Calls(1)))?;
        let before = server.status()?.resident_kib;
        let flood = blame("flood", kind, server.flood(&request, FLOOD, PATIENCE))?;
        let grown = server.status()?.peak_kib.saturating_sub(before);
        figures.note("calls taken while unread", Unit::Count, kind, float(flood.sent));
        figures.note("growth while unread", Unit::Mib, kind, mib(grown));
        blame("flood", kind, server.drain(&flood))?;
        blame("end", kind, server.finish())?;
    }
    Ok(())
}

fn sleepers(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let request = sleep();
    for kind in Kind::ALL {
        let (mut server, _) = blame("start", kind, bench.programs.start(kind, FEW, Era::Modern))?;
        let load = blame("sleep", kind, server.load(&request, SLEEPERS, Until::Calls(SLEEPERS)))?;
        let threads = u32::try_from(server.status()?.threads)?;
        figures.note("1000 sleeps, wall", Unit::Millis, kind, millis(load.wall));
        figures.note("1000 sleeps, CPU", Unit::Millis, kind, millis(load.cpu));
        figures.note("1000 sleeps, threads", Unit::Count, kind, f64::from(threads));
        blame("end", kind, server.finish())?;
    }
    Ok(())
}

/// The list of all tools, of which there are `many`.
fn list(many: usize) -> Request {
    let params = Era::Modern.meta().trim_start_matches(',');
    Request::new("tools/list", params, move |result| {
        result["tools"].as_array().is_some_and(|tools| {
            tools.len() == many && tools.iter().all(|tool| tool["inputSchema"].is_object())
        })
    })
}

fn echo_of(text: &str) -> Request {
    let expected = text.to_owned();
    Request::call(Era::Modern, "echo", &json!({ "message": text }), move |result| {
        messages::text(result) == Some(&expected)
    })
}

/// A call that takes 50 ms.
fn sleep() -> Request {
    Request::call(Era::Modern, "sleep_ms", &json!({ "ms": 50 }), |result| {
        messages::text(result) == Some("slept 50 ms")
    })
}

fn cpu_micros(load: &Load) -> f64 {
    load.cpu.as_secs_f64() * 1e6 / float(load.calls)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mib(kib: u64) -> f64 {
    float(usize::try_from(kib).unwrap_or(usize::MAX)) / 1024.0
}

/// Counts here are far below 2^32.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
