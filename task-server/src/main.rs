//! The task manager as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    task_server::server().open(task_server::open).run()
}
