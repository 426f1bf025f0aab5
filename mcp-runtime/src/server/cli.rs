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

use clap::{Arg, ArgAction, ArgMatches, Args};

use super::ReadyServer;
use super::program::{in_event_loop, print, report, serve_program};
use crate::dispatch::Restriction;
use crate::protocol::Implementation;
use crate::{log, visible};

mod asked;
mod contract;
mod cost;
mod install;
mod lint;
mod offered;
mod questions;
mod shells;
mod terminal;

/// The options a server adds to its command line: any `clap::Args`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the options of a server",
    label = "options need `clap::Args`",
    note = "derive it: `use mcp_runtime::clap; #[derive(clap::Args)]`"
)]
pub trait Options: Args + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<O: Args + Send + 'static> Options for O {}

/// Options that restrict the tools. An option of the server cannot have such an id.
const READ_ONLY: &str = "mcp:read-only";
const TOOLS: &str = "mcp:tools";
const EXCLUDED: &str = "mcp:exclude-tools";

/// What the command line may say.
pub(super) struct Command(clap::Command);

/// What it says.
#[derive(Debug)]
pub(super) struct Given(Option<ArgMatches>);

impl Given {
    pub(super) fn nothing() -> Self {
        Self(None)
    }

    /// The tools that are left visible.
    pub(super) fn restriction(&self) -> Restriction {
        let Some(matches) = &self.0 else { return Restriction::default() };
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
        let matches = self.0.as_ref()?;
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
        let parsed = match &self.0 {
            Some(matches) => O::from_arg_matches(matches),
            None => O::augment_args(clap::Command::new("server"))
                .try_get_matches_from(["server"])
                .and_then(|matches| O::from_arg_matches(&matches)),
        };
        parsed.map_err(|error| error.to_string())
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
        let own = clap::Command::new(identity.name.clone()).version(identity.version.clone());
        // The server's options come first: what they say of themselves is not what the program is.
        let own = O::augment_args(own)
            .about("An MCP server over the standard streams; without a command it serves")
            .long_about(None)
            .mut_args(|option| option.global(true));
        let own = restricting(own);
        #[cfg(feature = "http")]
        let own = own.args(super::http::Http::OPTIONS.map(|(name, value, about)| {
            let option = Arg::new(name).long(name).value_name(value).help(about);
            match name {
                "http" => option,
                "public-url" | "keys-file" => option.requires("http"),
                _ => option.requires("http").action(ArgAction::Append),
            }
        }));
        Self(own.subcommands([
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
        ]))
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

pub(super) fn run(mut server: ReadyServer) -> ExitCode {
    let command = std::mem::replace(&mut server.command, Command(clap::Command::new("")));
    let matches = match command.0.clone().try_get_matches() {
        Ok(matches) => matches,
        Err(said) => {
            // Help and version are no errors; clap knows where each belongs.
            let text = said.render().to_string();
            if said.use_stderr() {
                tell(text.trim_end());
            } else if let Err(error) = show(&text) {
                report(error);
                return ExitCode::FAILURE;
            }
            return ExitCode::from(u8::try_from(said.exit_code()).unwrap_or(2));
        }
    };
    let given = Given(Some(matches.clone()));
    if matches.subcommand().is_some_and(|(command, _)| command != "serve") {
        log::tell_more_only();
    }
    match matches.subcommand() {
        Some(("list", matches)) => in_event_loop(offered::list(server, &given, matches)),
        Some(("describe", matches)) => in_event_loop(offered::describe(server, &given, matches)),
        Some(("schema", matches)) => in_event_loop(contract::schema(server, &given, matches)),
        Some(("check", matches)) => in_event_loop(lint::check(server, &given, matches)),
        Some(("install", own)) => {
            let server = &server.description.identity;
            in_event_loop(async { install::install(server, &command.0, &matches, own) })
        }
        Some(("completions", matches)) => {
            in_event_loop(shells::completions(server, &given, command.0, matches))
        }
        Some(("call", matches)) => in_event_loop(asked::call(server, &given, matches)),
        Some(("read", matches)) => in_event_loop(asked::read(server, &given, matches)),
        Some(("prompt", matches)) => in_event_loop(asked::prompt(server, &given, matches)),
        _ => serve_program(server, &given),
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
