//! The benchmark: `probe-server` beside a server without a framework (`floor-server`) and the
//! official Rust SDK, as its documentation starts it and at its best.
//!
//! ```text
//! cargo bench -p mcp-tests --bench speed [-- OPTIONS]
//!
//! --rounds N   how often everything is measured, 3 by default; the table shows medians
//! --quick      one round of short loads, to see whether everything works
//! --only PART  only calls, lists, large, starts, flood or sleepers; may be given again
//! --core N     the core to use, by default the last one there is
//! ```
//!
//! Servers are real processes on real pipes, and every answer is checked, byte for byte. The driver
//! and the servers share one core: then no figure depends on which core wakes which. Processor
//! times come from the scheduler's own account of every thread, in nanoseconds. Read the ratios:
//! the figures themselves are one machine's only.

#[cfg(target_os = "linux")]
#[expect(dead_code, reason = "the benchmark of HTTP shows more")]
mod figures;
#[cfg(target_os = "linux")]
mod goals;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod messages;
#[cfg(target_os = "linux")]
mod peers;
#[cfg(target_os = "linux")]
mod server;

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the benchmark reads /proc: it runs on Linux only");
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    // `cargo test --benches` starts this too, and unoptimised: there is nothing to measure then.
    if cfg!(debug_assertions) {
        eprintln!("only an optimised build is measured: see `cargo bench`");
        return std::process::ExitCode::SUCCESS;
    }
    match linux::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    use crate::figures::{Figures, Shows};
    use crate::measure::{self, Bench, Effort};
    use crate::server::{Programs, Result};

    #[expect(clippy::print_stdout, reason = "no server: the table is what this program is for")]
    pub(super) fn run() -> Result<()> {
        let Options { effort, core, only } = Options::read(std::env::args().skip(1))?;
        let bench = Bench { programs: Programs::find()?, effort, only };
        let core = pin(core)?;
        let Effort { rounds, time, .. } = bench.effort;
        println!("everything on core {core}; {rounds} rounds, {} ms a load\n", time.as_millis());
        let mut figures = Figures::new(Shows::Median);
        for round in 1..=rounds {
            eprintln!("round {round} of {rounds}");
            measure::round(&bench, &mut figures)?;
        }
        println!("{figures}\n{}", figures.goals());
        Ok(())
    }

    #[derive(Debug)]
    struct Options {
        effort: Effort,
        core: Option<usize>,
        only: Vec<String>,
    }

    impl Options {
        fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
            let effort = Effort { rounds: 3, time: Duration::from_millis(300), starts: 10 };
            let mut options = Self { effort, core: None, only: Vec::new() };
            while let Some(argument) = arguments.next() {
                let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
                match argument.as_str() {
                    "--rounds" => options.effort.rounds = value()?.parse()?,
                    "--core" => options.core = Some(value()?.parse()?),
                    "--only" => options.only.push(value()?),
                    "--quick" => {
                        let time = Duration::from_millis(40);
                        options.effort = Effort { rounds: 1, time, starts: 3 };
                    }
                    // Cargo's own.
                    "--bench" => {}
                    _ => return Err(format!("unknown option: {argument}").into()),
                }
            }
            Ok(options)
        }
    }

    /// Keeps this process, and all that it starts, on one core. Done with a system call rather than
    /// with `taskset`, which is not everywhere.
    fn pin(core: Option<usize>) -> Result<usize> {
        let allowed = sched_getaffinity(None)?;
        let last = || (0..CpuSet::MAX_CPU).rev().find(|core| allowed.is_set(*core));
        let core = core.or_else(last).ok_or("no core to run on")?;
        let mut only = CpuSet::new();
        only.set(core);
        sched_setaffinity(None, &only)?;
        Ok(core)
    }
}
