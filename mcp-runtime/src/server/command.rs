//! The command line: without the feature `cli` a server serves, and knows `--help` and `--version`.

use std::process::ExitCode;

use super::ReadyServer;
use super::program::{print, report, serve_program};
use crate::protocol::Implementation;

/// The options a server adds to its command line.
pub trait Options: Sized + Send + 'static {
    /// Their values when nothing was given.
    #[doc(hidden)]
    fn none() -> Self;
}

impl Options for () {
    fn none() -> Self {}
}

/// What the command line may say.
#[derive(Debug)]
pub(super) struct Command {
    name: String,
    version: String,
}

/// What it says.
#[derive(Debug)]
pub(super) struct Given;

impl Given {
    pub(super) fn nothing() -> Self {
        Self
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "with the feature `cli` it holds what was given, which may not fit"
    )]
    pub(super) fn options<O: Options>(&self) -> Result<O, String> {
        Ok(O::none())
    }
}

impl Command {
    #[expect(clippy::extra_unused_type_parameters, reason = "with the feature `cli` it is used")]
    pub(super) fn new<O: Options>(identity: &Implementation) -> Self {
        Self { name: identity.name.clone(), version: identity.version.clone() }
    }
}

pub(super) fn run(server: ReadyServer) -> ExitCode {
    let Command { name, version } = &server.command;
    let said = match std::env::args_os().nth(1) {
        None => return serve_program(server, &Given),
        Some(option) if option == "--version" || option == "-V" => format!("{name} {version}\n"),
        Some(option) if option == "--help" || option == "-h" => format!(
            "{name} {version}: an MCP server over the standard streams; an MCP client starts it\n"
        ),
        Some(option) => {
            report(format_args!("unexpected argument {}; see --help", option.display()));
            return ExitCode::from(2);
        }
    };
    print(&said).unwrap_or(ExitCode::FAILURE)
}
