//! The command line that every server gets from its descriptors, with the feature `cli`.
//!
//! ```text
//! task-server                        serve over stdio: what a client runs
//! task-server list                   what is offered, as a person reads it
//! task-server call NAME key=value…   one tool, from the terminal
//! ```

use std::process::ExitCode;
use std::sync::Arc;
use std::{fmt, io};

use clap::{Arg, ArgAction, ArgMatches, Args};
use serde_json::{Map, Value, json};

use super::ReadyServer;
use super::program::{in_event_loop, print, report, serve_program};
use crate::client::{Client, text_of};
use crate::dispatch::Served;
use crate::protocol::Implementation;
use crate::visible;

/// The options a server adds to its command line: any `clap::Args`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the options of a server",
    label = "options need `clap::Args`",
    note = "derive it: `use mcp_runtime::clap; #[derive(clap::Args)]`"
)]
pub trait Options: Args + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<O: Args + Send + 'static> Options for O {}

/// What the command line may say.
pub(super) struct Command(clap::Command);

/// What it says.
#[derive(Debug)]
pub(super) struct Given(Option<ArgMatches>);

impl Given {
    pub(super) fn nothing() -> Self {
        Self(None)
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

impl Command {
    pub(super) fn new<O: Options>(identity: &Implementation) -> Self {
        let list = clap::Command::new("list").about("Show the tools, resources and prompts");
        let call = clap::Command::new("call")
            .about("Call one tool and print what it answers")
            .arg(Arg::new("name").required(true).value_name("NAME").help("The tool's name"))
            .arg(
                Arg::new("arguments")
                    .action(ArgAction::Append)
                    .value_name("KEY=VALUE")
                    .help("Its arguments; lists and objects as JSON"),
            );
        let own = clap::Command::new(identity.name.clone()).version(identity.version.clone());
        // The server's options come first: what they say of themselves is not what the program is.
        let own = O::augment_args(own)
            .about("An MCP server over the standard streams; without a command it serves")
            .long_about(None)
            .mut_args(|option| option.global(true));
        #[cfg(feature = "http")]
        let own = own.args(super::http::Http::OPTIONS.map(|(name, value, about)| {
            let option = Arg::new(name).long(name).value_name(value).help(about);
            match name {
                "http" => option,
                "public-url" => option.requires("http"),
                _ => option.requires("http").action(ArgAction::Append),
            }
        }));
        Self(own.subcommands([list, call]))
    }
}

pub(super) fn run(mut server: ReadyServer) -> ExitCode {
    let command = std::mem::replace(&mut server.command, Command(clap::Command::new("")));
    let matches = match command.0.try_get_matches() {
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
    match matches.subcommand() {
        Some(("list", _)) => in_event_loop(list(server)),
        Some(("call", matches)) => in_event_loop(call(server, &given, matches)),
        _ => serve_program(server, &given),
    }
}

/// Lists what is offered; for this no state is opened.
async fn list(server: ReadyServer) -> io::Result<ExitCode> {
    let limits = server.description.limits.clone();
    let mut offer = server.description.build().map_err(io::Error::other)?;
    offer.router.list_no_instances();
    let served = Arc::new(Served { offer, state: Arc::new(()), limits });
    let mut client = Client::new(served, "command-line");
    let mut text = String::new();
    for (kind, method, key) in [
        ("tools", "tools/list", "name"),
        ("resources", "resources/list", "uri"),
        ("resourceTemplates", "resources/templates/list", "uriTemplate"),
        ("prompts", "prompts/list", "name"),
    ] {
        let Ok(result) = client.request(method, json!({})).await.result else { continue };
        let Some(Value::Array(entries)) = result.get(kind) else { continue };
        let member =
            |entry: &Value, name| entry.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let width =
            entries.iter().map(|entry| member(entry, key).chars().count()).max().unwrap_or(0);
        if !entries.is_empty() {
            text.push_str(kind);
            text.push_str(":\n");
        }
        for entry in entries {
            let (name, description) = (member(entry, key), member(entry, "description"));
            let line = description.lines().next().unwrap_or_default();
            text += format!("  {name:width$}  {line}").trim_end();
            text.push('\n');
        }
    }
    show(&text)
}

/// Prints what was asked for; whoever asked is told when it cannot be written.
fn show(text: &str) -> io::Result<ExitCode> {
    print(text).map_err(|error| {
        io::Error::new(error.kind(), format!("the output could not be written: {error}"))
    })
}

/// Says what is wrong. It may be read in a log or a client's window, so it is escaped wherever it
/// goes.
fn tell(what: impl fmt::Display) {
    report(visible::lines(&what.to_string()));
}

/// Calls one tool and prints its text.
async fn call(server: ReadyServer, given: &Given, matches: &ArgMatches) -> io::Result<ExitCode> {
    let name = matches.get_one::<String>("name").cloned().unwrap_or_default();
    let sent: Vec<&String> = matches.get_many("arguments").into_iter().flatten().collect();
    let (app, _) = server.build_with(given).await?;
    let served = Arc::clone(app.served());
    let schema = served.offer.router.tool(&name).map(|tool| tool.descriptor.input_schema.clone());
    let mut arguments = Map::new();
    for argument in sent {
        let Some((key, value)) = argument.split_once('=') else {
            tell(format_args!("`{argument}`: expected KEY=VALUE"));
            return Ok(ExitCode::from(2));
        };
        if arguments.insert(key.to_owned(), value_of(schema.as_ref(), key, value)).is_some() {
            tell(format_args!("`{key}`: given twice"));
            return Ok(ExitCode::from(2));
        }
    }
    let params = json!({ "name": name, "arguments": arguments });
    match Client::new(served, "command-line").request("tools/call", params).await.result {
        Ok(result) => {
            let text = text_of(&result);
            if result.get("isError") == Some(&Value::Bool(true)) {
                tell(text);
                return Ok(ExitCode::FAILURE);
            }
            show(&(text + "\n"))
        }
        Err(error) => {
            tell(error.message);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A value from the command line, as the tool's schema wants it: text where it wants text, else
/// JSON where it is JSON. What it is then may still not fit; the tool says so.
fn value_of(schema: Option<&Value>, key: &str, text: &str) -> Value {
    let wanted =
        schema.and_then(|schema| schema.get("properties")?.get(key)?.get("type")?.as_str());
    match wanted {
        Some("string") => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}
