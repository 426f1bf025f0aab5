//! The benchmark of HTTP: our server beside one without a framework (`bench-floor`) and the
//! official Rust SDK, as its documentation starts it with answers of JSON, and at its best.
//!
//! ```text
//! cargo bench -p mcp-http --bench http [-- OPTIONS]
//!
//! --rounds N   how often everything is measured, 5 by default; the table shows medians
//! --time MS    how long a load takes, 500 by default
//! --least      show the best round instead of the median, where others use the machine too
//! --quick      one round of short loads, to see whether everything works
//! --only PART  only calls, sessions, readers, connections, streams, large, sleepers or blocked;
//!              may be given again
//! --ours       without the official SDK, which takes minutes to build
//! ```
//!
//! Servers are real processes with one core to themselves; the load has another, and every answer
//! is checked, byte for byte. Processor times come from the scheduler's own account of every
//! thread, in nanoseconds. Read the ratios: the figures themselves are one machine's only.

#[cfg(target_os = "linux")]
#[path = "../../bench/figures.rs"]
#[expect(dead_code, reason = "the other benchmark counts too")]
mod figures;
#[cfg(target_os = "linux")]
mod goals;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod messages;
#[cfg(target_os = "linux")]
mod process;

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

    use crate::figures::{Figures, Kind, Shows};
    use crate::measure::{self, Bench, Effort};
    use crate::process::{Cores, Programs, Result};

    #[expect(clippy::print_stdout, reason = "no server: the table is what this program is for")]
    pub(super) fn run() -> Result<()> {
        let Options { effort, only, is_alone, shows } = Options::read(std::env::args().skip(1))?;
        let cores = Cores::find()?;
        let kinds = if is_alone { vec![Kind::Ours, Kind::Floor] } else { Kind::ALL.to_vec() };
        let bench = Bench { programs: Programs::find(cores, !is_alone)?, effort, only, kinds };
        let Effort { rounds, time, .. } = bench.effort;
        let time = time.as_millis();
        let Cores { server, load } = cores;
        println!("server on core {server}, load on {load}; {rounds} rounds, {time} ms a load\n");
        let mut figures = Figures::new(shows);
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
        only: Vec<String>,
        is_alone: bool,
        shows: Shows,
    }

    impl Options {
        fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
            let effort = Effort { rounds: 5, time: Duration::from_millis(500), calls: 2000 };
            let mut options =
                Self { effort, only: Vec::new(), is_alone: false, shows: Shows::Median };
            while let Some(argument) = arguments.next() {
                let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
                match argument.as_str() {
                    "--rounds" => options.effort.rounds = value()?.parse()?,
                    "--only" => options.only.push(value()?),
                    "--time" => options.effort.time = Duration::from_millis(value()?.parse()?),
                    "--least" => options.shows = Shows::Best,
                    "--ours" => options.is_alone = true,
                    "--quick" => {
                        let time = Duration::from_millis(50);
                        options.effort = Effort { rounds: 1, time, calls: 100 };
                    }
                    // Cargo's own.
                    "--bench" => {}
                    _ => return Err(format!("unknown option: {argument}").into()),
                }
            }
            Ok(options)
        }
    }
}
