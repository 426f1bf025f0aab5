//! The server that is measured and tortured, over the standard streams.
//!
//! `--many N` offers N tools in all: `echo`, `add`, `sleep_ms` and fillers. `--misbehave` adds
//! tools that do what no tool should, and tools whose arguments are checked. `--print-first` prints
//! while the state is opened. `--line`,
//! `--in-flight`, `--waiting`, `--unsent`, `--result` and `--listeners`, each with a number, and
//! `--grace` with milliseconds set the bounds of the connection.

use std::process::ExitCode;

use mcp_tests::probe::Options;

fn main() -> ExitCode {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match options.take(&argument, &mut arguments) {
            Ok(true) => {}
            Ok(false) => return failed(format_args!("unexpected argument `{argument}`")),
            Err(why) => return failed(why),
        }
    }
    // Not `.run()`: that would read the command line itself.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let ended = runtime.block_on(options.server("probe-server").serve_stdio());
    runtime.shutdown_background();
    ended.map_or_else(failed, |()| ExitCode::SUCCESS)
}

fn failed(why: impl std::fmt::Display) -> ExitCode {
    eprintln!("{why}");
    ExitCode::FAILURE
}
