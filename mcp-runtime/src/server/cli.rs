//! The command line that every server gets from its descriptors, with the feature `cli`.
//!
//! ```text
//! task-server                        serve over stdio: what a client runs
//! task-server list                   what is offered, as a person reads it
//! task-server list --cost            what it takes of a model's context, in tokens
//! task-server describe NAME          one of it, with its arguments
//! task-server call NAME key=value…   one tool, from the terminal
//! task-server read URI               one resource
//! task-server prompt NAME key=value… one prompt
//! task-server schema                 everything that is offered, as JSON
//! task-server schema --lock FILE     the same as a file, with which `--check FILE` compares
//! task-server check                  what hosts and models may stumble over
//! task-server install HOST           start it from a host, such as Claude Desktop
//! task-server completions SHELL      a script by which a shell completes all of this
//! ```

use std::process::ExitCode;
use std::{fmt, io};

use clap::{Arg, ArgAction, ArgMatches};

use super::options::{DeclaredOptions, GivenOptions};
use super::program::{in_event_loop, print, report, serve, status};
use super::{Options, ReadyServer};
use crate::dispatch::Restriction;
use crate::protocol::Implementation;
use crate::{log, visible};

mod asked;
mod contract;
mod cost;
mod install;
mod lint;
mod offered;
mod options;
mod questions;
mod shells;
mod terminal;

/// Options that restrict the tools. An option of the server cannot have such an id.
const READ_ONLY: &str = "mcp:read-only";
const TOOLS: &str = "mcp:tools";
const EXCLUDED: &str = "mcp:exclude-tools";

/// What the command line may say.
#[derive(Default)]
pub(super) struct Command {
    /// All of it. The options of the server are told from the rest here, and no more.
    all: clap::Command,
    /// The options of the server, as they are declared.
    options: clap::Command,
    /// The commands by themselves.
    commands: Vec<clap::Command>,
}

/// What it says.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// All of it.
    all: Option<ArgMatches>,
    /// The options of the server, if the command needs them.
    options: Option<ArgMatches>,
}

impl Given {
    pub(super) fn nothing() -> Self {
        Self { all: None, options: None }
    }

    /// The tools that are left visible.
    pub(super) fn restriction(&self) -> Restriction {
        let Some(matches) = &self.all else { return Restriction::default() };
        // The server may have an option of its own of this name.
        let names = |option| {
            let names = matches.try_get_many::<String>(option).ok().flatten();
            names.map(|names| names.cloned().collect::<Vec<_>>())
        };
        Restriction {
            is_read_only: matches.try_get_one(READ_ONLY).ok().flatten() == Some(&true),
            tools: names(TOOLS),
            excluded: names(EXCLUDED).unwrap_or_default(),
        }
    }

    /// Where to listen, if not to the standard streams.
    #[cfg(feature = "http")]
    pub(super) fn http(&self) -> Option<super::http::Http> {
        let matches = self.all.as_ref()?;
        let all = |name| matches.get_many(name).into_iter().flatten().cloned().collect();
        Some(super::http::Http {
            address: matches.get_one::<String>("http")?.clone(),
            public_url: matches.get_one::<String>("public-url").cloned(),
            hosts: all("allow-host"),
            origins: all("allow-origin"),
            keys_file: matches.get_one::<String>("keys-file").cloned(),
        })
    }

    /// The server's own options; where no command line was read, those of an empty one.
    pub(super) fn options<O: Options>(&self) -> Result<O, String> {
        O::read(&GivenOptions { matches: self.options.as_ref() })
    }
}

/// Why a command line cannot be carried out.
struct Misused(String);

impl Misused {
    fn told(self) -> ExitCode {
        let Self(why) = self;
        tell(why);
        ExitCode::from(2)
    }
}

impl Command {
    pub(super) fn new<O: Options>(identity: &Implementation) -> Self {
        let name = identity.name.clone();
        let mut options = DeclaredOptions { command: clap::Command::new(name.clone()) };
        O::declare(&mut options);
        let options = options.command;
        let commands = vec![
            clap::Command::new("serve").about("Serve, as without a command"),
            offered::list_command(),
            offered::describe_command(),
            contract::schema_command(),
            lint::check_command(),
            install::install_command(),
            shells::completions_command(),
            asked::call_command(),
            asked::read_command(),
            asked::prompt_command(),
        ];
        let all = clap::Command::new(name)
            .version(identity.version.clone())
            .about("An MCP server over the standard streams; without a command it serves")
            .args(options::loose(&options, &clap::Command::new("")));
        let all = restricting(all);
        #[cfg(feature = "http")]
        let all = all.args(super::http::Http::OPTIONS.map(|(name, value, about)| {
            let option = Arg::new(name).long(name).value_name(value).help(about);
            match name {
                "http" => option,
                "public-url" | "keys-file" => option.requires("http"),
                _ => option.requires("http").action(ArgAction::Append),
            }
        }));
        let with_options =
            |command: &clap::Command| command.clone().args(options::loose(&options, command));
        let all = all.subcommands(commands.iter().map(with_options));
        Self { all, options, commands }
    }

    /// Whether the server has options of its own.
    pub(super) fn has_options(&self) -> bool {
        self.options.get_arguments().next().is_some()
    }

    /// The options of the server that were given, as words.
    fn words(&self, matches: &ArgMatches) -> Vec<std::ffi::OsString> {
        options::words(&self.options, &self.commands, matches)
    }

    /// Reads the options of the server strictly: what is missing is missing.
    fn read_options(&self, matches: &ArgMatches) -> Result<ArgMatches, clap::Error> {
        let program = std::env::args_os().next().unwrap_or_default();
        let words = self.words(matches);
        self.options.clone().try_get_matches_from(std::iter::once(program).chain(words))
    }
}

/// Adds the options that restrict the tools, except where the server has an option of this name.
fn restricting(command: clap::Command) -> clap::Command {
    let names = |id, long, help| {
        let option = Arg::new(id).long(long).value_name("NAMES").value_delimiter(',').help(help);
        option.action(ArgAction::Append).global(true)
    };
    let read_only = Arg::new(READ_ONLY).long("read-only").action(ArgAction::SetTrue).global(true);
    let options = [
        read_only.help("Offer only the tools that are read-only"),
        names(TOOLS, "tools", "Offer only these tools, separated by commas"),
        names(EXCLUDED, "exclude-tools", "Offer all tools except these, separated by commas"),
    ];
    let is_taken =
        |option: &Arg| command.get_arguments().any(|own| own.get_long() == option.get_long());
    let options: Vec<Arg> = options.into_iter().filter(|option| !is_taken(option)).collect();
    command.args(options)
}

/// A command line that was read.
struct Read {
    server: ReadyServer,
    command: Command,
    matches: ArgMatches,
    given: Given,
}

pub(super) fn run(server: ReadyServer) -> ExitCode {
    match read(server) {
        Ok(read) => in_event_loop(&read.given.clone(), read.carry_out()),
        Err(status) => status,
    }
}

pub(super) async fn run_async(server: ReadyServer) -> ExitCode {
    match read(server) {
        Ok(read) => status(read.carry_out().await),
        Err(status) => status,
    }
}

/// Reads the command line.
///
/// # Errors
/// The status to exit with, if there is nothing to carry out.
fn read(mut server: ReadyServer) -> Result<Read, ExitCode> {
    let command = std::mem::take(&mut server.command);
    let matches = command.all.clone().try_get_matches().map_err(|error| said(&error))?;
    // What is offered is known without the options, unless they decide about it.
    let is_offered =
        |name: &str| matches!(name, "list" | "describe" | "schema" | "check" | "completions");
    let needs_no_options = matches.subcommand_name().is_some_and(is_offered);
    let options = if needs_no_options && !server.is_configured() {
        None
    } else {
        Some(command.read_options(&matches).map_err(|error| said(&error))?)
    };
    let given = Given { all: Some(matches.clone()), options };
    Ok(Read { server, command, matches, given })
}

/// Says what clap has to say: help, the version, or an error.
fn said(said: &clap::Error) -> ExitCode {
    let text = said.render().to_string();
    if said.use_stderr() {
        tell(text.trim_end());
    } else if let Err(error) = show(&text) {
        report(error);
        return ExitCode::FAILURE;
    }
    ExitCode::from(u8::try_from(said.exit_code()).unwrap_or(2))
}

impl Read {
    async fn carry_out(self) -> io::Result<ExitCode> {
        let Self { server, command, matches, given } = self;
        if matches.subcommand().is_some_and(|(command, _)| command != "serve") {
            log::tell_more_only();
        }
        match matches.subcommand() {
            Some(("list", own)) => offered::list(server, &given, own).await,
            Some(("describe", own)) => offered::describe(server, &given, own).await,
            Some(("schema", own)) => contract::schema(server, &given, own).await,
            Some(("check", own)) => lint::check(server, &given, own).await,
            Some(("install", own)) => install::install(&server.identity, &command, &matches, own),
            Some(("completions", own)) => {
                shells::completions(server, command.all, &given, own).await
            }
            Some(("call", own)) => asked::call(server, &given, own).await,
            Some(("read", own)) => asked::read(server, &given, own).await,
            Some(("prompt", own)) => asked::prompt(server, &given, own).await,
            _ => serve(server, &given).await,
        }
    }
}

/// Prints what was asked for; whoever asked is told when it cannot be written.
fn show(text: &str) -> io::Result<ExitCode> {
    print(text).map_err(|error| unwritten(&error))
}

fn unwritten(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the output could not be written: {error}"))
}

/// Says what is wrong. It may be read in a log or a client's window, so it is escaped wherever it
/// goes.
fn tell(what: impl fmt::Display) {
    report(visible::lines(&what.to_string()));
}
