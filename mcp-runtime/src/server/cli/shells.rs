//! `completions`: a script by which a shell completes the command line.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, value_parser};
use clap_complete::Shell;
use serde_json::Value;

use super::offered::{Offered, entries, member, offered};
use super::{Given, show};
use crate::server::ReadyServer;

pub(super) fn completions_command() -> clap::Command {
    clap::Command::new("completions")
        .about("Print a script by which a shell completes this command line")
        .arg(
            Arg::new("shell")
                .required(true)
                .value_name("SHELL")
                .value_parser(value_parser!(Shell))
                .help("The shell that is to read the script"),
        )
}

pub(super) async fn completions(
    server: ReadyServer,
    command: clap::Command,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let Some(shell) = matches.get_one::<Shell>("shell").copied() else {
        return Ok(ExitCode::FAILURE);
    };
    let Offered { lists: offered, .. } = offered(server, given).await?;
    let mut command = named(command, &offered);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, program(), &mut script);
    show(&String::from_utf8_lossy(&script))
}

/// What a person types to start this program.
fn program() -> String {
    let typed = std::env::args_os().next().unwrap_or_else(|| OsString::from("server"));
    let name = Path::new(&typed).file_name().unwrap_or(&typed);
    name.to_string_lossy().into_owned()
}

/// The command line, where names are those of what is offered.
fn named(command: clap::Command, offered: &Value) -> clap::Command {
    let values = |kind: &str, key: &str| -> Vec<PossibleValue> {
        let value = |entry: &Value| {
            let about = member(entry, "description").lines().next().unwrap_or_default().to_owned();
            PossibleValue::new(member(entry, key).to_owned()).help(about)
        };
        entries(offered, kind).iter().map(value).collect()
    };
    let tools = || values("tools", "name");
    let prompts = || values("prompts", "name");
    let resources = || values("resources", "uri");
    let of = |command: clap::Command, argument: &'static str, values: Vec<PossibleValue>| {
        // A changed argument becomes the last one, and its place has to be said.
        command.mut_arg(argument, |it| it.index(1).value_parser(PossibleValuesParser::new(values)))
    };
    command
        .mut_subcommand("call", |it| of(it, "name", tools()))
        .mut_subcommand("prompt", |it| of(it, "name", prompts()))
        .mut_subcommand("read", |it| of(it, "uri", resources()))
        .mut_subcommand("describe", |it| of(it, "name", [tools(), resources(), prompts()].concat()))
}
