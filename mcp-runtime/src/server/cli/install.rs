//! `install`: puts this server into the settings of a host, or takes it out again.

use std::ffi::OsStr;
use std::io;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Map, Value, json};

use super::{Command, Misused, show};
use crate::protocol::Implementation;
use hosts::{HOSTS, Host, System};
use settings::Settings;

mod file;
mod hosts;
mod settings;

pub(super) fn install_command() -> clap::Command {
    clap::Command::new("install")
        .about("Put this server, with the options given here, into the settings of a host")
        .arg(
            Arg::new("host")
                .required(true)
                .value_name("HOST")
                .value_parser(PossibleValuesParser::new(HOSTS.iter().map(|host| host.id)))
                .help("The program that is to start the server"),
        )
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .help("What the host calls the server [default: its name]"),
        )
        .arg(
            Arg::new("env")
                .long("env")
                .value_name("KEY=VALUE")
                .action(ArgAction::Append)
                .help("A variable of the environment it is started in"),
        )
        .arg(
            Arg::new("print")
                .long("print")
                .action(ArgAction::SetTrue)
                .conflicts_with("remove")
                .help("Print what belongs into the settings, and change nothing"),
        )
        .arg(
            Arg::new("remove")
                .long("remove")
                .action(ArgAction::SetTrue)
                .help("Take the server out of the settings"),
        )
}

/// Installs the server. `given` is the whole command line, of which the server's own options are
/// passed on.
pub(super) fn install(
    server: &Implementation,
    command: &Command,
    given: &ArgMatches,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let id = matches.get_one::<String>("host").map(String::as_str);
    let host = HOSTS.iter().find(|host| Some(host.id) == id).expect("clap knows the hosts");
    let name = matches.get_one::<String>("name").unwrap_or(&server.name);
    let entry = match checked_name(host, name).and_then(|()| entry(host, command, given, matches)) {
        Ok(entry) => entry,
        Err(misused) => return Ok(misused.told()),
    };
    if matches.get_flag("print") {
        return show(&format!("{:#}\n", json!({ host.key: { name: entry } })));
    }
    let path = hosts::settings(host, System::HERE, &|name| std::env::var_os(name));
    let path = path.map_err(io::Error::other)?;
    let shown = path.display();
    let refused = |why: &str| io::Error::other(format!("`{shown}` was not changed: {why}"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(refused(&format!("it cannot be read: {error}"))),
    };
    let changed = Settings::read(&text, host.takes_comments).and_then(|settings| {
        if matches.get_flag("remove") {
            settings.without(host.key, name)
        } else {
            settings.with(host.key, name, &entry)
        }
    });
    let is_removed = matches.get_flag("remove");
    let host_name = host.name;
    let Some(changed) = changed.map_err(|why| refused(&why))? else {
        let is = if is_removed { "is not" } else { "is already" };
        return show(&format!("`{name}` {is} in the settings of {host_name}: {shown}\n"));
    };
    let backup = file::replace(&path, &changed).map_err(|error| {
        io::Error::new(error.kind(), format!("`{shown}` cannot be written: {error}"))
    })?;
    let is = if is_removed { "is no longer" } else { "is now" };
    let mut lines = vec![format!("`{name}` {is} in the settings of {host_name}: {shown}\n")];
    lines.extend(backup.map(|it| format!("the previous settings are in {}\n", it.display())));
    if !is_removed {
        lines.push(format!("{}\n", host.advice));
    }
    show(&lines.concat())
}

fn checked_name(host: &Host, name: &str) -> Result<(), Misused> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !host.takes_any_name && (name.is_empty() || !name.chars().all(is_plain)) {
        let advice = "use A-Z a-z 0-9 _ - in `--name`";
        return Err(Misused(format!("{} refuses the name `{name}`: {advice}", host.name)));
    }
    Ok(())
}

/// What the host's settings say about this server.
fn entry(
    host: &Host,
    command: &Command,
    given: &ArgMatches,
    matches: &ArgMatches,
) -> Result<Map<String, Value>, Misused> {
    #[cfg(feature = "http")]
    if given.value_source("http").is_some() {
        let why = "a host starts the server itself, and talks to it over its standard streams";
        return Err(Misused(format!("`--http` cannot be installed: {why}")));
    }
    let program = std::env::current_exe()
        .map_err(|error| Misused(format!("the path of this program is unknown: {error}")))?;
    let mut entry = Map::new();
    if host.has_type {
        entry.insert("type".to_owned(), "stdio".into());
    }
    entry.insert("command".to_owned(), text(program.as_os_str())?.into());
    let words = command.words(given);
    let words = words.iter().map(|word| text(word)).collect::<Result<Vec<_>, _>>()?;
    entry.insert("args".to_owned(), words.into());
    let mut variables = Map::new();
    for pair in matches.get_many::<String>("env").into_iter().flatten() {
        let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(Misused(format!("`--env {pair}`: expected KEY=VALUE")));
        };
        variables.insert(key.to_owned(), value.into());
    }
    if !variables.is_empty() {
        entry.insert("env".to_owned(), variables.into());
    }
    Ok(entry)
}

/// A word as JSON holds it.
fn text(word: &OsStr) -> Result<String, Misused> {
    word.to_str().map(str::to_owned).ok_or_else(|| {
        let why = "the settings of hosts hold only UTF-8";
        Misused(format!("`{}` cannot be installed: {why}", word.display()))
    })
}
