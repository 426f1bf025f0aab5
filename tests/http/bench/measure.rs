//! What is measured, one row of the table after the other.

use std::thread;
use std::time::Duration;

use crate::figures::{Figures, Kind, Unit};
use crate::load::{self, Driver, Load, Until};
use crate::messages::Request;
use crate::process::{Programs, Result, Server};

/// How often and how long everything is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    pub(crate) time: Duration,
    /// Of what is not repeated for a time.
    pub(crate) calls: usize,
}

#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    pub(crate) effort: Effort,
    pub(crate) only: Vec<String>,
    pub(crate) kinds: Vec<Kind>,
}

/// How many calls sleep at a time, each on a connection of its own.
const SLEEPERS: usize = 1000;

/// How many sessions have a stream open.
const READERS: usize = 2000;

/// The length of a large text, in bytes.
const LARGE: usize = 1024 * 1024;

type Part = fn(&mut Cell<'_>) -> Result<()>;

/// What can be asked for with `--only`. The servers take turns at each, so that what disturbs a
/// machine for a while disturbs them all.
const PARTS: [(&str, Part); 11] = [
    ("calls", |cell| calls(cell, "echo", &Request::echo(), 1)),
    ("calls", |cell| calls(cell, "echo", &Request::echo(), 16)),
    ("calls", |cell| calls(cell, "echo", &Request::echo(), 64)),
    ("calls", |cell| calls(cell, "add", &Request::add(), 64)),
    ("sessions", session),
    ("readers", readers),
    ("connections", connections),
    ("streams", streams),
    ("large", large),
    ("sleepers", sleepers),
    ("blocked", blocked),
];

/// One server, measured in one round.
struct Cell<'a> {
    kind: Kind,
    server: Server,
    effort: Effort,
    figures: &'a mut Figures,
}

/// Measures everything once, the servers in turn.
///
/// # Errors
/// If a server answers anything but what it should.
pub(crate) fn round(bench: &Bench, figures: &mut Figures) -> Result<()> {
    for (name, part) in PARTS {
        if !bench.only.is_empty() && !bench.only.iter().any(|only| only == name) {
            continue;
        }
        for kind in &bench.kinds {
            let has_sessions = ["sessions", "readers"].contains(&name);
            let server = bench.programs.start(*kind, has_sessions)?;
            let mut cell = Cell { kind: *kind, server, effort: bench.effort, figures };
            part(&mut cell).map_err(|error| format!("{name}, {}: {error}", kind.name()))?;
        }
    }
    Ok(())
}

impl Cell<'_> {
    fn note(&mut self, name: &str, unit: Unit, value: f64) {
        self.figures.note(name, unit, self.kind, value);
    }

    /// What the calls of a load cost.
    fn note_load(&mut self, name: &str, load: &Load) {
        self.note(&format!("CPU, {name}"), Unit::Micros, micros(load.cpu) / float(load.calls));
    }

    fn note_times(&mut self, name: &str, times: &[Duration]) {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        for (percentile, part) in [("p50", 50), ("p99", 99)] {
            let time = sorted.get(sorted.len() * part / 100).copied().unwrap_or_default();
            self.note(&format!("{percentile}, {name}"), Unit::Micros, micros(time));
        }
    }
}

fn calls(cell: &mut Cell<'_>, tool: &str, request: &Request, connections: usize) -> Result<()> {
    let load = {
        let mut driver = Driver::open(&cell.server, connections)?;
        driver.run(request, Until::Time(cell.effort.time / 5))?;
        driver.run(request, Until::Time(cell.effort.time))?
    };
    let plural = if connections == 1 { "" } else { "s" };
    let name = format!("{tool}, {connections} connection{plural}");
    cell.note_load(&name, &load);
    if tool.starts_with("echo") {
        let each = float(load.calls) / load.wall.as_secs_f64();
        cell.note(&format!("calls/s, {name}"), Unit::PerSecond, each);
        cell.note_times(&name, &load.times);
        let busy = 100.0 * load.driver.as_secs_f64() / load.wall.as_secs_f64();
        cell.note(&format!("busy load, {name}"), Unit::Percent, busy);
    }
    Ok(())
}

/// Calls in one session, from 64 connections.
fn session(cell: &mut Cell<'_>) -> Result<()> {
    let request = Request::echo_in(&load::session(&cell.server)?);
    calls(cell, "echo in a session", &request, 64)
}

/// Streams that have nothing to tell. The floor has none.
fn readers(cell: &mut Cell<'_>) -> Result<()> {
    if cell.kind == Kind::Floor {
        return Ok(());
    }
    let open = |count: usize| -> Result<Vec<_>> {
        let server = &cell.server;
        (0..count).map(|_| load::stream(server, &load::session(server)?)).collect()
    };
    let _first = open(1)?;
    let before = cell.server.resident_kib()?;
    let _streams = open(READERS)?;
    thread::sleep(Duration::from_millis(100));
    let grown = cell.server.resident_kib()?.saturating_sub(before);
    let each = float(usize::try_from(grown)?) / float(READERS);
    cell.note("memory, a stream of a session", Unit::Kib, each);
    Ok(())
}

fn connections(cell: &mut Cell<'_>) -> Result<()> {
    let request = Request::echo().closing();
    let load = load::connections(&cell.server, &request, cell.effort.calls)?;
    cell.note_load("a connection for each request", &load);
    cell.note_times("a connection for each request", &load.times);
    Ok(())
}

fn streams(cell: &mut Cell<'_>) -> Result<()> {
    let request = Request::count(3, 0);
    load::streams(&cell.server, &request, cell.effort.calls / 10)?;
    let load = load::streams(&cell.server, &request, cell.effort.calls)?;
    let mut times = load.times.clone();
    times.sort_unstable();
    let half = times.get(times.len() / 2).copied().unwrap_or_default();
    cell.note("first event, p50", Unit::Micros, micros(half));
    cell.note_load("a call with 3 events", &load);
    Ok(())
}

fn large(cell: &mut Cell<'_>) -> Result<()> {
    let request = Request::echo_of("a large text, ".repeat(LARGE / 14));
    let load = {
        let mut driver = Driver::open(&cell.server, 1)?;
        driver.run(&request, Until::Each(3))?;
        driver.run(&request, Until::Each(cell.effort.calls / 20))?
    };
    cell.note_load("1 MiB there and back", &load);
    cell.note_times("1 MiB there and back", &load.times);
    Ok(())
}

fn sleepers(cell: &mut Cell<'_>) -> Result<()> {
    let (load, resident) = {
        let mut driver = Driver::open(&cell.server, SLEEPERS)?;
        driver.run(&Request::echo(), Until::Each(1))?;
        thread::sleep(Duration::from_millis(100));
        let resident = cell.server.resident_kib()?;
        driver.run(&Request::sleep(50), Until::Each(1))?;
        (driver.run(&Request::sleep(50), Until::Each(1))?, resident)
    };
    cell.note("1000 sleeps of 50 ms, wall", Unit::Millis, load.wall.as_secs_f64() * 1e3);
    cell.note("1000 sleeps of 50 ms, CPU", Unit::Millis, load.cpu.as_secs_f64() * 1e3);
    let resident = usize::try_from(resident)?;
    cell.note("memory, 1000 idle connections", Unit::Mib, float(resident) / 1024.0);
    Ok(())
}

/// The other servers have no tool that blocks.
fn blocked(cell: &mut Cell<'_>) -> Result<()> {
    if cell.kind != Kind::Ours {
        return Ok(());
    }
    let request = Request::block(1000);
    let mut driver = Driver::open(&cell.server, 63)?;
    let begun = load::begin(&cell.server, &request)?;
    let load = driver.run(&Request::echo(), Until::Time(Duration::from_millis(900)))?;
    load::finish(begun, &request)?;
    let mut times = load.times;
    times.sort_unstable();
    let late = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    cell.note("p99 of 63 beside one that blocks 1 s", Unit::Micros, micros(late));
    Ok(())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Counts here are far below 2^32.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
